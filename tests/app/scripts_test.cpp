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
    void listsPackages_data();
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
    for (const char* script : {"run", "test", ".ci/run", ".ci/steps.sh", ".ci/debian13"})
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

void ScriptsTest::listsPackages_data()
{
    QTest::addColumn<QString>("version"); // none: unreleased
    QTest::addColumn<QByteArray>("clang");
    QTest::newRow("Debian 12") << "12" << QByteArray("clang-14");
    QTest::newRow("Debian 13") << "13" << QByteArray("clang-19");
    QTest::newRow("unreleased") << "" << QByteArray("clang-19");
}

void ScriptsTest::listsPackages()
{
    QFETCH(QString, version);
    QFETCH(QByteArray, clang);
    const QString names = QString("debianVersion() { echo %1; }; packageNames ").arg(version);
    const QList<QByteArray> forUsers = bash(names).trimmed().split('\n');
    const QList<QByteArray> forTests = bash(names + "test").trimmed().split('\n');
    QVERIFY(forUsers.contains("qt6-base-dev") && !forUsers.contains(clang));
    QVERIFY(forTests.contains("qt6-base-dev") && forTests.contains(clang));
    for (const QByteArray& name : forTests) {
        QVERIFY2(QRegularExpression("^[a-z0-9][a-z0-9.+-]+$").match(name).hasMatch(), name);
        QVERIFY2(!name.contains("clang-") || name.contains(clang.right(3)), name);
    }
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
