#include "app/engine/model_hash.h"

#include "render/error.h"
#include "tests/support/files.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

namespace {

std::string firstDigits(const QByteArray& bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex().first(10).toStdString();
}

}

class ModelHashTest : public QObject {
    Q_OBJECT
private slots:
    void hashesTheWholeFile();
    void joinsShards();
    void hashesOtherNetworks_data();
    void hashesOtherNetworks();
    void keepsAndRenews();
    void doesNotTrustTheCache();
    void stops();
};

void ModelHashTest::hashesTheWholeFile()
{
    const std::string path = testDataPath("tiny_a.safetensors");
    QCOMPARE(modelHash(openModel(path), {}), firstDigits(contents(path)));
}

void ModelHashTest::joinsShards()
{
    const std::string shard = testDataPath("tiny_a") + "/unet/diffusion_pytorch_model-0000";
    const QByteArray both = contents(shard + "1-of-00002.safetensors") + contents(shard + "2-of-00002.safetensors");
    QCOMPARE(modelHash(openModel(testDataPath("tiny_a")), {}), firstDigits(both));
}

void ModelHashTest::hashesOtherNetworks_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("file");
    QTest::newRow("ControlNet") << "control_a/control.pth"
                                << "control_a/control.pth";
    QTest::newRow("ControlNet in a folder") << "control_b"
                                            << "control_b/diffusion_pytorch_model.safetensors";
    QTest::newRow("VAE in a folder") << "tiny_a/vae"
                                     << "tiny_a/vae/diffusion_pytorch_model.safetensors";
    QTest::newRow("upscaler") << "upscaler_x3.pth"
                              << "upscaler_x3.pth";
}

// Not that of nothing, which begins with e3b0c44298.
void ModelHashTest::hashesOtherNetworks()
{
    QFETCH(QString, model);
    QFETCH(QString, file);
    const QByteArray bytes = contents(testDataPath(file.toStdString()));
    QVERIFY(!bytes.isEmpty());
    QCOMPARE(modelHash(openModel(testDataPath(model.toStdString())), {}), firstDigits(bytes));
}

void ModelHashTest::keepsAndRenews()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("model.safetensors");
    QVERIFY(QFile::copy(QString::fromStdString(testDataPath("tiny_a.safetensors")), path));
    const std::string first = modelHash(openModel(path.toStdString()), folder.path().toStdString());
    const QDir cache(folder.filePath("model-hashes"));
    QCOMPARE(cache.entryList(QDir::Files).size(), 1);
    QCOMPARE(modelHash(openModel(path.toStdString()), folder.path().toStdString()), first);
    // Another file of the same size under the same name: one digit of a weight is different.
    QByteArray bytes = contents(path.toStdString());
    bytes.back() = char(bytes.back() ^ 1);
    QFile file(path);
    QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    file.close();
    QCOMPARE(modelHash(openModel(path.toStdString()), folder.path().toStdString()), firstDigits(bytes));
    QCOMPARE(cache.entryList(QDir::Files).size(), 2);
}

void ModelHashTest::doesNotTrustTheCache()
{
    QTemporaryDir folder;
    const ModelFiles model = openModel(testDataPath("tiny_a.safetensors"));
    const std::string right = modelHash(model, folder.path().toStdString());
    const QDir cache(folder.filePath("model-hashes"));
    for (const QByteArray wrong : {"", "0123", "0123456789a", "012345678\n", "ZZZZZZZZZZ"}) {
        QFile file(cache.filePath(cache.entryList(QDir::Files).value(0)));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(wrong) == wrong.size());
        file.close();
        QCOMPARE(modelHash(model, folder.path().toStdString()), right);
    }
    // A cache that cannot be written is no error.
    QCOMPARE(modelHash(model, "/proc/nowhere"), right);
}

void ModelHashTest::stops()
{
    std::stop_source stop;
    stop.request_stop();
    try {
        modelHash(openModel(testDataPath("tiny_a.safetensors")), {}, stop.get_token());
        QFAIL("not stopped");
    } catch (const Error& error) {
        QCOMPARE(error.kind, ErrorKind::Cancelled);
    }
}

ATHANOR_TEST(ModelHashTest)
#include "model_hash_test.moc"
