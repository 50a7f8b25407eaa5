// FIFOs and devices where the program expects a file of its own: never waited for, never replaced.
#include "render/regular_file.h"

#include "app/engine/model_hash.h"
#include "app/engine/model_scan.h"
#include "app/engine/node_times.h"
#include "app/engine/run_journal.h"
#include "app/engine/workflow_file.h"
#include "app/pictures/image_store.h"
#include "inference/weights/model_files.h"
#include "render/error.h"
#include "tests/support/program.h"
#include "tests/support/test_program.h"
#include "ui/window/autosave.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

using namespace athanor;

namespace {

ErrorKind kindOf(const std::function<void()>& action, QByteArray* text = nullptr)
{
    try {
        action();
    } catch (const Error& error) {
        if (text)
            *text = error.what();
        return error.kind;
    }
    return ErrorKind(0);
}

}

class RegularFilesTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void replacesFilesOnly_data();
    void replacesFilesOnly();
    void commandsRefuseBeforeTheWork_data();
    void commandsRefuseBeforeTheWork();
    void foldersMustBeFolders();
    void readsWholeSmallFiles();
    void cachesNeverBlock();
    void filesThatAreOpenedNeverBlock();
    void theWindowSetsSettingsAside();
    void recoveryNeverBlocks();

private:
    std::string path(const std::string& name) const
    {
        return m_folder->filePath(QString::fromStdString(name)).toStdString();
    }
    std::string fifo(const std::string& name) const
    {
        ::unlink(path(name).c_str());
        if (mkfifo(path(name).c_str(), 0666) != 0)
            qFatal("cannot make a FIFO");
        return path(name);
    }
    bool isFifo(const std::string& name) const
    {
        struct stat status = {};
        return lstat(path(name).c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void RegularFilesTest::replacesFilesOnly_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("FIFO") << "fifo";
    QTest::newRow("link to a FIFO") << "link";
    QTest::newRow("link to a device of our own") << "device";
}

// Never with a real device: where none can be made, a FIFO takes its place.
void RegularFilesTest::replacesFilesOnly()
{
    QFETCH(QString, kind);
    if (kind != "device" || mknod(path("real").c_str(), S_IFCHR | 0666, makedev(1, 3)) != 0)
        fifo("real");
    const std::string name = kind == "fifo" ? "real" : "x.png";
    if (kind != "fifo")
        QCOMPARE(symlink(path("real").c_str(), path("x.png").c_str()), 0);
    struct stat before = {}, after = {};
    QCOMPARE(stat(path("real").c_str(), &before), 0);
    QByteArray text;
    QCOMPARE(kindOf([&] { requireWritable(path(name)); }, &text), ErrorKind::CannotWrite);
    QVERIFY2(text.contains("only files are replaced"), text);
    QCOMPARE(kindOf([&] { writePng(path(name), {1, 1, {1, 2, 3}}); }), ErrorKind::CannotWrite);
    QVERIFY(!isReplaceable(path(name)));
    QVERIFY(isReplaceable(path("nothing here")));
    QCOMPARE(lstat(path("real").c_str(), &after), 0);
    QCOMPARE(after.st_ino, before.st_ino);
    QCOMPARE(after.st_mode, before.st_mode);
    QCOMPARE(
        QDir(m_folder->path()).entryList(QDir::AllEntries | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot).size(),
        kind == "fifo" ? 1 : 2); // no draft is left
}

void RegularFilesTest::commandsRefuseBeforeTheWork_data()
{
    QTest::addColumn<QStringList>("words");
    const QString input = QString::fromStdString(sourcePath("resources/inputs/house.jpg"));
    const QString workflow = QString::fromStdString(sourcePath("resources/workflows/text-to-image.json"));
    // Each is long, or would fail otherwise, but for the place of the result.
    QTest::newRow("generate") << QStringList{"generate", "--prompt", "a house", "--steps", "1000", "--out", "FIFO"};
    QTest::newRow("generate, a batch") << QStringList{
        "generate", "--prompt", "a house", "--steps", "1000", "--batch", "2", "--out", "FIRST"};
    QTest::newRow("generate, previews") << QStringList{
        "generate", "--prompt", "a house", "--steps", "1000", "--out", "SECOND", "--preview", "FIFO"};
    QTest::newRow("preprocess") << QStringList{"preprocess", "canny", input, "FIFO"};
    QTest::newRow("run") << QStringList{"run", workflow, "--set", "sampler.steps=1000", "--out", "FIFO"};
    QTest::newRow("run, previews") << QStringList{"run", workflow, "--preview", "FIFO"};
}

void RegularFilesTest::commandsRefuseBeforeTheWork()
{
    QFETCH(QStringList, words);
    fifo("x-2.png"); // what the second of a batch is called
    words.replaceInStrings("FIFO", QString::fromStdString(path("x-2.png")));
    words.replaceInStrings("SECOND", QString::fromStdString(path("y.png")));
    words.replaceInStrings("FIRST", QString::fromStdString(path("x.png")));
    const ProgramResult result = runProgram(words, m_folder->filePath("cache"));
    QVERIFY2(result.exitCode == 7, result.err);
    QVERIFY(isFifo("x-2.png"));
}

void RegularFilesTest::foldersMustBeFolders()
{
    requireWritableFolder(m_folder->path().toStdString());
    requireWritableFolder(path("a/b/c"));
    QVERIFY(!QDir(m_folder->path()).exists("a"));
    fifo("x");
    QCOMPARE(kindOf([&] { requireWritableFolder(path("x")); }), ErrorKind::CannotWrite);
    QCOMPARE(kindOf([&] { requireWritableFolder(path("x/y/z")); }), ErrorKind::CannotWrite);
}

void RegularFilesTest::readsWholeSmallFiles()
{
    std::ofstream(path("five")) << "12345";
    QVERIFY(readSmallFile(path("five"), 5) == "12345");
    QVERIFY(!readSmallFile(path("five"), 4));
    QVERIFY(!readSmallFile(path("none"), 4));
    QVERIFY(!readSmallFile(fifo("x"), 100));
    QVERIFY(!readSmallFile(m_folder->path().toStdString(), 1 << 20));
}

void RegularFilesTest::cachesNeverBlock()
{
    const std::string cache = path("cache");
    keepNodeTimes(cache, {{"sample", 2}});
    QCOMPARE(readNodeTimes(cache).at("sample"), 2.);
    fifo("cache/node-times.json");
    QVERIFY(readNodeTimes(cache).empty());
    keepNodeTimes(cache, {{"sample", 2}});
    QVERIFY(isFifo("cache/node-times.json"));

    const auto onlyFileIn = [&](const char* folder) {
        const QStringList names = QDir(QString::fromStdString(cache + '/' + folder)).entryList(QDir::Files);
        return names.size() == 1 ? std::string("cache/") + folder + '/' + names.first().toStdString() : "";
    };
    const ModelFiles model = openModel(testDataPath("tiny_a.safetensors"));
    const std::string digits = modelHash(model, cache), hashFile = onlyFileIn("model-hashes");
    fifo(hashFile);
    QCOMPARE(modelHash(model, cache), digits);
    QVERIFY(isFifo(hashFile));

    const RunJournal journal{cache, m_folder->path().toStdString()};
    std::ofstream(path("x.png")) << "x";
    journal.remember("key", {path("x.png")});
    QCOMPARE(journal.find("key").size(), size_t(1));
    const std::string entry = onlyFileIn("outputs");
    fifo(entry);
    QVERIFY(journal.find("key").empty());
    journal.remember("key", {path("x.png")});
    QVERIFY(isFifo(entry));
}

void RegularFilesTest::filesThatAreOpenedNeverBlock()
{
    const std::string file = fifo("x.json");
    QCOMPARE(kindOf([&] { openWorkflow(file); }), ErrorKind::BadFile);
    QCOMPARE(kindOf([&] { openModel(file); }), ErrorKind::BadFile);
    QCOMPARE(kindOf([&] { readImage(file); }), ErrorKind::BadFile);
    ModelScan scan;
    bool isNull = false;
    scan.readPicture(QString::fromStdString(file), 10, [&](const QImage& picture) { isNull = picture.isNull(); });
    QVERIFY(QTest::qWaitFor([&] { return isNull; }, 60'000));
}

void RegularFilesTest::theWindowSetsSettingsAside()
{
    for (const char* name : {"athanor.conf", "athanor.conf.lock"}) {
        QVERIFY(QDir(m_folder->path()).mkpath("config/athanor"));
        const std::string file = std::string("config/athanor/") + name;
        fifo(file);
        QProcess process;
        prepare(process, {"window", "--end-when-painted"}, m_folder->filePath("cache"));
        QProcessEnvironment environment = process.processEnvironment();
        for (const char* variable : {"XDG_CONFIG_HOME", "XDG_DATA_HOME"})
            environment.insert(variable, m_folder->filePath("config"));
        environment.insert("QT_QPA_PLATFORM", "offscreen");
        process.setProcessEnvironment(environment);
        process.start();
        QTRY_VERIFY_WITH_TIMEOUT(process.bytesAvailable() > 0 || process.state() == QProcess::NotRunning, 60'000);
        QCOMPARE(process.readAllStandardOutput(), QByteArray("painted\n"));
        process.terminate();
        const ProgramResult ended = result(process);
        QVERIFY2(ended.err.contains("is a FIFO"), ended.err);
        QVERIFY(isFifo(file));
        ::unlink(path(file).c_str());
    }
}

void RegularFilesTest::recoveryNeverBlocks()
{
    for (const char* name : {"1", "2"})
        std::ofstream(path(std::string(name) + ".json")) << "{}";
    fifo("1.lock");
    fifo("2.name");
    fifo(std::to_string(getpid()) + ".lock");
    GraphDocument document;
    const Autosave autosave(document, {}, m_folder->path());
    const std::optional<Recovered> found = autosave.find();
    QVERIFY(found);
    QVERIFY(QStringList({"1.json", "2.json"}).contains(QFileInfo(found->kept).fileName()));
    QVERIFY(found->file.isEmpty());
    QVERIFY(isFifo("1.lock"));
}

ATHANOR_CORE_TEST(RegularFilesTest)
#include "regular_files_test.moc"
