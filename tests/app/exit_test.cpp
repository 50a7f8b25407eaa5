// How the program ends: well, whatever it did, and in one line where it cannot do it.
#include "app/pictures/image_store.h"
#include "inference/graph/graph_edit.h"
#include "inference/graph/workflow_json.h"
#include "tests/support/program.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>
#include <unistd.h>

using namespace athanor;

class ExitTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void endsWell_data();
    void endsWell();
    void takesSignalsFromTheStart();
    void tellsTooLittleMemory_data();
    void tellsTooLittleMemory();
    void tellsTooFewThreads_data();
    void tellsTooFewThreads();
    void livesWithoutAWorkingFolder();
    void followsLinksInCirclesNowhere_data();
    void followsLinksInCirclesNowhere();
    void tellsABrokenDriver_data();
    void tellsABrokenDriver();
    void keepsLibrariesQuiet_data();
    void keepsLibrariesQuiet();
    void letsErrorsPassEverywhere();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    void put(const QString& name, const std::string& bytes) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes.data(), qint64(bytes.size())) >= 0);
    }
    QStringList generate(const QStringList& more = {}, const QString& steps = "1") const
    {
        return QStringList{"generate", "--model", QString::fromStdString(testDataPath("tiny_a")), "--prompt", "a",
                   "--width", "64", "--height", "64", "--steps", steps}
        + more;
    }
    ProgramResult run(const QStringList& arguments) const { return runProgram(arguments, m_folder.path()); }
    // By the shell, after `before`: "ulimit -v 300000".
    ProgramResult runAfter(const QString& before, const QStringList& arguments) const
    {
        QProcess process;
        prepare(process,
            QStringList{"-c", before + "; exec \"$0\" \"$@\"", QString::fromStdString(programPath())} + arguments,
            m_folder.path());
        process.setProgram("bash");
        process.start();
        return result(process);
    }
    QTemporaryDir m_folder; // and the cache, so that pipelines are compiled once
};

namespace {

void verifyOneLine(const ProgramResult& result, int exitCode, const char* text)
{
    const QByteArray shown = "exit code " + QByteArray::number(result.exitCode) + ": " + result.err;
    QVERIFY2(result.exitCode == exitCode, shown);
    QVERIFY2(result.err.startsWith("athanor: ") && result.err.count('\n') == 1 && result.err.endsWith('\n'), shown);
    QVERIFY2(result.err.contains(text), shown);
}

// Whether Ctrl+C no longer just ends the process: it is held back or handled.
bool heedsSignals(qint64 process)
{
    QFile file(QString("/proc/%1/status").arg(process));
    if (!file.open(QIODevice::ReadOnly))
        return false;
    for (const QByteArray& line : file.readAll().split('\n'))
        if (line.startsWith("SigBlk:") || line.startsWith("SigCgt:"))
            if (line.mid(line.indexOf('\t') + 1).toULongLong(nullptr, 16) & 1ull << (SIGINT - 1))
                return true;
    return false;
}

// Every line is the program's own.
void verifyOwnLines(const QByteArray& err)
{
    for (const QByteArray& line : err.split('\n'))
        QVERIFY2(line.isEmpty() || line.startsWith("athanor: "), line);
}

}

void ExitTest::initTestCase()
{
    QVERIFY(QFile::setPermissions(m_folder.path(), QFile::Permissions(0x7777))); // for other users, below
    writePng(path("in.png").toStdString(), {8, 8, std::vector<uint8_t>(192, 77)});
    // An engine and its thread without a device.
    Graph graph;
    Node load = makeNode(*findNodeType("load_image"));
    load.params["file"] = std::string("in.png");
    const NodeId from = addNode(graph, load), save = addNode(graph, makeNode(*findNodeType("save_image")));
    put("w.json", writeWorkflow(connected(graph, {from, "image"}, {save, "image"})));
}

void ExitTest::endsWell_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("generate") << generate({"--out", path("x.png")});
    QTest::newRow("run") << QStringList{"run", path("w.json"), "--out", path("out")};
    QTest::newRow("preprocess") << QStringList{"preprocess", "canny", path("in.png"), path("map.png")};
    QTest::newRow("inspect") << QStringList{"inspect", path("in.png")};
    QTest::newRow("nodes") << QStringList{"nodes"};
    QTest::newRow("devices") << QStringList{"devices"};
    QTest::newRow("window") << QStringList{"window", "--end-when-painted"};
}

// All at once, four at a time: what goes wrong at the end does so the sooner on a busy machine.
void ExitTest::endsWell()
{
    QFETCH(QStringList, arguments);
    const int times = programIsSanitized() ? 5 : 20, together = 4; // a sanitizer sees in one what others need luck for
    QVERIFY2(run(arguments).exitCode == 0, "once alone");
    for (int i = 1; i < times; i += together) {
        std::vector<std::unique_ptr<QProcess>> started;
        for (int j = i; j < std::min(i + together, times); ++j) {
            started.push_back(std::make_unique<QProcess>());
            prepare(*started.back(), arguments, m_folder.path());
            started.back()->start();
        }
        for (const auto& process : started) {
            const ProgramResult ended = result(*process);
            QVERIFY2(ended.exitCode == 0, QByteArray::number(ended.exitCode) + ": " + ended.err);
            verifyOwnLines(ended.err);
        }
    }
}

void ExitTest::takesSignalsFromTheStart()
{
    for (int i = 0; i < (programIsSanitized() ? 10 : 40); ++i) {
        QProcess process;
        prepare(process, generate({"--out", path("never.png")}, "1000"), m_folder.path());
        process.start();
        QVERIFY(process.waitForStarted());
        // From its first lines on, which a busy machine may run late.
        QVERIFY(QTest::qWaitFor([&] { return heedsSignals(process.processId()); }, 30'000));
        usleep(useconds_t(i * 2'000));
        ::kill(pid_t(process.processId()), i % 2 ? SIGTERM : SIGINT);
        const ProgramResult ended = result(process); // perhaps after it has said on which device it runs
        QVERIFY2(ended.exitCode == 8 && ended.err.endsWith("athanor: cancelled\n"), ended.err);
        verifyOwnLines(ended.err);
    }
    QVERIFY(!QFile::exists(path("never.png")));
}

void ExitTest::tellsTooLittleMemory_data()
{
    QTest::addColumn<int>("mebibytes");
    for (const int mebibytes : {100, 250, 300, 400, 600})
        QTest::addRow("%d MiB", mebibytes) << mebibytes;
}

void ExitTest::tellsTooLittleMemory()
{
    if (programIsSanitized()) // which takes terabytes of address space
        return;
    QFETCH(int, mebibytes);
    QElapsedTimer timer;
    timer.start();
    verifyOneLine(
        runAfter(QString("ulimit -v %1").arg(mebibytes << 10), generate({"--out", path("x.png")})), 6, "ulimit -v");
    QVERIFY2(timer.elapsed() < 30'000, "it hung");
    if (mebibytes >= 300) {
        const ProgramResult inspected =
            runAfter(QString("ulimit -v %1").arg(mebibytes << 10), {"inspect", path("in.png")});
        QVERIFY2(inspected.exitCode == 0 && inspected.err.isEmpty(), inspected.err);
    }
}

void ExitTest::tellsTooFewThreads_data()
{
    QTest::addColumn<int>("threads");
    for (const int threads : {1, 2, 3, 5, 8})
        QTest::addRow("%d", threads) << threads;
}

void ExitTest::tellsTooFewThreads()
{
    QFETCH(int, threads);
    const QString out = path(QString("threads-%1.png").arg(threads)); // nobody's yet
    // Of a user without other processes: root has no limit.
    const QString user = QString::number(50'000 + getpid() % 10'000);
    QString before = QString("ulimit -u %1").arg(threads);
    QStringList arguments = generate({"--out", out});
    QProcess process;
    prepare(process, {}, m_folder.path());
    if (programIsSanitized()) { // whose search for leaks takes a thread, too
        QProcessEnvironment environment = process.processEnvironment();
        environment.insert("ASAN_OPTIONS", "detect_leaks=0");
        process.setProcessEnvironment(environment);
    }
    if (geteuid() == 0) {
        process.setProgram("setpriv");
        process.setArguments(QStringList{"--reuid", user, "--regid", user, "--clear-groups", "prlimit",
                                 QString("--nproc=%1").arg(threads), QString::fromStdString(programPath())}
            + arguments);
        process.start();
        verifyOneLine(result(process), 6, "ulimit -u");
    } else {
        verifyOneLine(runAfter(before, arguments), 6, "ulimit -u");
    }
}

void ExitTest::livesWithoutAWorkingFolder()
{
    const QString gone = QString("cd \"$(mktemp -d)\" && rmdir \"$PWD\"");
    const ProgramResult drawn = runAfter(gone, generate({"--out", path("y.png")}));
    QVERIFY2(drawn.exitCode == 0, drawn.err);
    QVERIFY(QFile::exists(path("y.png")));
    verifyOneLine(runAfter(gone, generate({"--out", "y.png"})), 7, "cannot write y.png: No such file");
    const ProgramResult ran = runAfter(gone, {"run", path("w.json"), "--out", path("out2")});
    QVERIFY2(ran.exitCode == 0, ran.err);
    verifyOneLine(runAfter(gone, {"run", path("w.json"), "--out", "out"}), 7, "No such file");
    verifyOneLine(runAfter(gone, {"run", path("w.json")}), 7, "No such file");
    verifyOneLine(run({"run", path("w.json"), "--out", ""}), 2, "--out");
}

void ExitTest::followsLinksInCirclesNowhere_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QVERIFY(QFile::link("loop.png", path("loop.png")) || QFile::exists(path("loop.png")));
    const QString loop = path("loop.png"), out = path("z.png");
    const auto row = [](const char* name, const QStringList& arguments, int exitCode) {
        QTest::newRow(name) << arguments << exitCode;
    };
    row("inspect", {"inspect", loop}, 4);
    row("workflow", {"run", loop}, 4);
    row("output folder", {"run", path("w.json"), "--out", loop}, 7);
    row("preview folder", {"run", path("w.json"), "--out", path("out3"), "--preview", loop}, 7);
    row("model", {"generate", "--model", loop, "--prompt", "a", "--out", out}, 4);
    row("picture", generate({"--out", loop}), 7);
    row("start", generate({"--init", loop, "--out", out}), 4);
    row("VAE", generate({"--vae", loop, "--out", out}), 4);
    row("preprocess", {"preprocess", "canny", loop, out}, 4);
    row("map", {"preprocess", "canny", path("in.png"), loop}, 7);
}

void ExitTest::followsLinksInCirclesNowhere()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, exitCode);
    verifyOneLine(run(arguments), exitCode, "loop.png");
}

void ExitTest::tellsABrokenDriver_data()
{
    QTest::addColumn<QString>("manifest");
    QTest::newRow("rubbish") << "rubbish";
    QTest::newRow("empty") << "";
    if (!programIsSanitized()) { // which ends the program itself when Debian's loader takes these for what they are not
        QTest::newRow("JSON of something else") << "[1, 2]";
        QTest::newRow("no name of a library")
            << R"({"file_format_version":"1.0.0","ICD":{"library_path":5,"api_version":"1.2.0"}})";
    }
    QTest::newRow("no library")
        << R"({"file_format_version":"1.0.0","ICD":{"library_path":"/nowhere.so","api_version":"1.2.0"}})";
    QTest::newRow("another library")
        << R"({"file_format_version":"1.0.0","ICD":{"library_path":"libz.so.1","api_version":"1.2.0"}})";
}

void ExitTest::tellsABrokenDriver()
{
    QFETCH(QString, manifest);
    put("driver.json", manifest.toStdString());
    const QString before = "export VK_DRIVER_FILES=" + path("driver.json") + " VK_ICD_FILENAMES=" + path("driver.json");
    verifyOneLine(runAfter(before, {"devices"}), 5, "install");
    verifyOneLine(runAfter(before, generate({"--out", path("x.png")})), 5, "install");
}

void ExitTest::keepsLibrariesQuiet_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("Vulkan's loader") << "export VK_LOADER_DEBUG=all" << QStringList{"devices"};
    QTest::newRow("Qt") << "export QT_DEBUG_PLUGINS=1 QT_LOGGING_RULES='*=true'"
                        << QStringList{"run", path("w.json"), "--out", path("out4")};
    put("damaged.png", [this] {
        QFile file(path("in.png"));
        std::string bytes = file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : "";
        bytes[bytes.size() - 20] ^= 1; // libpng tells of it
        return bytes;
    }());
    QTest::newRow("libpng") << "true" << QStringList{"preprocess", "canny", path("damaged.png"), path("map.png")};
}

void ExitTest::keepsLibrariesQuiet()
{
    QFETCH(QString, before);
    QFETCH(QStringList, arguments);
    verifyOwnLines(runAfter(before, arguments).err);
}

// A piece of code of no bytes that has unwind information hides that of the code behind it, where an error then ends
// the program (CMakeLists.txt).
void ExitTest::letsErrorsPassEverywhere()
{
    QProcess readelf;
    readelf.start("readelf", {"--debug-dump=frames", QString::fromStdString(programPath()) + "-program"});
    const ProgramResult result = athanor::result(readelf);
    QCOMPARE(result.exitCode, 0);
    static const QRegularExpression range(" FDE .* pc=([0-9a-f]+)\\.\\.([0-9a-f]+)");
    int seen = 0;
    for (const QByteArray& line : result.out.split('\n'))
        if (line.contains(" FDE ")) {
            const auto found = range.match(QString::fromLatin1(line));
            QVERIFY2(found.hasMatch() && found.captured(1) != found.captured(2), line);
            ++seen;
        }
    QVERIFY2(seen > 1'000, QByteArray::number(seen));
}

ATHANOR_CORE_TEST(ExitTest)
#include "exit_test.moc"
