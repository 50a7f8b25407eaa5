// ONNX files as they come: read, damaged in all ways, and one network kept for pictures of many sizes.
#include "inference/networks/onnx_network.h"

#include "inference/preprocess/starter_estimators.h"
#include "render/error.h"
#include "tests/support/files.h"
#include "tests/support/model_bytes.h"
#include "tests/support/refusal.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <random>

using namespace athanor;

namespace {

QByteArray fileBytes(const char* name)
{
    return contents(testDataPath(std::string("estimators/") + name + ".onnx"));
}

RgbImage anyPicture(int width, int height)
{
    RgbImage image{width, height, {}};
    for (int i = 0; i < width * height * 3; ++i)
        image.pixels.push_back(uint8_t(i * 7 ^ i / 64));
    return image;
}

}

class OnnxNetworkTest : public QObject {
    Q_OBJECT
private slots:
    void refusesDamagedFiles()
    {
        const QByteArray whole = fileBytes("manga");
        for (qsizetype length = 0; length < whole.size(); length += 97)
            QVERIFY(refusalOf([&] { open(whole.left(length)); }) != "none");
        // Every byte in turn: read or refused, nothing else. By our reader alone: OpenCV's has no such promise.
        for (qsizetype at = 0; at < whole.size(); ++at) {
            QByteArray damaged = whole;
            damaged[at] = char(damaged[at] ^ 0x55);
            try {
                readOnnx(std::as_bytes(std::span(damaged.constData(), size_t(damaged.size()))), "x.onnx");
            } catch (const Error&) {
            }
        }
        QVERIFY(refusalOf([&] { open("no network at all"); }).contains("ONNX"));
        QVERIFY(refusalOf([&] { open(""); }).contains("holds no network"));
    }

    // OpenCV's parser and its layers with what our reader lets through: damage in names and attributes, not in weights.
    void damageIsReadOrRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("channels");
        QTest::newRow("manga") << "manga" << 1;
        QTest::newRow("midas") << "midas" << 3;
        QTest::newRow("starter") << "starter" << 3;
        QTest::newRow("mlsd") << "mlsd" << 4;
    }

    void damageIsReadOrRefused()
    {
        QFETCH(QString, name);
        QFETCH(int, channels);
        const QByteArray whole = fileBytes(qPrintable(name));
        const NetArray input{{1, channels, 64, 64}, std::vector<float>(size_t(channels) * 64 * 64, 0.5f)};
        std::mt19937 random(1);
        int opened = 0;
        for (int i = 0; i < 500; ++i)
            try {
                OnnxNetwork network = opening(damaged(whole, random));
                ++opened;
                network.run(input);
            } catch (const Error&) {
            } catch (const std::bad_alloc&) {
            }
        QVERIFY2(opened > 10 && opened < 490, qPrintable(QString::number(opened))); // both are tried
    }

    void refusesToDivideByZero()
    {
        const QByteArray whole = fileBytes("midas"), group("\x0a\x05group\x18\x01", 9);
        QByteArray zero = whole, missing = whole;
        const qsizetype at = whole.indexOf(group);
        QVERIFY(at > 0);
        zero[at + 8] = 0;
        missing[at + 7] = 0x10; // the number of another field
        for (const QByteArray& bytes : {zero, missing})
            QVERIFY(refusalOf([&] { open(bytes); }).contains("groups, strides or sizes are not numbers from 1"));
    }

    // As it is kept loaded from run to run.
    void oneNetworkTakesManySizes()
    {
        const std::string path = testDataPath("estimators/starter.onnx");
        OnnxNetwork kept(path);
        for (const QSize size : {QSize(64, 48), QSize(96, 72), QSize(64, 48), QSize(40, 88)}) {
            const RgbImage image = anyPicture(size.width(), size.height());
            OnnxNetwork fresh(path);
            for (const char* head : {"depth", "normal", "lineart"})
                QVERIFY(starterMap(kept, image, head).pixels == starterMap(fresh, image, head).pixels);
        }
    }

    // A shape that says more than there is would be read past the end.
    void refusesArraysOfAnotherLength()
    {
        QByteArray bytes = fileBytes("manga");
        const QByteArray shape("\x08\x06\x08\x06\x08\x03\x08\x03\x10\x01", 10); // 6 × 6 × 3 × 3 floats
        const qsizetype at = bytes.indexOf(shape);
        QVERIFY(at > 0);
        bytes[at + 1] = 7;
        QVERIFY(refusalOf([&] { open(bytes); }).contains("more or fewer numbers than its shape says"));
    }

private:
    void open(const QByteArray& bytes) { opening(bytes); }

    // One to three bytes changed, left out or repeated, near words: those stand in the structure.
    static QByteArray damaged(QByteArray bytes, std::mt19937& random)
    {
        const auto nearWord = [&] {
            const auto isLetter = [&](qsizetype i) { return i < bytes.size() && std::islower(uint8_t(bytes[i])); };
            while (true) {
                const qsizetype at = qsizetype(random() % uint32_t(bytes.size()));
                for (qsizetype i = std::max<qsizetype>(at - 8, 0); i < at + 8; ++i)
                    if (isLetter(i) && isLetter(i + 1) && isLetter(i + 2) && isLetter(i + 3))
                        return at;
            }
        };
        for (uint32_t i = 0, count = 1 + random() % 3; i < count; ++i) {
            const qsizetype at = nearWord();
            switch (random() % 4) {
            case 0:
                bytes[at] = char(bytes[at] ^ (1 << random() % 8));
                break;
            case 1:
                bytes[at] = char(random());
                break;
            case 2:
                bytes.remove(at, 1 + random() % 8);
                break;
            default:
                bytes.insert(at, bytes.mid(nearWord(), 1 + random() % 16));
            }
        }
        return bytes;
    }

    OnnxNetwork opening(const QByteArray& bytes)
    {
        const std::string path = m_folder.filePath("x.onnx").toStdString();
        writeBytes(path, bytes.toStdString());
        return OnnxNetwork(path);
    }

    QTemporaryDir m_folder;
};

ATHANOR_TEST(OnnxNetworkTest)
#include "onnx_network_test.moc"
