// Real folders of models: what each file is, what is left out, and how many of them come while the window lives.
#include "app/engine/model_scan.h"

#include "tests/app/window_home.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sys/stat.h>
#include <sys/types.h>

using namespace athanor;

namespace {

std::string loraBytes(const std::string& type = "F16")
{
    return safetensorsOf({{"a.lora_up.weight", type, {4, 2}, {}}, {"a.lora_down.weight", type, {2, 4}, {}}});
}

}

class ModelScanTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { m_scan.reset(); }

    void tellsFamilies_data();
    void tellsFamilies();
    void tellsPrecision();
    void takesAFolderAsOneModel();
    void leavesOutWhatIsNoModel();
    void entersEachFolderOnce();
    void skipsNamesThatAreNoText();
    void showsHostileNamesEscaped();
    void findsThePictureBeside();
    void listsFiveThousandWhileTheWindowLives();
    void tellsWhatIsGone();
    void readsAgainWhatHasChanged();
    void looksAgainByItself();
    void namesWhatParametersMayHave();
    void canBeStoppedAtAnyTime();

private:
    std::string path(const std::string& name) const
    {
        return m_folder->filePath(QString::fromStdString(name)).toStdString();
    }
    void scan();
    ModelEntry find(const QString& name) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ModelScan> m_scan;
    QHash<QString, ModelEntry> m_found; // by path
    QStringList m_paths;
    int m_skipped = 0;
};

void ModelScanTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_found.clear();
    m_scan = std::make_unique<ModelScan>();
    m_scan->setFolders({{m_folder->path().toStdString(), false}}, m_folder->path().toStdString());
    connect(m_scan.get(), &ModelSource::found, this, [this](const std::vector<ModelEntry>& entries) {
        for (const ModelEntry& entry : entries)
            m_found[entry.path] = entry;
    });
    connect(m_scan.get(), &ModelSource::scanEnded, this, [this](const QStringList& paths, int skipped) {
        m_paths = paths;
        m_skipped = skipped;
    });
}

void ModelScanTest::scan()
{
    m_scan->scan();
    QVERIFY(QTest::qWaitFor([&] { return !m_scan->isScanning(); }, longestScan));
}

ModelEntry ModelScanTest::find(const QString& name) const
{
    for (const ModelEntry& entry : m_found)
        if (entry.name == name && m_paths.contains(entry.path))
            return entry;
    ModelEntry none;
    none.kind = QStringLiteral("not found");
    return none;
}

void ModelScanTest::tellsFamilies_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<ModelFamily>("family");
    const auto row = [](const char* name, const std::string& bytes, ModelFamily family) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << family;
    };
    const std::vector<TestTensor> sdxl = {{"model.diffusion_model.input_blocks.0.0.weight", "F16", {320, 4, 3, 3}, {}},
        {"model.diffusion_model.label_emb.0.0.weight", "F16", {4, 4}, {}}};
    const std::vector<TestTensor> flux = {
        {"model.diffusion_model.double_blocks.0.img_attn.qkv.weight", "F16", {4, 4}, {}}};
    row("x.safetensors", loraBytes(), ModelFamily::Lora);
    row("x.SafeTensors", loraBytes(), ModelFamily::Lora);
    row("renamed.ckpt", loraBytes(), ModelFamily::Lora); // judged by content
    row("emb.pt", safetensorsOf({{"emb_params", "F32", {2, 768}, {}}}), ModelFamily::Embedding);
    row("up.pth", safetensorsOf({{"conv_first.weight", "F32", {4, 3, 3, 3}, {}}}), ModelFamily::Upscaler);
    row("sdxl.safetensors", safetensorsOf(sdxl), ModelFamily::Checkpoint);
    row("flux.safetensors", safetensorsOf(flux), ModelFamily::Unsupported);
    row("vae.safetensors",
        safetensorsOf({{"decoder.conv_in.weight", "F32", {4, 4, 3, 3}, {}},
            {"decoder.conv_out.weight", "F32", {3, 4, 3, 3}, {}}}),
        ModelFamily::Vae);
    row("cut.safetensors", loraBytes().substr(0, 20), ModelFamily::Damaged);
    row("empty.safetensors", "", ModelFamily::Damaged);
    row("page.ckpt", "<html><body>Not found</body></html>", ModelFamily::Damaged);
    row("net.onnx", "anything", ModelFamily::Preprocessor);
}

void ModelScanTest::tellsFamilies()
{
    QFETCH(QByteArray, bytes);
    QFETCH(ModelFamily, family);
    const QString name = QString::fromLatin1(QTest::currentDataTag());
    writeBytes(path(name.toStdString()), bytes.toStdString());
    scan();
    const ModelEntry entry = find(name);
    QCOMPARE(int(entry.family), int(family));
    QCOMPARE(entry.problem.isEmpty(), family != ModelFamily::Damaged);
    QVERIFY2(!entry.problem.contains(name), qPrintable(entry.problem)); // which stands before it anyway
    QCOMPARE(entry.kind.isEmpty(), family == ModelFamily::Damaged || family == ModelFamily::Preprocessor);
    if (name == "sdxl.safetensors")
        QCOMPARE(entry.kind, QString("SDXL checkpoint"));
    std::optional<ModelFamily> told;
    m_scan->identify(entry.path, [&](ModelFamily one) { told = one; });
    QVERIFY(!told); // the window goes on meanwhile
    QTRY_VERIFY(told);
    QCOMPARE(int(*told), int(family));
}

void ModelScanTest::tellsPrecision()
{
    writeBytes(path("half.safetensors"), loraBytes("F16"));
    writeBytes(path("full.safetensors"), loraBytes("F32"));
    writeBytes(path("brain.safetensors"), loraBytes("BF16"));
    writeBytes(path("both.safetensors"),
        safetensorsOf({{"a.lora_up.weight", "F16", {4, 2}, {}}, {"a.lora_down.weight", "F32", {2, 4}, {}}}));
    scan();
    QCOMPARE(find("half.safetensors").precision, QString("fp16"));
    QCOMPARE(find("full.safetensors").precision, QString("fp32"));
    QCOMPARE(find("brain.safetensors").precision, QString("bf16"));
    QCOMPARE(find("both.safetensors").precision, QString("fp32 + fp16"));
    QCOMPARE(find("half.safetensors").bytes, quint64(loraBytes().size()));
}

void ModelScanTest::takesAFolderAsOneModel()
{
    m_scan->setFolders({{sourcePath("resources/models"), true}}, m_folder->path().toStdString());
    scan();
    QCOMPARE(int(find("starter").family), int(ModelFamily::Checkpoint));
    QVERIFY(find("starter").isShipped);
    QVERIFY(find("starter").bytes > 10'000'000);
    QCOMPARE(int(find("starter/controlnets/canny").family), int(ModelFamily::ControlNet));
    for (const QString& path : m_paths)
        QVERIFY2(!path.contains("unet") && !path.endsWith("diffusion_pytorch_model.safetensors"), qPrintable(path));
    for (const ModelEntry& entry : m_found)
        QVERIFY2(entry.family != ModelFamily::Damaged, qPrintable(entry.path + ": " + entry.problem));
}

void ModelScanTest::leavesOutWhatIsNoModel()
{
    writeBytes(path("text.txt"), "words");
    QVERIFY(QDir(m_folder->path()).mkdir("folder.safetensors"));
    QCOMPARE(mkfifo(path("pipe.safetensors").c_str(), 0600), 0); // would block whoever opens it
    std::filesystem::create_symlink("nowhere", path("gone.safetensors"));
    std::filesystem::create_symlink("itself.safetensors", path("itself.safetensors"));
    writeBytes(path("good.safetensors"), loraBytes());
    std::filesystem::create_symlink("good.safetensors", path("link.safetensors"));
    scan();
    m_paths.sort();
    QCOMPARE(m_paths, (QStringList{m_folder->filePath("good.safetensors"), m_folder->filePath("link.safetensors")}));
}

void ModelScanTest::entersEachFolderOnce()
{
    QVERIFY(QDir(m_folder->path()).mkpath("a/b"));
    writeBytes(path("a/b/x.safetensors"), loraBytes());
    std::filesystem::create_directory_symlink("..", path("a/back"));
    std::filesystem::create_directory_symlink(path(""), path("a/b/up"));
    std::filesystem::create_directory_symlink("two", path("one"));
    std::filesystem::create_directory_symlink("one", path("two"));
    scan();
    QCOMPARE(m_paths.size(), 1);
}

void ModelScanTest::skipsNamesThatAreNoText()
{
    writeBytes(path("good.safetensors"), loraBytes());
    std::ofstream(m_folder->path().toStdString() + "/bad\xff\xfe.safetensors") << loraBytes();
    scan();
    QCOMPARE(m_paths, QStringList{m_folder->filePath("good.safetensors")});
    QCOMPARE(m_skipped, 1);
}

void ModelScanTest::showsHostileNamesEscaped()
{
    writeBytes(path("a\nb\u202ec.safetensors"), loraBytes());
    writeBytes(path("<img src=x>.safetensors"), loraBytes());
    scan();
    QCOMPARE(m_paths.size(), 2);
    for (const ModelEntry& entry : m_found) {
        QCOMPARE(int(entry.family), int(ModelFamily::Lora));
        for (const QChar c : entry.shown)
            QVERIFY2(c.isPrint(), qPrintable(entry.shown));
    }
}

void ModelScanTest::findsThePictureBeside()
{
    QImage picture(40, 20, QImage::Format_RGB32);
    picture.fill(Qt::blue);
    for (const char* name : {"a.safetensors", "b.safetensors", "c.safetensors"})
        writeBytes(path(name), loraBytes());
    QVERIFY(picture.save(m_folder->filePath("a.png")));
    QVERIFY(picture.save(m_folder->filePath("b.preview.png")));
    scan();
    QCOMPARE(find("a.safetensors").picture, m_folder->filePath("a.png"));
    QCOMPARE(find("b.safetensors").picture, m_folder->filePath("b.preview.png"));
    QCOMPARE(find("c.safetensors").picture, QString());

    QImage read;
    m_scan->readPicture(m_folder->filePath("a.png"), 10, [&](const QImage& image) { read = image; });
    QVERIFY(QTest::qWaitFor([&] { return !read.isNull(); }, longestScan));
    QCOMPARE(std::min(read.width(), read.height()), 10);
    QCOMPARE(read.pixelColor(5, 5), QColor(Qt::blue));
    bool answered = false;
    m_scan->readPicture(m_folder->filePath("none.png"), 10, [&](const QImage& image) { answered = image.isNull(); });
    QVERIFY(QTest::qWaitFor([&] { return answered; }, longestScan));
}

// A timer goes on meanwhile, and the list is whole before the headers are read.
void ModelScanTest::listsFiveThousandWhileTheWindowLives()
{
    constexpr int many = 5000;
    const std::string bytes = loraBytes();
    for (int i = 0; i < many; ++i)
        writeBytes(path("m" + std::to_string(i) + ".safetensors"), bytes);
    int ticks = 0, firstRead = -1, listed = -1;
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&] { ++ticks; });
    timer.start(1);
    connect(m_scan.get(), &ModelSource::found, this, [&](const std::vector<ModelEntry>& entries) {
        if (m_found.size() == many && listed < 0)
            listed = ticks;
        if (entries.front().family != ModelFamily::Unread && firstRead < 0)
            firstRead = listed;
    });
    scan();
    QCOMPARE(m_paths.size(), many);
    QVERIFY(listed >= 0);
    QVERIFY(firstRead >= 0); // no header came before the list was whole
    QVERIFY(ticks > 0);
    for (const ModelEntry& entry : m_found)
        QCOMPARE(int(entry.family), int(ModelFamily::Lora));
}

void ModelScanTest::tellsWhatIsGone()
{
    writeBytes(path("a.safetensors"), loraBytes());
    writeBytes(path("b.safetensors"), loraBytes());
    scan();
    QCOMPARE(m_paths.size(), 2);
    QVERIFY(QFile::remove(m_folder->filePath("a.safetensors")));
    scan();
    QCOMPARE(m_paths, QStringList{m_folder->filePath("b.safetensors")});
}

void ModelScanTest::readsAgainWhatHasChanged()
{
    writeBytes(path("a.safetensors"), loraBytes());
    scan();
    QCOMPARE(int(find("a.safetensors").family), int(ModelFamily::Lora));
    writeBytes(path("a.safetensors"), safetensorsOf({{"emb_params", "F32", {2, 768}, {}}}));
    scan();
    QCOMPARE(int(find("a.safetensors").family), int(ModelFamily::Embedding));
}

void ModelScanTest::looksAgainByItself()
{
    scan();
    QCOMPARE(m_paths.size(), 0);
    writeBytes(path("a.safetensors"), loraBytes());
    QVERIFY(QTest::qWaitFor([&] { return m_paths.size() == 1; }, longestScan));
}

void ModelScanTest::namesWhatParametersMayHave()
{
    m_scan->setFolders({{sourcePath("resources/models"), true}, {m_folder->path().toStdString(), false}}, "");
    writeBytes(path("lora.safetensors"), loraBytes());
    scan();
    const auto names = m_scan->names();
    QCOMPARE(names.at(ParamKind::ModelFile), QStringList{"starter"});
    QVERIFY(names.at(ParamKind::VaeFile).contains("starter"));
    QVERIFY(names.at(ParamKind::ControlNetFile).contains("starter/controlnets/pose"));
}

void ModelScanTest::canBeStoppedAtAnyTime()
{
    for (int i = 0; i < 300; ++i)
        writeBytes(path("m" + std::to_string(i) + ".safetensors"), loraBytes());
    m_scan->scan();
    m_scan->scan(); // in place of the first
    QVERIFY(QTest::qWaitFor([&] { return !m_scan->isScanning(); }, longestScan));
    QCOMPARE(m_paths.size(), 300);
    m_scan->scan();
    m_scan.reset(); // in the middle
}

ATHANOR_WINDOW_TEST(ModelScanTest)
#include "model_scan_test.moc"
