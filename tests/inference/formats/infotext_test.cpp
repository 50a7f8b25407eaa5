#include "inference/formats/infotext.h"

#include "tests/support/growth.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

namespace {

const std::vector<std::pair<std::string, std::string>> someFields{
    {"Steps", "20"}, {"Sampler", "DPM++ 2M"}, {"CFG scale", "7.5"}, {"Model", "a, b: \"c\"\nd"}};

}

class InfotextTest : public QObject {
    Q_OBJECT
private slots:
    void writesWhatA1111Writes();
    void readsA1111();
    void readsWrappedSettings_data();
    void readsWrappedSettings();
    void comesBackExactly_data();
    void comesBackExactly();
    void fieldsOfAnyNameComeBack();
    void aPromptThatPassesForSettingsComesBack();
    void readsAnything_data();
    void readsAnything();
    void longTextTakesLinearTime();
};

void InfotextTest::writesWhatA1111Writes()
{
    const Infotext info{"a red house\nby the sea", "blurry",
        {{"Steps", "20"}, {"Sampler", "Euler a"}, {"Seed", "1"}, {"Model", "x, y"}}};
    QCOMPARE(writeInfotext(info),
        std::string("a red house\nby the sea\nNegative prompt: blurry\n"
                    "Steps: 20, Sampler: Euler a, Seed: 1, Model: \"x, y\""));
    const Infotext noNegative{"a", "", {{"Steps", "1"}, {"Seed", "18446744073709551615"}, {"Size", "64x64"}}};
    QCOMPARE(writeInfotext(noNegative), std::string("a\nSteps: 1, Seed: 18446744073709551615, Size: 64x64"));
}

void InfotextTest::readsA1111()
{
    const Infotext info =
        readInfotext("a cat, (best:1.2)\nsecond line\nNegative prompt: dog\nbird\n"
                     "Steps: 20, Sampler: DPM++ 2M, CFG scale: 7, Seed: 42, Size: 512x768, Model hash: 6ce0161689, "
                     "ControlNet 0: \"Module: canny, Model: x \\\"y\\\", Weight: 1\", Version: v1.9.3");
    QCOMPARE(info.prompt, std::string("a cat, (best:1.2)\nsecond line"));
    QCOMPARE(info.negativePrompt, std::string("dog\nbird"));
    QCOMPARE(fieldValue(info, "ControlNet 0"), std::string_view("Module: canny, Model: x \"y\", Weight: 1"));
    QCOMPARE(fieldValue(info, "Seed"), std::string_view("42"));
    QCOMPARE(fieldValue(info, "Version"), std::string_view("v1.9.3"));
    QCOMPARE(fieldValue(info, "Clip skip"), std::string_view());
    QCOMPARE(info.fields.size(), size_t(8));
}

void InfotextTest::readsWrappedSettings_data()
{
    QTest::addColumn<QByteArray>("settings");
    QTest::addColumn<QString>("fields");
    QTest::newRow("between fields") << QByteArray("Steps: 2, Sampler: Euler,\nCFG scale: 5, Seed: 7, Size: 1x1")
                                    << "Steps=2|Sampler=Euler|CFG scale=5|Seed=7|Size=1x1";
    QTest::newRow("without a comma") << QByteArray("Steps: 2, Sampler: Euler\nCFG scale: 5")
                                     << "Steps=2|Sampler=Euler|CFG scale=5";
    QTest::newRow("in values")
        << QByteArray("Steps: 2, Seed: 7, Template: {a|b} house,\nat sunset, by x\nNegative "
                      "Template: blurry,\nbad")
        << "Steps=2|Seed=7|Template={a|b} house,\nat sunset, by x|Negative Template=blurry,\nbad";
    QTest::newRow("of no field") << QByteArray("Steps: 2, odd, Seed: 7, \"x\" y, Sampler: Euler")
                                 << "Steps=2|Seed=7|Sampler=Euler|Not understood=odd, \"x\" y";
    QTest::newRow("the last of several") << QByteArray("Steps: 1, Seed: 2, Size: 3x3\nSteps: 4, Seed: 5, Size: 6x6")
                                         << "Steps=4|Seed=5|Size=6x6";
}

void InfotextTest::readsWrappedSettings()
{
    QFETCH(QByteArray, settings);
    QFETCH(QString, fields);
    const Infotext info = readInfotext("a, b\nNegative prompt: c\n" + settings.toStdString());
    QStringList got;
    for (const auto& [name, value] : info.fields)
        got << QString::fromStdString(name + '=' + value);
    QCOMPARE(got.join('|'), fields);
    QCOMPARE(info.prompt, std::string("a, b"));
    QVERIFY(info.negativePrompt == "c" || info.negativePrompt.starts_with("c\nSteps: 1"));
    QVERIFY(readInfotext(writeInfotext(info)) == info);
}

void InfotextTest::comesBackExactly_data()
{
    QTest::addColumn<QString>("prompt");
    QTest::addColumn<QString>("negative");
    QTest::newRow("plain") << "a red house"
                           << "blurry";
    QTest::newRow("empty") << ""
                           << "";
    QTest::newRow("only a negative") << ""
                                     << "blurry";
    QTest::newRow("lines") << "a\n\nb"
                           << "c\nd";
    QTest::newRow("injected fields") << "Steps: 5"
                                     << "Steps: 5, Sampler: x, Seed: 3, Size: 1x1";
    QTest::newRow("injected last line") << "a\nSteps: 5, Sampler: x, Seed: 3, Size: 1x1"
                                        << "";
    QTest::newRow("injected negative") << "a\nNegative prompt: b"
                                       << "Negative prompt: c";
    QTest::newRow("injected exact prompt") << "a\nSteps: 1, Exact prompt: b, Seed: 2"
                                           << "Exact prompt: c";
    QTest::newRow("blanks at the ends") << " a \t"
                                        << "\nb\n";
    QTest::newRow("CRLF") << "a\r\nb"
                          << "c\r";
    QTest::newRow("quotes and backslashes") << "\"a\\\""
                                            << "\\n \"";
    QTest::newRow("not Latin") << QString::fromUtf8("赤い家 🏠 é") << QString::fromUtf8("\u202e");
    QTest::newRow("other line ends") << QString::fromUtf8("a\u2028b\vc\fd") << "e";
}

void InfotextTest::comesBackExactly()
{
    QFETCH(QString, prompt);
    QFETCH(QString, negative);
    const Infotext info{prompt.toStdString(), negative.toStdString(), someFields};
    const std::string text = writeInfotext(info);
    const Infotext again = readInfotext(text);
    QCOMPARE(again.prompt, info.prompt);
    QCOMPARE(again.negativePrompt, info.negativePrompt);
    QVERIFY(again == info);
    QVERIFY(text.find("\nSteps: 20") != std::string::npos || text.starts_with("Steps: 20")); // ComfyUI looks for it
}

// Fields of other writers that are called as ours.
void InfotextTest::fieldsOfAnyNameComeBack()
{
    Infotext info{"a", "b", someFields};
    info.fields.insert(info.fields.begin(), {"Exact prompt", "c"});
    info.fields.emplace_back("Exact negative prompt", "d");
    QVERIFY(readInfotext(writeInfotext(info)) == info);
}

// Found by fuzzing: the settings are looked for from the last line that begins with "Steps:".
void InfotextTest::aPromptThatPassesForSettingsComesBack()
{
    const Infotext info{"Steps: \"x", "b\nSteps: y", {{"ab", "1"}, {"cd", "2"}, {"ef", "3\""}}};
    const Infotext again = readInfotext(writeInfotext(info));
    QCOMPARE(again.prompt, info.prompt);
    QCOMPARE(again.negativePrompt, info.negativePrompt);
    QVERIFY(again == info);
}

void InfotextTest::readsAnything_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("fields");
    QTest::newRow("nothing") << QByteArray() << 0;
    QTest::newRow("two fields are a prompt") << QByteArray("a: b, cc: d, ee: f") << 0; // "a" is too short a name
    QTest::newRow("three fields") << QByteArray("ab: b, cc: d, ee: f") << 3;
    QTest::newRow("quote never closed") << QByteArray("ab: \"x, cd: y, ef: z") << 3;
    QTest::newRow("text after a quote") << QByteArray("ab: \"x\" y, cd: y, ef: z") << 3;
    QTest::newRow("bad JSON in quotes") << QByteArray("ab: \"\\x\", cd: y, ef: z") << 3;
    QTest::newRow("empty values") << QByteArray("ab:, cd:, ef:") << 3;
    QTest::newRow("only separators") << QByteArray(",,,:::,,,") << 0;
    QTest::newRow("not UTF-8") << QByteArray("ab: \xff, cd: \"\xff\", ef: \xc3") << 3;
    QTest::newRow("too many fields") << QByteArray("ab: 1, ").repeated(5000) << 1000;
}

void InfotextTest::readsAnything()
{
    QFETCH(QByteArray, text);
    QFETCH(int, fields);
    QCOMPARE(int(readInfotext(text.toStdString()).fields.size()), fields);
}

void InfotextTest::longTextTakesLinearTime()
{
    for (const char* piece : {"ab:\"x,", "ab: \"\\\",", "\n", "Negative prompt:\n", ",", "a "})
        QVERIFY2(growsLinearly((4 << 20) / int(strlen(piece)),
                     [&](int count) { readInfotext(QByteArray(piece).repeated(count).toStdString()); }),
            piece);
}

ATHANOR_TEST(InfotextTest)
#include "infotext_test.moc"
