// `athanor run` of workflows that others made, as a user starts it, with the tiny model: what is in subgraphs, names of
// files, and what is missing.
#include "app/engine/workflow_file.h"
#include "inference/graph/workflow_json.h"
#include "tests/support/files.h"
#include "tests/support/model_bytes.h"
#include "tests/support/program.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

class RunOthersTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void reachesIntoSubgraphs();
    void sweepsOverValuesWithCommas();
    void refusesValuesInQuotes_data();
    void refusesValuesInQuotes();
    void tellsOfAMissingControlNet();
    void namesFilesAsComfyUi();
    void tellsOfAMissingVaeAtOnce();

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }
    static QString tiny() { return QString::fromStdString(testDataPath("tiny_a")); }
    static QString comfyCase(const QString& name)
    {
        return QString::fromStdString(testDataPath("comfyui/cases/" + name.toStdString() + ".json"));
    }
    ProgramResult start(const QStringList& words) const { return runProgram(words, m_cache.path()); }
    // A small picture by the shipped workflow.
    QStringList arguments(const QStringList& more) const
    {
        return QStringList{"run", QString::fromStdString(sourcePath("resources/workflows/text-to-image.json")), "--set",
                   "checkpoint.file=" + tiny(), "--set", "size.width=64", "--set", "size.height=64", "--set",
                   "sampler.steps=1", "--out", path("out")}
        + more;
    }
    QString write(const QString& name, const Graph& graph) const
    {
        writeBytes(path(name).toStdString(), writeWorkflow(graph));
        return path(name);
    }
    QTemporaryDir m_cache; // shared, so that pipelines are compiled once
    std::unique_ptr<QTemporaryDir> m_folder;
};

// ComfyUI's subgraph "Draw" (100) with a checkpoint (4) and prompts (6, 7) inside.
void RunOthersTest::reachesIntoSubgraphs()
{
    const QString file = comfyCase("subgraph_model");
    const QStringList words{"run", file, "--model", tiny(), "--set", "empty_latent.width=64", "--set",
        "100/5.height=64", "--set", "draw/sample.steps=1", "--set", "100/6.text=a tree", "--set",
        "save_image.name=%KSampler.seed%", "--out", path("out")};
    const ProgramResult result = start(words);
    QVERIFY2(result.exitCode == 0, result.err);
    const QStringList made = filesIn(path("out"));
    QCOMPARE(made.size(), 1);
    const QByteArray picture = contents(path("out/" + made.front()));
    QVERIFY(picture.contains("a tree") && picture.contains("64x64") && !picture.contains("a green tree"));
    const ProgramResult several = start(words + QStringList{"--set", "encode_prompt.text=x"});
    QVERIFY2(several.exitCode == 2 && several.err.contains("(100/6)") && several.err.contains("(100/7)"), several.err);
    const ProgramResult none = start(words + QStringList{"--set", "draw/sky.text=x"});
    QVERIFY2(none.exitCode == 2 && none.err.contains("names no node"), none.err);
}

void RunOthersTest::sweepsOverValuesWithCommas()
{
    const QStringList small{"--set", "sampler.steps=1"};
    const ProgramResult result =
        start(arguments(small + QStringList{"--sweep", R"(prompt.text="a red house, by the \"sea\"",a tree,a\, b)"}));
    QVERIFY2(result.exitCode == 0, result.err);
    QByteArray all;
    QCOMPARE(filesIn(path("out")).size(), 4); // with the contact sheet
    for (const QString& file : filesIn(path("out")))
        all += contents(path("out/" + file));
    for (const char* prompt : {"a red house, by the \"sea\"\n", "a tree\n", "a, b\n"})
        QVERIFY2(all.contains(prompt), prompt);
}

// The name, the folders that were looked through, what is there, and nothing was run.
void RunOthersTest::tellsOfAMissingControlNet()
{
    QVERIFY(QDir().mkpath(path("models/controlnet")));
    writeBytes(path("models/controlnet/other.pth").toStdString(), "x");
    Graph graph = openWorkflow(comfyCase("09_bypassed_controlnet").toStdString()).loaded.graph;
    graph.nodes.at(20).mode = NodeMode::Normal;
    const ProgramResult result =
        start({"run", write("w.json", graph), "--models", path("models"), "--out", path("out")});
    QCOMPARE(result.exitCode, 4);
    for (const QString& words : {QString("Load ControlNet (node 21), file: x.pth: there is no such file"),
             path("models"), QString("controlnet"), QString("other.pth")})
        QVERIFY2(result.err.contains(words.toUtf8()), result.err);
    QVERIFY2(!result.out.contains("run,"), result.out);
}

void RunOthersTest::namesFilesAsComfyUi()
{
    const QString file = comfyCase("J15-prefix-date");
    const ProgramResult result = start({"run", file, "--model", tiny(), "--out", path("out")});
    QVERIFY2(result.exitCode == 0, result.err);
    const QStringList days = QDir(path("out")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    QCOMPARE(days.size(), 1);
    QVERIFY2(QDate::fromString(days.front(), "yyyy-MM-dd").isValid(), qPrintable(days.front()));
    QCOMPARE(filesIn(path("out/" + days.front())), QStringList{"x_5.png"});
}

// Before the steps are walked: the checkpoint has no VAE.
void RunOthersTest::tellsOfAMissingVaeAtOnce()
{
    QFile whole(QString::fromStdString(testDataPath("tiny_a.safetensors")));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    writeBytes(path("x.safetensors").toStdString(),
        whole.readAll().replace("first_stage_model.", "other_stage_model.").toStdString());
    const ProgramResult result = start(
        {"run", comfyCase("09b_without_controlnet"), "--model", path("x.safetensors"), "--json", "--out", path("out")});
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(result.out.contains("holds no VAE; load one with Load VAE"), result.out);
    QVERIFY2(!result.out.contains("\"title\":\"Sample\""), result.out);
}

void RunOthersTest::refusesValuesInQuotes_data()
{
    QTest::addColumn<QString>("values");
    for (const char* values : {R"("a)", R"("a" b)", R"("a"b,c)", R"(c,"a\q")", R"("a\)", "\""})
        QTest::newRow(values) << QString(values);
}

void RunOthersTest::refusesValuesInQuotes()
{
    QFETCH(QString, values);
    const ProgramResult result = start(arguments({"--sweep", "prompt.text=" + values}));
    QVERIFY2(result.exitCode == 2 && result.err.contains("must be a JSON string"), result.err);
}

ATHANOR_TEST(RunOthersTest)
#include "run_others_test.moc"
