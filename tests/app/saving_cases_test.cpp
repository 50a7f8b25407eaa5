// E10 to E15: files are written as a whole or not at all, whatever becomes of the disk, the folder or the program.
#include "app/files/new_file.h"
#include "app/files/whole_file.h"
#include "render/error.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QFile>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <functional>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace athanor;

namespace {

// While it lives, this process may do what any user may.
struct Unprivileged {
    static constexpr uid_t nobody = 65'534;
    const bool wasRoot = geteuid() == 0;
    Unprivileged()
    {
        if (wasRoot && setresuid(nobody, nobody, 0) != 0)
            qFatal("cannot become another user");
    }
    ~Unprivileged()
    {
        if (wasRoot && setresuid(0, 0, 0) != 0)
            qFatal("cannot become root again");
    }
};

// The number of a process that has ended.
pid_t goneProcess()
{
    const pid_t child = fork();
    if (child == 0)
        _exit(0);
    waitpid(child, nullptr, 0);
    return child;
}

// While it lives, no file grows beyond so many bytes.
struct SizeLimit {
    rlimit before{};
    void (*handler)(int);
    explicit SizeLimit(rlim_t bytes)
        : handler(std::signal(SIGXFSZ, SIG_IGN))
    {
        getrlimit(RLIMIT_FSIZE, &before);
        const rlimit tight{bytes, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &tight);
    }
    ~SizeLimit()
    {
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
    }
};

}

class SavingCasesTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void e10_killedAtAnyTime();
    void e12_diskFull_data();
    void e12_diskFull();
    void e12_readOnlyFolder();
    void e12_folderDeleted();
    void e13_syncFails();
    void e13_diskGivesOtherBytesBack();
    void e14_links();
    void e14_notWritable();
    void e15_neverTheNameOfAnother();

private:
    std::string path(const char* name) const { return m_folder->filePath(name).toStdString(); }
    QByteArray contents(const char* name) const
    {
        QFile file(m_folder->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
    }
    void put(const char* name, const QByteArray& bytes) const
    {
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }
    QStringList files() const { return QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden | QDir::System); }
    // What the call says, "" if it succeeds.
    static std::string problem(const std::function<void()>& call)
    {
        try {
            call();
            return {};
        } catch (const Error& error) {
            return error.kind == ErrorKind::CannotWrite ? error.what()
                                                        : std::string("of another kind: ") + error.what();
        }
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void SavingCasesTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    chmod(m_folder->path().toLocal8Bit().constData(), 0777);
}

void SavingCasesTest::e10_killedAtAnyTime()
{
    const std::string old(200'000, 'o'), young(300'000, 'y');
    writeWhole(path("x"), old);
    for (int i = 0; i < 20; ++i) {
        const pid_t child = fork();
        if (child == 0)
            for (;;) {
                writeWhole(path("x"), young);
                writeWhole(path("x"), old);
                writeNewFile({m_folder->path().toStdString() + "/new", "\x01", ".png"}, young);
            }
        usleep(useconds_t(1000 * (i + 1)));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        const std::string now = contents("x").toStdString();
        QVERIFY(now == old || now == young);
    }
    const QDir made(m_folder->filePath("new"));
    for (const QString& name : made.entryList(QDir::Files)) // without what begins with a dot
        QCOMPARE(QFileInfo(made.filePath(name)).size(), qint64(young.size()));
    // Of a process that is gone, unless it only seems so from here and holds them.
    const std::string dead = ".athanor-" + std::to_string(goneProcess()) + "-";
    for (const std::string& name : {draftPrefix() + "mine", draftPrefix() + "before", dead + "held", dead + "left"})
        put(name.c_str(), "being written");
    put(".athanor-x", "another's");
    put((".athanor-" + std::to_string(getppid()) + "-x").c_str(), "of a process that lives");
    const QStringList kept{QString::fromStdString(draftPrefix() + "mine"), QString::fromStdString(dead + "held"),
        QString(".athanor-%1-x").arg(getppid()), ".athanor-x", "x"};
    const int mine = open(path((draftPrefix() + "mine").c_str()).c_str(), O_RDWR);
    const int held = open(path((dead + "held").c_str()).c_str(), O_RDWR);
    QVERIFY(holdDraft(mine) && holdDraft(held));
    removeDrafts(m_folder->path().toStdString());
    removeDrafts(made.path().toStdString());
    const QStringList left = files();
    QCOMPARE(QSet<QString>(left.begin(), left.end()), QSet<QString>(kept.begin(), kept.end()));
    close(held);
    close(mine);
    removeDrafts(m_folder->path().toStdString());
    QCOMPARE(files().size(), 3);
    QVERIFY(made.entryList(QDir::Files | QDir::Hidden) == made.entryList(QDir::Files));
}

void SavingCasesTest::e12_diskFull_data()
{
    QTest::addColumn<int>("limit");
    for (const int limit : {0, 1, 4096, 99'999})
        QTest::addRow("after %d bytes", limit) << limit;
}

void SavingCasesTest::e12_diskFull()
{
    QFETCH(int, limit);
    const std::string bytes(100'000, 'x');
    put("x.png", "old");
    std::string first, second;
    {
        const SizeLimit full{rlim_t(limit)};
        first = problem([&] { writeWhole(path("x.png"), bytes); });
        second = problem([&] { writeNewFile({m_folder->path().toStdString(), "x", ".png"}, bytes); });
    }
    for (const std::string& text : {first, second}) {
        QVERIFY2(text.find("File too large; it needs 98 KiB, ") != std::string::npos, text.c_str());
        QVERIFY2(text.find("are free") != std::string::npos, text.c_str());
    }
    QCOMPARE(contents("x.png"), QByteArray("old"));
    QCOMPARE(files(), QStringList{"x.png"});
    writeNewFile({m_folder->path().toStdString(), "x", ".png"}, bytes); // room again
    QCOMPARE(files(), (QStringList{"x-2.png", "x.png"}));
}

void SavingCasesTest::e12_readOnlyFolder()
{
    put("x.png", "old");
    const QByteArray folder = m_folder->path().toLocal8Bit();
    chmod(folder.constData(), 0555);
    std::string replaced, made, checked;
    {
        const Unprivileged user;
        replaced = problem([&] { writeWhole(path("y.png"), "bytes"); });
        checked = problem([&] { requireWritable(path("y.png")); });
        made = problem([&] { writeNewFile({m_folder->path().toStdString(), "a/x", ".png"}, "bytes"); });
    }
    chmod(folder.constData(), 0777);
    for (const std::string& text : {replaced, made, checked})
        QVERIFY2(text.find("Permission denied") != std::string::npos, text.c_str());
    QCOMPARE(files(), QStringList{"x.png"});
}

// The rule: it is made again, as it was at first.
void SavingCasesTest::e12_folderDeleted()
{
    const NewFile file{m_folder->path().toStdString() + "/out", "x", ".png"};
    writeNewFile(file, "first");
    QVERIFY(QDir(m_folder->filePath("out")).removeRecursively());
    writeNewFile(file, "second");
    QCOMPARE(contents("out/x.png"), QByteArray("second"));
    // A file in its place is none.
    QVERIFY(QDir(m_folder->filePath("out")).removeRecursively());
    put("out", "a file");
    QVERIFY(!problem([&] { writeNewFile(file, "third"); }).empty());
    QCOMPARE(contents("out"), QByteArray("a file"));
}

void SavingCasesTest::e13_syncFails()
{
    int ends[2];
    QVERIFY(pipe(ends) == 0);
    QCOMPARE(writeAndCheck(ends[1], "bytes"), EINVAL); // pipes cannot be synced
    close(ends[0]);
    close(ends[1]);
    const int full = ::open("/dev/full", O_RDWR | O_CLOEXEC);
    QCOMPARE(writeAndCheck(full, "bytes"), ENOSPC);
    close(full);
}

void SavingCasesTest::e13_diskGivesOtherBytesBack()
{
    put("x", "old");
    const int file = ::open(path("x").c_str(), O_RDWR | O_APPEND | O_CLOEXEC);
    QCOMPARE(writeAndCheck(file, "new"), EIO); // behind what is read again
    close(file);
    const int empty = ::open(path("y").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    QCOMPARE(writeAndCheck(empty, std::string(200'000, 'x')), 0);
    close(empty);
}

// The rules: a link is followed, one to nothing makes its file, a second name keeps what it had.
void SavingCasesTest::e14_links()
{
    QVERIFY(QDir(m_folder->path()).mkdir("there"));
    put("there/real", "old");
    QVERIFY(QFile::link("there/real", m_folder->filePath("link")) && QFile::link("link", m_folder->filePath("link2")));
    QVERIFY(QFile::link("there/none", m_folder->filePath("dangling")));
    writeWhole(path("link2"), "new");
    writeWhole(path("dangling"), "made");
    QCOMPARE(contents("there/real"), QByteArray("new"));
    QCOMPARE(contents("there/none"), QByteArray("made"));
    for (const char* name : {"link", "link2", "dangling"})
        QVERIFY(QFileInfo(m_folder->filePath(name)).isSymLink());
    QVERIFY(QFile::link("round", m_folder->filePath("round")));
    QVERIFY(!problem([&] { writeWhole(path("round"), "x"); }).empty());

    put("one", "old");
    QVERIFY(::link(path("one").c_str(), path("two").c_str()) == 0);
    writeWhole(path("one"), "new");
    QCOMPARE(contents("one"), QByteArray("new"));
    QCOMPARE(contents("two"), QByteArray("old"));
}

// The rules: a file that may not be written stays; the mode of one that is replaced stays.
void SavingCasesTest::e14_notWritable()
{
    put("x", "old");
    chmod(path("x").c_str(), 0444);
    {
        const Unprivileged user;
        QVERIFY(problem([&] { writeWhole(path("x"), "new"); }).find("Permission denied") != std::string::npos);
    }
    QCOMPARE(contents("x"), QByteArray("old"));
    chmod(path("x").c_str(), 0640);
    writeWhole(path("x"), "new");
    struct stat status { };
    QVERIFY(stat(path("x").c_str(), &status) == 0);
    QCOMPARE(status.st_mode & 0777, mode_t(0640));
    const mode_t mask = umask(027);
    umask(mask);
    writeWhole(path("y"), "new");
    QVERIFY(stat(path("y").c_str(), &status) == 0);
    QCOMPARE(status.st_mode & 0777, mode_t(0666 & ~mask));
}

void SavingCasesTest::e15_neverTheNameOfAnother()
{
    std::vector<pid_t> children;
    for (char letter = 'a'; letter < 'e'; ++letter) {
        children.push_back(fork());
        if (children.back() == 0) {
            for (int i = 0; i < 20; ++i)
                writeNewFile({m_folder->path().toStdString(), "x", ".png"}, std::string(1000, letter));
            _exit(0);
        }
    }
    for (const pid_t child : children) {
        int status = 1;
        waitpid(child, &status, 0);
        QCOMPARE(status, 0);
    }
    QMap<QByteArray, int> counts;
    for (const QString& name : files())
        ++counts[contents(name.toUtf8())];
    QCOMPARE(files().size(), 80);
    for (char letter = 'a'; letter < 'e'; ++letter)
        QCOMPARE(counts[QByteArray(1000, letter)], 20);
}

ATHANOR_TEST(SavingCasesTest)
#include "saving_cases_test.moc"
