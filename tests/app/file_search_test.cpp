// Where files of models are found by name: folders of this program, ComfyUI and A1111 as they are.
#include "app/files/file_search.h"
#include "render/error.h"
#include "tests/support/refusal.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

class FileSearchTest : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        for (const char* name : {"own.safetensors", "checkpoints/sd_xl_base_1.0.safetensors",
                 "checkpoints/xl/Dream.safetensors", "checkpoints/folder/model_index.json", "loras/style.safetensors",
                 "loras/xl/style2.safetensors", "embeddings/own2.safetensors", "loras/ink/ink.safetensors",
                 "checkpoints/sd15/notes.txt", "sd15.ckpt", "Stable-diffusion/photo_v2.ckpt", "vae/notes.txt"})
            make(name);
    }
    void finds_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("found"); // empty: nothing
        QTest::addColumn<int>("kind");
        const auto row = [](const char* name, const char* found, FileKind kind = FileKind::Model) {
            QTest::addRow("%s %d", name, int(kind)) << name << found << int(kind);
        };
        row("own.safetensors", "own.safetensors");
        row("own", "own.safetensors");
        row("sd_xl_base_1.0", "checkpoints/sd_xl_base_1.0.safetensors"); // 0 is no ending
        row("SD_XL_base_1.0.safetensors", "checkpoints/sd_xl_base_1.0.safetensors");
        row("dream", "checkpoints/xl/Dream.safetensors");
        row("xl/dream.safetensors", "checkpoints/xl/Dream.safetensors");
        row("folder", "checkpoints/folder");
        row("photo_v2 [0123456789]", "Stable-diffusion/photo_v2.ckpt");
        row("photo_v2.ckpt [0123456789]", "Stable-diffusion/photo_v2.ckpt");
        row("style", "loras/style.safetensors", FileKind::Lora);
        row("style2", "loras/xl/style2.safetensors", FileKind::Lora);
        row("ink", "loras/ink/ink.safetensors", FileKind::Lora); // not the folder
        row("sd15", "sd15.ckpt"); // nor this one, which is no model
        row("style", ""); // is no model
        row("own2", "");
        row("own", "own.safetensors", FileKind::Lora); // beside the folders of kinds anything may lie
        row("notes", "", FileKind::Vae);
        row("", "");
        row("dream", "", FileKind::Image); // names of pictures are whole
    }
    void finds()
    {
        QFETCH(QString, name);
        QFETCH(QString, found);
        QFETCH(int, kind);
        const std::string path = fileIn({m_folder->path().toStdString()}, FileKind(kind), name.toStdString());
        QCOMPARE(
            path.empty() ? QString() : QDir(m_folder->path()).relativeFilePath(QString::fromStdString(path)), found);
    }
    void severalAreListed()
    {
        make("checkpoints/sdxl/Dream.ckpt");
        const QByteArray text = refusalOf(
            [&] { fileIn({m_folder->path().toStdString()}, FileKind::Model, "dream"); }, ErrorKind::BadArgument);
        QVERIFY2(text.contains("\"dream\" fits several files: ") && text.contains("xl/Dream.safetensors")
                && text.contains("sdxl/Dream.ckpt"),
            text);
        // A name that is one's whole one is meant so.
        QVERIFY(!fileIn({m_folder->path().toStdString()}, FileKind::Model, "Dream.ckpt").empty());
        QVERIFY(!fileIn({m_folder->path().toStdString()}, FileKind::Model, "xl/dream").empty());
    }
    // The user's own come first.
    void foldersAreInOrder()
    {
        QTemporaryDir other;
        QDir(other.path()).mkpath("checkpoints");
        QVERIFY(QFile::copy(m_folder->filePath("own.safetensors"), other.filePath("checkpoints/dream.safetensors")));
        const std::string first = m_folder->path().toStdString(), second = other.path().toStdString();
        QVERIFY(fileIn({first, second}, FileKind::Model, "DREAM").starts_with(first));
        QVERIFY(fileIn({second, first}, FileKind::Model, "DREAM").starts_with(second));
    }
    void linksLeadRoundNothing()
    {
        QVERIFY(QFile::link(m_folder->path(), m_folder->filePath("checkpoints/again")));
        QCOMPARE(fileIn({m_folder->path().toStdString()}, FileKind::Model, "nothing"), std::string());
        QVERIFY(!fileIn({m_folder->path().toStdString()}, FileKind::Model, "dream").empty()); // once
    }

private:
    void make(const QString& name)
    {
        const QString path = m_folder->filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

ATHANOR_TEST(FileSearchTest)
#include "file_search_test.moc"
