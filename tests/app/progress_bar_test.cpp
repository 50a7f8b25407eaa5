#include "app/commands/progress_bar.h"

#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

class ProgressBarTest : public QObject {
    Q_OBJECT
private slots:
    void tellsStepsAndTime_data();
    void tellsStepsAndTime();
};

void ProgressBarTest::tellsStepsAndTime_data()
{
    QTest::addColumn<int>("done");
    QTest::addColumn<int>("all");
    QTest::addColumn<double>("seconds");
    QTest::addColumn<QString>("line");
    QTest::newRow("before the first") << 0 << 20 << 3.0 << "sampling [------------------------] 0/20";
    QTest::newRow("half") << 10 << 20 << 12.34 << "sampling [############------------] 10/20  1.23 s/step  0:12 left";
    QTest::newRow("minutes") << 1 << 1000 << 1.0
                             << "sampling [------------------------] 1/1000  1.00 s/step  16:39 left";
    QTest::newRow("done") << 4 << 4 << 0.02 << "sampling [########################] 4/4  0.01 s/step  0:00 left";
    QTest::newRow("no steps") << 0 << 0 << 0.0 << "sampling [------------------------] 0/0";
}

void ProgressBarTest::tellsStepsAndTime()
{
    QFETCH(int, done);
    QFETCH(int, all);
    QFETCH(double, seconds);
    QFETCH(QString, line);
    QCOMPARE(QString::fromStdString(stepsLine("sampling", done, all, seconds)), line);
}

ATHANOR_TEST(ProgressBarTest)
#include "progress_bar_test.moc"
