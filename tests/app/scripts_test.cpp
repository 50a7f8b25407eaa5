// The shell scripts of the house: they parse, and the package list says what they need.
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QProcess>
#include <QRegularExpression>
#include <QTest>

using namespace athanor;

class ScriptsTest : public QObject {
    Q_OBJECT
private slots:
    void parses_data();
    void parses();
    void listsPackages();
    void saysWhatIsMissingWithoutRights();
};

namespace {

const QString source = QString::fromStdString(sourcePath(""));

// What bash prints for a script that has sourced .ci/steps.sh.
QByteArray bash(const QString& script, int* exitCode = nullptr)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setWorkingDirectory(source);
    process.start("bash", {"-c", "set -euo pipefail; root=$PWD; source .ci/steps.sh; " + script});
    process.waitForFinished();
    if (exitCode)
        *exitCode = process.exitCode();
    return process.readAll();
}

}

void ScriptsTest::parses_data()
{
    QTest::addColumn<QString>("script");
    for (const char* script : {"run", "test", ".ci/run", ".ci/steps.sh"})
        QTest::newRow(script) << script;
}

void ScriptsTest::parses()
{
    QFETCH(QString, script);
    QProcess process;
    process.setWorkingDirectory(source);
    process.start("bash", {"-n", script});
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.readAllStandardError(), QByteArray());
    QCOMPARE(process.exitCode(), 0);
}

void ScriptsTest::listsPackages()
{
    const QList<QByteArray> forUsers = bash("packageNames").trimmed().split('\n');
    const QList<QByteArray> forTests = bash("packageNames test").trimmed().split('\n');
    QVERIFY(forUsers.contains("qt6-base-dev") && !forUsers.contains("clang-14"));
    QVERIFY(forTests.contains("qt6-base-dev") && forTests.contains("clang-14"));
    for (const QByteArray& name : forTests)
        QVERIFY2(QRegularExpression("^[a-z0-9][a-z0-9.+-]+$").match(name).hasMatch(), name);
}

void ScriptsTest::saysWhatIsMissingWithoutRights()
{
    int exitCode = 0;
    // A package nobody has, no root, and no sudo.
    const QByteArray said = bash("packageNames() { echo athanor-no-such-package; }; command() { [[ $2 != sudo ]]; }; "
                                 "id() { echo 1000; }; installMissing",
        &exitCode);
    QCOMPARE(exitCode, 1);
    QVERIFY2(said.contains("as root, run: apt-get install -y --no-install-recommends athanor-no-such-package"), said);
}

ATHANOR_TEST(ScriptsTest)
#include "scripts_test.moc"
