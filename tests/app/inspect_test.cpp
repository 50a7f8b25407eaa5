#include "app/commands/inspect.h"

#include "app/pictures/png_text.h"
#include "render/error.h"
#include "tests/support/png_chunks.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

using namespace athanor;

class InspectTest : public QObject {
    Q_OBJECT
private slots:
    void tellsTheParts_data();
    void tellsTheParts();
    void tellsUnknownFiles();
    void tellsPictures();
    void letsNothingActOnTheTerminal();
    void refuses_data();
    void refuses();

private:
    std::string file(const QByteArray& bytes)
    {
        QFile file(m_folder.filePath("file"));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write the test's own file");
        return file.fileName().toStdString();
    }
    QTemporaryDir m_folder;
};

namespace {

QByteArray safetensors(const QByteArray& header, qsizetype bytes)
{
    QByteArray length(8, 0);
    qToLittleEndian(quint64(header.size()), length.data());
    return length + header + QByteArray(bytes, 0);
}

bool hasControls(const std::string& text)
{
    return std::ranges::any_of(text, [](unsigned char c) { return (c < 0x20 && c != '\n') || c == 0x7f; });
}

}

void InspectTest::tellsTheParts_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("single file") << "tiny_a.safetensors";
    QTest::newRow("diffusers folder") << "tiny_a";
    QTest::newRow("PyTorch checkpoint") << "tiny_b.ckpt";
}

void InspectTest::tellsTheParts()
{
    QFETCH(QString, name);
    const auto report = inspect(testDataPath(name.toStdString()));
    QCOMPARE(report["kind"].get<std::string>(), std::string("a Stable Diffusion 1.x checkpoint"));
    for (const char* part : {"text encoder", "UNet", "VAE"}) {
        QVERIFY2(report["parts"].contains(part), part);
        QVERIFY(report["parts"][part]["tensors"].get<int>() > 0);
        QVERIFY2(report["parts"][part].contains("config"),
            report.contains("warnings") ? report["warnings"].dump().c_str() : part);
    }
    QVERIFY(!report["tensors"].empty());
    const std::string text = reportText(report);
    QVERIFY(text.find("UNet:") != std::string::npos && text.find("Stable Diffusion 1.x") != std::string::npos);
    QVERIFY(!hasControls(text));
}

void InspectTest::tellsUnknownFiles()
{
    const auto report = inspect(file(safetensors(
        R"({"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"y":{"dtype":"I64","shape":[],"data_offsets":[24,32]}})",
        32)));
    QVERIFY(!report.contains("parts"));
    const auto& summary = report["files"][0];
    QCOMPARE(summary["tensors"].get<int>(), 2);
    QCOMPARE(summary["parameters"].get<int>(), 7);
    QCOMPARE(summary["types"].get<std::string>(), std::string("F32 × 1, I64 × 1"));
    QCOMPARE(summary["shapes"].get<std::string>(), std::string("[2, 3] × 1, [] × 1"));
    QCOMPARE(summary["metadata"]["a"].get<std::string>(), std::string("b"));
    QCOMPARE(report["tensors"][0]["shape"].dump(), std::string("[2,3]"));
}

void InspectTest::tellsPictures()
{
    const std::string parameters =
        "a, b\nNegative prompt: c\nSteps: 4, Sampler: Euler, Seed: 18446744073709551615, Seed: 2";
    const auto report = inspect(file(QByteArray::fromStdString(withPngText(
        pngWith(pngChunk("tEXt", QByteArray("other\0text", 10))).toStdString(), {"parameters", parameters}))));
    QCOMPARE(report["kind"].get<std::string>(), std::string("a PNG picture"));
    QCOMPARE(report["width"].get<int>(), 64);
    QCOMPARE(report["height"].get<int>(), 32);
    QCOMPARE(report["parameters"]["prompt"].get<std::string>(), std::string("a, b"));
    QCOMPARE(report["parameters"]["negative prompt"].get<std::string>(), std::string("c"));
    QCOMPARE(report["parameters"]["Seed"].get<std::string>(), std::string("18446744073709551615"));
    QCOMPARE(report["texts"]["parameters"].get<std::string>(), parameters);
    QCOMPARE(report["texts"]["other"].get<std::string>(), std::string("text"));
}

void InspectTest::letsNothingActOnTheTerminal()
{
    const QByteArray evil = "\x1b]0;title\x07\x1b[2J\r\x7f\x08";
    const std::string png = withPngText(
        pngWith({}).toStdString(), {"parameters", (evil + "\n" + evil + ": x, bb: y, cc: z").toStdString()});
    for (const auto& report :
        {inspect(file(QByteArray::fromStdString(png))),
            inspect(file(safetensors(
                R"({"__metadata__":{"\u001b[2J":"\u001b[1m\u202e"},"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
                1)))}) {
        QVERIFY(!hasControls(reportText(report)));
        QVERIFY(reportText(report).find("\\x1b[2J") != std::string::npos);
    }
}

void InspectTest::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << QByteArray() << "";
    QTest::newRow("text") << QByteArray("hello, this is some text\n") << "";
    QTest::newRow("PNG with a damaged header")
        << QByteArray("\x89PNG\r\n\x1a\n").append(40, 'x') << "header is damaged";
    QTest::newRow("cut safetensors") << safetensors(R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4)
                                     << "";
}

void InspectTest::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, text);
    try {
        inspect(file(bytes));
        QFAIL("accepted");
    } catch (const Error& error) {
        QVERIFY2(error.kind == ErrorKind::BadFile, error.what());
        QVERIFY2(QByteArray(error.what()).contains(text.toUtf8()), error.what());
    }
}

ATHANOR_TEST(InspectTest)
#include "inspect_test.moc"
