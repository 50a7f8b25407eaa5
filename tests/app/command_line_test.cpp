// The program's answers to wrong and unusual arguments, from outside.
#include "tests/support/program.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

class CommandLineTest : public QObject {
    Q_OBJECT
private slots:
    void refuses_data();
    void refuses();
    void refusesGenerateValues_data();
    void refusesGenerateValues();
    void helps_data();
    void helps();
    void saysWhenOutputIsLost();
    void survivesClosedStreams();
    void listsDevices();
    void saysWhenThereIsNoDevice();

private:
    ProgramResult run(const QStringList& arguments) { return runProgram(arguments, m_folder.path()); }
    QTemporaryDir m_folder;
};

namespace {

// One line that names the program and, somewhere, `text`.
void verifyError(const ProgramResult& result, int exitCode, const QString& text)
{
    const QByteArray shown = "exit code " + QByteArray::number(result.exitCode) + ": " + result.err;
    QVERIFY2(result.exitCode == exitCode, shown);
    QVERIFY2(result.err.startsWith("athanor: ") && result.err.count('\n') == 1 && result.err.endsWith('\n'), shown);
    QVERIFY2(result.err.contains(text.toUtf8()), shown);
    QVERIFY2(!result.err.contains('\x1b') && result.err.size() < 2500, shown);
    QCOMPARE(result.out, QByteArray());
}

}

void CommandLineTest::refuses_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("text");
    QTest::newRow("unknown subcommand") << QStringList{"paint"} << 2 << "paint";
    QTest::newRow("unknown option") << QStringList{"inspect", "x", "--fast"} << 2 << "--fast";
    QTest::newRow("two files") << QStringList{"inspect", "x", "y"} << 2 << "y";
    QTest::newRow("no file") << QStringList{"inspect"} << 2 << "FILE";
    QTest::newRow("300 arguments") << QStringList{"devices"} + QString("x ").repeated(300).trimmed().split(' ') << 2
                                   << "x x";
    QTest::newRow("escape sequences") << QStringList{"devices", "\x1b[2J\nx"} << 2 << "\\x1b[2J";
    QTest::newRow("missing value") << QStringList{"generate", "--prompt"} << 2 << "--prompt";
    for (const char* option : {"--init", "--vae", "--device", "--preview", "--model"})
        QTest::addRow("empty %s", option)
            << QStringList{"generate", "--prompt", "a", "--out", "x.png", option, ""} << 2 << QString(option) + " \"\"";
    QTest::newRow("empty name") << QStringList{"inspect", ""} << 4 << "the name of the file is empty";
    QTest::newRow("missing file") << QStringList{"inspect", "/nowhere/x\n.safetensors"} << 4
                                  << "x\\x0a.safetensors: No such file";
    QTest::newRow("a device") << QStringList{"inspect", "/dev/null"} << 3 << "/dev/null";
}

void CommandLineTest::refuses()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, exitCode);
    QFETCH(QString, text);
    verifyError(run(arguments), exitCode, text);
}

void CommandLineTest::refusesGenerateValues_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* option, const char* value, const char* text) {
        QTest::addRow("%s \"%s\"", option, value) << option << value << text;
    };
    for (const char* option : {"--width", "--height"}) {
        for (const char* value :
            {"0", "-8", "1", "7", "63", "8193", "2147483648", "512px", "", "5e2", "99999999999999999999"})
            row(option, value, "from 64 to 8192");
    }
    for (const char* value : {"0", "-1", "1001", "1.5", " 5", "0x10"})
        row("--steps", value, "from 1 to 1000");
    for (const char* value : {"nan", "inf", "-inf", "-NaN", "100.5", "-101", "7,5", "seven", "1e999"})
        row("--cfg", value, "from -100 to 100");
    for (const char* value : {"18446744073709551616", "1.5", "", "-2", "1e3", "1e30", "0.5"})
        row("--seed", value, "from 0 to 18446744073709551615");
    for (const char* value : {"0", "65", "-1"})
        row("--batch", value, "from 1 to 64");
    for (const char* value : {"0", "25"})
        row("--clip-skip", value, "from 1 to 24");
    for (const char* value : {"nan", "-0.1", "1.1"})
        row("--eta", value, "from 0 to 1");
    row("--sampler", "eulr", "nearest are euler");
    row("--sampler", "", "all are euler");
    row("--schedule", "karas", "nearest are karras");
    row("--precision", "fp64", "fp16");
    row("--rng", "gpu", "philox");
    row("--tile", "maybe", "auto");
    row("--lora", "", "--lora");
    row("--lora", "ink:101", "is not from -100 to 100");
    row("--lora", "ink:nan", "is not from -100 to 100");
    row("--lora", "ink:0.5:-1e9", "is not from -100 to 100");
    row("--control-mode", "", "all are balanced, prompt");
    row("--control-resize", "crp", "nearest are crop");
    row("--out", "x.gif", "ends in .png");
    row("--out", "", "ends in .png");
    row("--strength", "0.5", "--init");
    row("--mask", "m.png", "--init");
}

void CommandLineTest::refusesGenerateValues()
{
    QFETCH(QString, option);
    QFETCH(QString, value);
    QFETCH(QString, text);
    QStringList arguments{"generate", "--prompt", "a", "--model", "/nowhere", option, value};
    if (option != "--out")
        arguments += {"--out", m_folder.filePath("x.png")};
    const ProgramResult result = run(arguments);
    verifyError(result, 2, text);
    QVERIFY2(result.err.contains(option.toUtf8()) || result.err.contains("unknown"), result.err);
}

void CommandLineTest::helps_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("text");
    QTest::newRow("help") << QStringList{"--help"} << "generate";
    QTest::newRow("help of a subcommand") << QStringList{"generate", "--help"} << "--sampler";
    QTest::newRow("version") << QStringList{"--version"} << "athanor 0.";
}

void CommandLineTest::helps()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, text);
    const ProgramResult result = run(arguments);
    QCOMPARE(result.exitCode, 0);
    QVERIFY2(result.out.contains(text.toUtf8()), result.out);
    QCOMPARE(result.err, QByteArray());
}

void CommandLineTest::saysWhenOutputIsLost()
{
    QProcess process;
    prepare(process, {"--help"}, m_folder.path());
    process.setStandardOutputFile("/dev/full");
    process.start();
    verifyError(result(process), 7, "No space left on device");
}

// The next file opened would get the number of a closed stream, and our text with it.
void CommandLineTest::survivesClosedStreams()
{
    QProcess process;
    process.start("bash",
        {"-c", "exec <&- >&-; exec \"$0\" \"$@\"", QString::fromStdString(programPath()), "inspect",
            QString::fromStdString(testDataPath("tiny_a.safetensors"))});
    verifyError(result(process), 7, "standard output");
}

void CommandLineTest::listsDevices()
{
    const ProgramResult result = run({"devices"});
    QVERIFY2(result.exitCode == 0, result.err);
    for (const char* text : {"0: ", "type", "driver", "memory", "kernels", "16-bit storage", "subgroup broadcast"})
        QVERIFY2(result.out.contains(text), result.out);
}

void CommandLineTest::saysWhenThereIsNoDevice()
{
    QProcess process;
    prepare(process, {"devices"}, m_folder.path());
    QProcessEnvironment environment = process.processEnvironment();
    environment.insert("VK_ICD_FILENAMES", "/nowhere.json");
    environment.insert("VK_DRIVER_FILES", "/nowhere.json");
    process.setProcessEnvironment(environment);
    process.start();
    verifyError(result(process), 5, "install");
}

ATHANOR_CORE_TEST(CommandLineTest)
#include "command_line_test.moc"
