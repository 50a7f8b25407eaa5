// J13: which names in a workflow are names of files in our folders, the same on every system.
#include "inference/graph/file_name.h"

#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

class FileNameTest : public QObject {
    Q_OBJECT
private slots:
    void tellsPlainNames_data();
    void tellsPlainNames();
};

void FileNameTest::tellsPlainNames_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("problem"); // empty: a plain name
    const auto row = [](const QByteArray& name, const char* problem) {
        QTest::newRow(name.left(40).toPercentEncoding()) << name << QByteArray(problem);
    };
    for (const char* name : {"model.safetensors", "sd15/a model (v1.5).safetensors", "日本/モデル.ckpt", ".hidden",
             "..a", "a..b", "CONSOLE", "com10", "com", "a~", "-x", "<b>.png", "%n"})
        row(name, "");
    row(QByteArray(1000, 'a'), "");
    row(QByteArray(1001, 'a'), "has 1001 bytes, the limit is 1000");
    row("", "is empty");
    for (const char* name : {"../a", "a/../b", "..", ".", "a/.", "./a"})
        row(name, "leads through");
    for (const char* name : {"/etc/passwd", "//host/share", "~", "~/a", "~root/a"})
        row(name, "begins outside");
    for (const char* name : {"a\\b", "..\\..\\a.png", "\\\\host\\share"})
        row(name, "backslash");
    for (const char* name : {"C:/x.png", "a:b", "http://x/a", "file:///a"})
        row(name, "colon");
    for (const char* name : {"CON", "nul.txt", "x/COM1.png", "lpt9", "aux .png", "Prn/a"})
        row(name, "device");
    for (const char* name : {"a.", "a ", "b. /a", "x./a", "..."})
        row(name, "ends in a dot or a blank");
    for (const char* name : {"a//b", "a/"})
        row(name, "empty folder name");
    row(QByteArray("a\0b", 3), "control character");
    row("a\nb", "control character");
    row("a\x7f", "control character");
}

void FileNameTest::tellsPlainNames()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, problem);
    const QByteArray said = QByteArray::fromStdString(fileNameProblem(name.toStdString()));
    QVERIFY2(problem.isEmpty() ? said.isEmpty() : said.contains(problem), "said: " + said);
}

ATHANOR_TEST(FileNameTest)
#include "file_name_test.moc"
