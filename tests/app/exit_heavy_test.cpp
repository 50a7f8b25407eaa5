// The whole program under valgrind: what it reads and frees, up to its very end.
#include "app/pictures/image_store.h"
#include "inference/graph/graph_edit.h"
#include "inference/graph/workflow_json.h"
#include "tests/support/program.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

class ExitHeavyTest : public QObject {
    Q_OBJECT
private slots:
    void touchesNothingThatIsNotIts_data();
    void touchesNothingThatIsNotIts();

private:
    QTemporaryDir m_folder;
};

void ExitHeavyTest::touchesNothingThatIsNotIts_data()
{
    QTest::addColumn<QStringList>("arguments");
    writePng(m_folder.filePath("in.png").toStdString(), {8, 8, std::vector<uint8_t>(192, 77)});
    QFile file(m_folder.filePath("w.json"));
    Graph graph;
    Node load = makeNode(*findNodeType("load_image"));
    load.params["file"] = std::string("in.png");
    const NodeId from = addNode(graph, load), save = addNode(graph, makeNode(*findNodeType("save_image")));
    graph = connected(graph, {from, "image"}, {save, "image"});
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QByteArray::fromStdString(writeWorkflow(graph))) > 0);
    file.close();
    QTest::newRow("run without a device") << QStringList{"run", file.fileName(), "--out", m_folder.filePath("out")};
    QTest::newRow("preprocess") << QStringList{
        "preprocess", "canny", m_folder.filePath("in.png"), m_folder.filePath("map.png")};
    QTest::newRow("generate") << QStringList{"generate", "--model", QString::fromStdString(testDataPath("tiny_a")),
        "--prompt", "a", "--width", "64", "--height", "64", "--steps", "1", "--out", m_folder.filePath("x.png")};
}

void ExitHeavyTest::touchesNothingThatIsNotIts()
{
    QFETCH(QStringList, arguments);
    constexpr int found = 99, longest = 3'600'000; // ms
    const QString log = m_folder.filePath("valgrind.log");
    QProcess process;
    prepare(process,
        QStringList{"-q", "--undef-value-errors=no",
            QString::fromStdString("--suppressions=" + sourcePath("tests/support/valgrind.supp")), "--log-file=" + log,
            QString("--error-exitcode=%1").arg(found), QString::fromStdString(programPath()) + "-program"}
            // which the program becomes
            + arguments,
        m_folder.path());
    process.setProgram("valgrind");
    process.start();
    const ProgramResult ended = result(process, longest);
    QFile file(log);
    const QByteArray told = file.open(QIODevice::ReadOnly) ? file.readAll() : "no log";
    QVERIFY2(ended.exitCode == 0, QByteArray::number(ended.exitCode) + ' ' + ended.err + told);
}

ATHANOR_CORE_TEST(ExitHeavyTest)
#include "exit_heavy_test.moc"
