// `athanor run`, as a user starts it, with the tiny model.
#include "app/engine/workflow_file.h"
#include "app/pictures/image_store.h"
#include "inference/graph/graph_edit.h"
#include "inference/graph/workflow_json.h"
#include "tests/support/files.h"
#include "tests/support/program.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QElapsedTimer>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <csignal>
#include <unistd.h>

using namespace athanor;
using Json = nlohmann::json;

class RunTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void givesTheBytesOfGenerate_data();
    void givesTheBytesOfGenerate();
    void runsNothingTwice();
    void sweepsWithoutRepeatingWork();
    void runsWhatAPictureCarries();
    void refusesFilesOutsideOfAPicturesFolders();
    void refusesFilesOutsideOfAWorkflowsFolders_data();
    void refusesFilesOutsideOfAWorkflowsFolders();
    void opensFilesThatAreChosenOrInside();
    void refusesOutputsBeforeTheWork_data();
    void refusesOutputsBeforeTheWork();
    void showsNoEscapesOfTitles();
    void removesWhatKilledProcessesLeft();
    void leavesTheOthersWhenOneIsDamaged();
    void setsByIdTitleAndType();
    void refuses_data();
    void refuses();
    void tellsAClosedOutput();
    void stopsWithinASecond();
    void builtInWorkflowsAreCanonical_data();
    void builtInWorkflowsAreCanonical();

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }
    static QString tiny() { return QString::fromStdString(testDataPath("tiny_a")); }
    static QString textToImage()
    {
        return QString::fromStdString(sourcePath("resources/workflows/text-to-image.json"));
    }
    ProgramResult start(const QStringList& words) const { return runProgram(words, m_cache.path()); }
    // A small picture by the shipped workflow.
    QStringList arguments(const QStringList& more = {}) const
    {
        return QStringList{"run", textToImage(), "--set", "checkpoint.file=" + tiny(), "--set",
                   "prompt.text=a red house", "--set", "size.width=64", "--set", "size.height=64", "--set",
                   "sampler.steps=2", "--out", path("out")}
        + more;
    }
    std::vector<Json> events(const QStringList& words, int exitCode = 0) const
    {
        const ProgramResult result = start(words + QStringList{"--json"});
        std::vector<Json> lines;
        for (const QByteArray& line : result.out.split('\n'))
            if (!line.isEmpty())
                lines.push_back(Json::parse(line.toStdString()));
        if (result.exitCode != exitCode)
            qWarning("exit code %d: %s", result.exitCode, result.err.constData());
        return result.exitCode == exitCode ? lines : std::vector<Json>();
    }
    QString write(const QString& name, const Graph& graph) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(writeWorkflow(graph))) < 0)
            qFatal("cannot write the test's own file");
        return file.fileName();
    }
    // A workflow that needs no device: the picture, smaller, saved.
    QString reduction(const std::string& file, const std::string& title = {}, const std::string& name = "x") const
    {
        Graph graph;
        Node load = makeNode(*findNodeType("load_image")), resize = makeNode(*findNodeType("resize_image"));
        Node save = makeNode(*findNodeType("save_image"));
        load.params["file"] = file;
        resize.title = title;
        resize.params["width"] = resize.params["height"] = int64_t(64);
        save.params["name"] = name;
        const NodeId from = addNode(graph, load), between = addNode(graph, resize), to = addNode(graph, save);
        graph = connected(graph, {from, "image"}, {between, "image"});
        QDir(m_folder->path()).mkpath("flows");
        return write("flows/w.json", connected(graph, {between, "image"}, {to, "image"}));
    }
    void putPicture(const char* name) const
    {
        writePng(path(name).toStdString(), {8, 8, std::vector<uint8_t>(192, 9)});
    }
    QTemporaryDir m_cache; // shared, so that pipelines are compiled once
    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

// Titles of the nodes told in events of one kind, of one run or (0) all.
QStringList titles(const std::vector<Json>& events, const char* kind, int run = 0)
{
    QStringList names;
    for (const Json& event : events)
        if (event["event"] == kind && event.contains("title") && (run == 0 || event["run"] == run))
            names << QString::fromStdString(event["title"]);
    return names;
}

}

void RunTest::givesTheBytesOfGenerate_data()
{
    QTest::addColumn<QStringList>("set");
    QTest::addColumn<QStringList>("generate");
    QTest::newRow("usual values") << QStringList{} << QStringList{};
    QTest::newRow("all values") << QStringList{"--set", "negative_prompt.text=blurry", "--set",
        "sampler.seed=18446744073709551615", "--set", "sampler.cfg=5", "--set", "SAMPLER.sampler=ddim", "--set",
        "sampler.schedule=simple", "--set", "sampler.eta=0.5", "--set", "sampler.noise=philox"}
                                << QStringList{"--negative", "blurry", "--seed", "18446744073709551615", "--cfg", "5",
                                       "--sampler", "ddim", "--schedule", "simple", "--eta", "0.5", "--rng", "philox"};
}

void RunTest::givesTheBytesOfGenerate()
{
    QFETCH(QStringList, set);
    QFETCH(QStringList, generate);
    const ProgramResult ran = start(arguments(set));
    QVERIFY2(ran.exitCode == 0, ran.err);
    const ProgramResult generated = start(QStringList{"generate", "--model", tiny(), "--prompt", "a red house",
                                              "--width", "64", "--height", "64", "--steps", "2", "--out", path("x.png")}
        + generate);
    QVERIFY2(generated.exitCode == 0, generated.err);
    QCOMPARE(filesIn(path("out")), QStringList{"athanor.png"});
    QVERIFY(contents(path("x.png")).size() > 100);
    QCOMPARE(contents(path("out/athanor.png")), contents(path("x.png")));
}

void RunTest::runsNothingTwice()
{
    const std::vector<Json> first = events(arguments());
    QVERIFY(!first.empty());
    QCOMPARE(first.front()["event"].get<std::string>(), std::string("queued"));
    QCOMPARE(first.back()["event"].get<std::string>(), std::string("done"));
    QCOMPARE(titles(first, "node_started").size(), 7);
    QVERIFY(titles(first, "progress").contains("Sampler"));
    QCOMPARE(first.back()["saved"].dump(), Json::array({path("out/athanor.png").toStdString()}).dump());

    const std::vector<Json> second = events(arguments());
    QCOMPARE(titles(second, "node_started"), QStringList());
    QCOMPARE(titles(second, "cached"), QStringList{"Save"});
    QCOMPARE(second.back()["executed"].get<int>(), 0);
    QCOMPARE(second.back()["saved"].dump(), first.back()["saved"].dump());
    const ProgramResult told = start(arguments());
    QVERIFY2(told.out.contains("nothing was run") && told.out.contains("athanor.png (unchanged)"), told.out);
    QCOMPARE(filesIn(path("out")), QStringList{"athanor.png"});

    QVERIFY(QFile::remove(path("out/athanor.png")));
    QCOMPARE(titles(events(arguments()), "node_started").size(), 7);
    QVERIFY(QFile(path("out/athanor.png")).exists());
}

void RunTest::sweepsWithoutRepeatingWork()
{
    const std::vector<Json> told =
        events(arguments({"--sweep", "sampler.cfg=2,3", "--sweep", "sampler.seed=1,2,3", "--preview", path("steps")}));
    QVERIFY(!told.empty());
    QCOMPARE(titles(told, "node_started", 1).size(), 7);
    for (int run = 2; run <= 6; ++run) {
        QCOMPARE(titles(told, "node_started", run), (QStringList{"Sampler", "Decode", "Save"}));
        QVERIFY(titles(told, "cached", run).contains("Prompt"));
    }
    QStringList expected{"contact-sheet.png"};
    for (const char* cfg : {"2", "3"})
        for (const char* seed : {"1", "2", "3"})
            expected << QString("athanor_cfg-%1_seed-%2.png").arg(cfg, seed);
    expected.sort();
    QCOMPARE(filesIn(path("out")), expected);
    QCOMPARE(QImage(path("out/contact-sheet.png")).size(), QSize(3 * 264 + 8, 2 * 264 + 8));
    QCOMPARE(filesIn(path("steps")).size(), 12);
    QCOMPARE(told.back()["event"].get<std::string>(), std::string("saved"));
    QVERIFY(contents(path("out/athanor_cfg-2_seed-1.png")) != contents(path("out/athanor_cfg-2_seed-2.png")));
}

void RunTest::runsWhatAPictureCarries()
{
    QVERIFY(!events(arguments()).empty());
    const QString picture = path("out/athanor.png");
    const Json report = Json::parse(start({"inspect", "--json", picture}).out.toStdString());
    QCOMPARE(report["workflow"]["nodes"].get<int>(), 7);
    QVERIFY2(contents(picture).contains("\"tiny_a\""), "the model's name");
    QVERIFY2(!contents(picture).contains(tiny().toUtf8()), "no path of this machine");
    QVERIFY(!start({"inspect", picture}).out.contains("next_id"));
    const QString models = QString::fromStdString(testDataPath(""));
    const ProgramResult again = start({"run", picture, "--models", models, "--out", path("again")});
    QVERIFY2(again.exitCode == 0, again.err);
    QCOMPARE(contents(path("again/athanor.png")), contents(picture));
}

void RunTest::refusesFilesOutsideOfAPicturesFolders()
{
    Graph graph = builtInWorkflow("text-to-image");
    graph.nodes[1].params["file"] = tiny().toStdString();
    writePng(path("x.png").toStdString(), {8, 8, std::vector<uint8_t>(192)}, {"", writeWorkflow(graph)});
    const QStringList words{"run", path("x.png"), "--out", path("out")};
    const ProgramResult refused = start(words);
    QCOMPARE(refused.exitCode, 2);
    QVERIFY2(refused.err.contains("outside the folders"), refused.err);
    const ProgramResult allowed = start(words
        + QStringList{"--set", "checkpoint.file=" + tiny(), "--set", "sampler.steps=1", "--set", "size.width=64",
            "--set", "size.height=64"});
    QVERIFY2(allowed.exitCode == 0, allowed.err);
}

void RunTest::refusesFilesOutsideOfAWorkflowsFolders_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("text");
    QTest::newRow("absolute") << "%1/secret.png"
                              << "begins outside";
    QTest::newRow("above") << "../secret.png"
                           << "leads through";
    QTest::newRow("by a way round") << "%1/flows/../secret.png"
                                    << "begins outside";
    QTest::newRow("home") << "~/secret.png"
                          << "begins outside";
    QTest::newRow("drive") << "C:\\secret.png"
                           << "backslash";
}

// J13
void RunTest::refusesFilesOutsideOfAWorkflowsFolders()
{
    QFETCH(QString, file);
    QFETCH(QString, text);
    putPicture("secret.png");
    const QString workflow = reduction(file.replace("%1", m_folder->path()).toStdString());
    for (const QStringList& more : {QStringList{}, QStringList{"--json"}}) {
        const ProgramResult result = start(QStringList{"run", workflow, "--out", path("out")} + more);
        QVERIFY2(result.exitCode == 2, result.err);
        QVERIFY2(result.err.contains(text.toUtf8()) && result.err.contains("choose it yourself"), result.err);
    }
    QVERIFY(!QFile::exists(path("out")));
}

void RunTest::opensFilesThatAreChosenOrInside()
{
    putPicture("secret.png");
    QString workflow = reduction("../secret.png");
    const auto opens = [&](const QStringList& more) {
        const ProgramResult result = start(QStringList{"run", workflow, "--out", path("out")} + more);
        return result.exitCode == 0 ? QByteArray() : result.err;
    };
    QCOMPARE(opens({"--set", "load_image.file=" + path("secret.png")}), QByteArray());
    QCOMPARE(opens({"--sweep", "load_image.file=" + path("secret.png")}), QByteArray());
    putPicture("flows/beside.png");
    workflow = reduction("beside.png");
    QCOMPARE(opens({}), QByteArray());
    workflow = reduction(path("flows/beside.png").toStdString()); // written out, as the window does
    QCOMPARE(opens({}), QByteArray());
}

void RunTest::refusesOutputsBeforeTheWork_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("folder");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("text");
    QTest::newRow("name above") << "../x"
                                << "out" << 2 << "leads through";
    QTest::newRow("absolute name") << "/tmp/x"
                                   << "out" << 2 << "empty folder name";
    QTest::newRow("name without a letter") << ""
                                           << "out" << 2 << "is empty";
    QTest::newRow("name with a sign") << "a*b"
                                      << "out" << 2 << "<>";
    QTest::newRow("folder that is a file") << "x"
                                           << "secret.png" << 7 << "secret.png";
    QTest::newRow("folder below a file") << "x"
                                         << "secret.png/a" << 7 << "secret.png/a";
    QTest::newRow("folder in the name that is a file") << "secret.png/x"
                                                       << "." << 7 << "secret.png";
    QTest::newRow("folder that cannot be made") << "x"
                                                << "/proc/nowhere" << 7 << "/proc/nowhere";
    QTest::newRow("folder that may not be written") << "x"
                                                    << "locked" << 7 << "Permission denied";
}

void RunTest::refusesOutputsBeforeTheWork()
{
    QFETCH(QString, name);
    QFETCH(QString, folder);
    QFETCH(int, exitCode);
    QFETCH(QString, text);
    putPicture("secret.png");
    putPicture("flows.png");
    const QString workflow = reduction("flows.png", {}, name.toStdString());
    QVERIFY(QFile::copy(path("flows.png"), path("flows/flows.png")));
    QStringList words{"run", workflow, "--json", "--out", folder.startsWith('/') ? folder : path(folder)};
    QProcess process;
    prepare(process, words, m_cache.path());
    if (folder == "locked") {
        QVERIFY(QDir(m_folder->path()).mkpath(folder));
        QVERIFY(QFile::setPermissions(
            path(folder), QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther));
        QVERIFY(QFile::setPermissions(m_folder->path(), QFile::Permissions(0x7777)));
        if (geteuid() == 0) { // who may write everywhere
            process.setProgram("setpriv");
            process.setArguments(QStringList{"--reuid", "65534", "--regid", "65534", "--clear-groups",
                                     QString::fromStdString(programPath())}
                + words);
        }
    }
    process.start();
    const ProgramResult refused = result(process);
    QVERIFY2(refused.exitCode == exitCode, refused.out + refused.err);
    QVERIFY2(refused.err.contains(text.toUtf8()), refused.err);
    QVERIFY2(!refused.out.contains("node_started"), refused.out);
    QVERIFY(!QFile::exists(path("out")));
}

// On a terminal, which the shell's `script` gives.
void RunTest::showsNoEscapesOfTitles()
{
    putPicture("in.png");
    QDir(m_folder->path()).mkpath("flows");
    QVERIFY(QFile::copy(path("in.png"), path("flows/in.png")));
    const QString workflow = reduction("in.png", "\x1b[31mT\x07\xe2\x80\xae\x1b]0;owned\x07");
    QProcess process;
    prepare(process,
        {"-qec", QString("'%1' run '%2' --out '%3'").arg(QString::fromStdString(programPath()), workflow, path("out")),
            "/dev/null"},
        m_cache.path());
    process.setProgram("script");
    process.start();
    const ProgramResult shown = result(process);
    QVERIFY2(shown.exitCode == 0, shown.out);
    QVERIFY2(shown.out.contains("\\x1b[31mT\\x07"), shown.out); // it was on the line
    const QByteArray rest = QByteArray(shown.out).replace("\r\x1b[K", "");
    QVERIFY2(!rest.contains('\x1b') && !rest.contains('\x07') && !rest.contains("\xe2\x80\xae"), rest.toHex());
}

void RunTest::removesWhatKilledProcessesLeft()
{
    QProcess gone;
    gone.start("true", {});
    const QString draft = QString(".athanor-%1-").arg(gone.processId());
    QVERIFY(gone.waitForFinished());
    const auto leave = [&](const QString& name) {
        QDir(m_folder->path()).mkpath(QFileInfo(name).path());
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("half") == 4);
    };
    putPicture("in.png");
    const QString workflow = reduction("in.png", {}, "a/x");
    QVERIFY(QFile::copy(path("in.png"), path("flows/in.png")));
    for (const QString& name : {"out/" + draft + "0.part", "out/a/" + draft + "1.part", "steps/" + draft + "abcdef",
             QString(".athanor-1-abcdef"), "single/" + draft + "abcdef", QString("out/a/.athanor-x")})
        leave(name);
    const ProgramResult ran = start({"run", workflow, "--out", path("out"), "--preview", path("steps")});
    QVERIFY2(ran.exitCode == 0, ran.err);
    QCOMPARE(filesIn(path("out")), QStringList());
    QCOMPARE(filesIn(path("out/a")), (QStringList{".athanor-x", "x.png"}));
    QCOMPARE(filesIn(path("steps")), QStringList());
    const ProgramResult mapped = start({"preprocess", "canny", path("in.png"), path("single/x.png")});
    QVERIFY2(mapped.exitCode == 0, mapped.err);
    QCOMPARE(filesIn(path("single")), QStringList{"x.png"});
    QVERIFY(filesIn(m_folder->path()).contains(".athanor-1-abcdef")); // of a process that lives
}

// J16 in small
void RunTest::leavesTheOthersWhenOneIsDamaged()
{
    QString names;
    for (int i = 0; i < 5; ++i) {
        const QString name = path(QString("in-%1.png").arg(i));
        writePng(name.toStdString(), {8, 8, std::vector<uint8_t>(192, uint8_t(i))});
        names += name + '\n';
    }
    QFile damaged(path("in-2.png"));
    QVERIFY(damaged.resize(40));
    Graph graph;
    Node list = makeNode(*findNodeType("prompt_list"));
    list.params["text"] = names.toStdString();
    const NodeId from = addNode(graph, list), load = addNode(graph, makeNode(*findNodeType("load_image")));
    const NodeId save = addNode(graph, makeNode(*findNodeType("save_image")));
    graph = connected(graph, {from, "text"}, {load, "file"});
    graph = connected(graph, {load, "image"}, {save, "image"});
    const ProgramResult result = start({"run", write("w.json", graph), "--out", path("out")});
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(result.err.contains("Load image (node 2), value 3 of 5:"), result.err);
    QVERIFY2(result.err.contains("in-2.png"), result.err);
    QCOMPARE(filesIn(path("out")).size(), 4);
}

void RunTest::setsByIdTitleAndType()
{
    const QStringList words{"--set", "5.seed=7", "--set", "Negative prompt.text=b", "--set", "SAVE_IMAGE.name=%seed%"};
    const ProgramResult result = start(arguments(words));
    QVERIFY2(result.exitCode == 0, result.err);
    QCOMPARE(filesIn(path("out")), QStringList{"7.png"});
}

void RunTest::refuses_data()
{
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("text");
    QTest::newRow("no such node") << QStringList{"--set", "sky.text=a"} << 2 << "Sampler (5)";
    QTest::newRow("several nodes") << QStringList{"--set", "encode_prompt.text=a"} << 2 << "Prompt (2)";
    QTest::newRow("no such parameter") << QStringList{"--set", "prompt.words=a"} << 2 << "text";
    QTest::newRow("no parameter") << QStringList{"--set", "prompt=a"} << 2 << "NODE.PARAM";
    QTest::newRow("no value") << QStringList{"--set", "prompt.text"} << 2 << "NODE.PARAM=VALUE";
    QTest::newRow("no number") << QStringList{"--set", "sampler.steps=many"} << 2 << "many";
    QTest::newRow("out of range") << QStringList{"--set", "sampler.steps=1001"} << 2 << "1000";
    QTest::newRow("seed") << QStringList{"--set", "sampler.seed=18446744073709551616"} << 2 << "18446744073709551615";
    QTest::newRow("sampler") << QStringList{"--set", "sampler.sampler=eulr"} << 2 << "euler";
    QTest::newRow("sweep value") << QStringList{"--sweep", "sampler.cfg=1,x"} << 2 << "sampler.cfg";
    QTest::newRow("too many") << QStringList{"--sweep", "sampler.seed=" + QString("1,").repeated(10'000) + "1"} << 2
                              << "10000";
    QTest::newRow("name") << QStringList{"--set", "save.name=../x"} << 2 << "leads through";
    QTest::newRow("missing model") << QStringList{"--set", "checkpoint.file=nowhere"} << 4 << "Checkpoint (node 1)";
    QTest::newRow("device") << QStringList{"--device", "Voodoo 2"} << 5 << "Voodoo 2";
    QTest::newRow("folder") << QStringList{"--out", "/proc/nowhere"} << 7 << "/proc/nowhere";
    QTest::newRow("batch too large") << QStringList{"--set", "size.width=8192", "--set", "size.height=8192", "--set",
        "size.batch=64"} << 6 << "12288 MiB";
    // V08
    QTest::newRow("unknown flag") << QStringList{"--sett", "a.b=c"} << 2 << "--sett";
    QTest::newRow("missing value") << QStringList{"--set"} << 2 << "--set";
    QTest::newRow("300 arguments") << QStringList(300, "x") << 2 << "x";
}

void RunTest::refuses()
{
    QFETCH(QStringList, more);
    QFETCH(int, exitCode);
    QFETCH(QString, text);
    QStringList words = arguments();
    if (more.first() == "--out")
        words.resize(words.indexOf("--out"));
    const ProgramResult result = start(words + more);
    QVERIFY2(result.exitCode == exitCode, result.err);
    QVERIFY2(result.err.contains(text.toUtf8()), result.err);
    QCOMPARE(filesIn(path("out")), QStringList());
}

void RunTest::tellsAClosedOutput()
{
    QProcess process;
    prepare(process, {"-c", "exec \"$@\" --json >&-", "sh", QString::fromStdString(programPath())}, m_cache.path());
    process.setProgram("/bin/sh");
    process.setArguments(process.arguments() + arguments());
    process.start();
    const ProgramResult told = result(process);
    QVERIFY2(told.exitCode == 7 && told.err.contains("standard output"), told.err);
}

void RunTest::stopsWithinASecond()
{
    QProcess process;
    prepare(process, arguments({"--set", "sampler.steps=1000", "--json"}), m_cache.path());
    process.start();
    QByteArray out;
    QVERIFY(QTest::qWaitFor(
        [&] {
            out += process.readAllStandardOutput();
            return out.contains("\"done\":3,\"total\":1000") || process.state() == QProcess::NotRunning;
        },
        300'000));
    QVERIFY2(process.state() == QProcess::Running, process.readAllStandardError());
    QElapsedTimer timer;
    timer.start();
    ::kill(pid_t(process.processId()), SIGINT);
    const ProgramResult stopped = result(process);
    const qint64 time = timer.elapsed();
    QVERIFY2(stopped.exitCode == 8 && stopped.err.contains("cancelled"), stopped.err);
    QVERIFY2(time <= 1000, QByteArray::number(time) + " ms");
    QVERIFY(filesIn(path("out")).isEmpty());
}

void RunTest::builtInWorkflowsAreCanonical_data()
{
    QTest::addColumn<QString>("file");
    for (const QString& name : QDir(QString::fromStdString(sourcePath("resources/workflows"))).entryList({"*.json"}))
        QTest::newRow(qPrintable(name)) << QString::fromStdString(sourcePath("resources/workflows/")) + name;
}

void RunTest::builtInWorkflowsAreCanonical()
{
    QFETCH(QString, file);
    const OpenedWorkflow opened = openWorkflow(file.toStdString());
    QVERIFY(opened.loaded.warnings.empty());
    QCOMPARE(QByteArray::fromStdString(writeWorkflow(opened.loaded.graph)), contents(file));
    // Every parameter is written out, so that another default changes no old workflow.
    for (const auto& [id, node] : opened.loaded.graph.nodes)
        QCOMPARE(node.params.size(), findNodeType(node.type)->params.size());
}

ATHANOR_CORE_TEST(RunTest)
#include "run_test.moc"
