// JSON from strangers: limits hold at both sides, duplicate keys and trailing text are refused with the place.
#include "inference/weights/json_text.h"

#include "inference/weights/printable.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

namespace {

std::string nested(int levels)
{
    return std::string(size_t(levels), '[') + std::string(size_t(levels), ']');
}

std::string jsonSays(const std::string& text)
{
    return refusal([&] { parseJson("x.json", text); });
}

}

class JsonTextTest : public QObject {
    Q_OBJECT
private slots:
    void parses();
    void refuses_data();
    void refuses();
    void limits();
    void countsValues();
    void printableEscapes_data();
    void printableEscapes();
};

void JsonTextTest::parses()
{
    const auto json = parseJson("x.json", R"({"a": {"k": 1}, "b": [{"k": "\"[{"}, {"k": 18446744073709551615}]})");
    QCOMPARE(json["b"][1]["k"].get<uint64_t>(), UINT64_MAX);
    QCOMPARE(json["b"][0]["k"].get<std::string>(), std::string("\"[{"));
}

void JsonTextTest::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("empty") << QByteArray() << "not valid JSON at byte";
    QTest::newRow("trailing") << QByteArray("{} x") << "not valid JSON at byte 3";
    QTest::newRow("hidden trailing") << QByteArray("{}\0 x", 5) << "not valid JSON at byte 2";
    QTest::newRow("NaN") << QByteArray("[NaN]") << "not valid JSON";
    QTest::newRow("not UTF-8") << QByteArray("[\"\xff\"]") << "not valid JSON";
    QTest::newRow("unclosed text") << QByteArray("[\"abc\\") << "not valid JSON";
    QTest::newRow("key twice") << QByteArray("{\"a\":1,\"a\":2}") << "the key \"a\" is there twice";
    QTest::newRow("key twice, escaped") << QByteArray("{\"a\":1,\"\\u0061\":2}") << "the key \"a\" is there twice";
    QTest::newRow("number too large") << QByteArray("[1e999]") << "not valid JSON";
}

void JsonTextTest::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, sentence);
    const QString said = QString::fromStdString(jsonSays(text.toStdString()));
    QVERIFY2(said.startsWith("x.json: ") && said.contains(sentence), qPrintable("said: " + said));
}

void JsonTextTest::limits()
{
    QCOMPARE(jsonSays(nested(maxJsonDepth)), std::string());
    QVERIFY(jsonSays(nested(maxJsonDepth + 1)).find("nested deeper than 256 levels") != std::string::npos);
    QVERIFY(jsonSays(nested(1'000'000)).find("nested deeper than 256 levels") != std::string::npos);
    QCOMPARE(jsonSays("[\"" + std::string(maxJsonString - 2, 'a') + "\"]"), std::string());
    QVERIFY(jsonSays("[\"" + std::string(maxJsonString - 1, 'a') + "\"]").find("more than 8388608 bytes")
        != std::string::npos);
    QVERIFY(
        jsonSays("[" + std::string(maxJsonString + 1, ' ') + "]").find("more than 8388608 bytes") != std::string::npos);
}

void JsonTextTest::countsValues()
{
    const std::string five = R"([{"a": [1, "b"]}])"; // two arrays, an object, a number, a text
    QCOMPARE(parseJson("x.json", five, JsonPlace::Byte, 5).size(), size_t(1));
    QCOMPARE(refusal([&] { parseJson("x.json", five, JsonPlace::Byte, 4); }),
        std::string("x.json: holds more than 4 values at byte 11"));
    std::string many = "[[]";
    for (size_t i = 0; i < maxJsonValues; ++i)
        many += ",[]";
    QVERIFY(jsonSays(many + ']').find("holds more than 5000000 values") != std::string::npos);
}

void JsonTextTest::printableEscapes_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("shown");
    QTest::newRow("plain") << QByteArray("a/é 日本 <img>") << QByteArray("a/é 日本 <img>");
    QTest::newRow("newline") << QByteArray("a\nb") << QByteArray("a\\x0ab");
    QTest::newRow("terminal") << QByteArray("\x1b[31m") << QByteArray("\\x1b[31m");
    QTest::newRow("bidi override") << QByteArray("a\u202e"
                                                 "b")
                                   << QByteArray("a\\xe2\\x80\\xaeb");
    QTest::newRow("bad byte") << QByteArray("a\xff") << QByteArray("a\\xff");
    QTest::newRow("overlong") << QByteArray("\xc0\x80") << QByteArray("\\xc0\\x80");
    QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << QByteArray("\\xed\\xa0\\x80");
    QTest::newRow("cut short") << QByteArray("\xe2\x80") << QByteArray("\\xe2\\x80");
    QTest::newRow("long") << QByteArray(300, 'a') << QByteArray(200, 'a') + "…";
}

void JsonTextTest::printableEscapes()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, shown);
    QCOMPARE(QByteArray::fromStdString(printable(text.toStdString())), shown);
}

ATHANOR_TEST(JsonTextTest)
#include "json_text_test.moc"
