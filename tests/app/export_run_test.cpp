// JPEG and WebP on the command line: written, told, and run again to the same bytes.
#include "tests/support/files.h"
#include "tests/support/program.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include "app/pictures/image_store.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

class ExportRunTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void generatesAndRunsAgain_data();
    void generatesAndRunsAgain();
    void nodesSaveInTheirFormat();
    void preprocessesIntoEveryFormat_data();
    void preprocessesIntoEveryFormat();

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }
    ProgramResult run(const QStringList& words) const { return runProgram(words, m_cache.path()); }
    nlohmann::json inspected(const QString& name) const
    {
        return nlohmann::json::parse(run({"inspect", "--json", path(name)}).out.toStdString());
    }
    QTemporaryDir m_cache; // shared, so that pipelines are compiled once
    std::unique_ptr<QTemporaryDir> m_folder;
};

void ExportRunTest::generatesAndRunsAgain_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("again");
    QTest::addColumn<QString>("kind");
    QTest::newRow("JPEG") << "x.JPG"
                          << "athanor.jpg"
                          << "a JPEG picture";
    QTest::newRow("WebP") << "x.webp"
                          << "athanor.webp"
                          << "a WebP picture";
}

void ExportRunTest::generatesAndRunsAgain()
{
    QFETCH(QString, name);
    QFETCH(QString, again);
    QFETCH(QString, kind);
    const QString models = QString::fromStdString(testDataPath(""));
    const ProgramResult made =
        run({"generate", "--model", models + "/tiny_a", "--prompt", "a red house, 赤", "--width", "64", "--height",
            "64", "--steps", "2", "--seed", "18446744073709551615", "--quality", "80", "--out", path(name)});
    QVERIFY2(made.exitCode == 0, made.err);
    const nlohmann::json report = inspected(name);
    QCOMPARE(report["kind"].get<std::string>(), kind.toStdString());
    QCOMPARE(report["width"].get<int>(), 64);
    QCOMPARE(report["parameters"]["prompt"].get<std::string>(), std::string("a red house, 赤"));
    QCOMPARE(report["parameters"]["Seed"].get<std::string>(), std::string("18446744073709551615"));
    QCOMPARE(report["workflow"]["nodes"].get<int>(), 7);
    const ProgramResult ran = run({"run", path(name), "--models", models, "--out", path("again")});
    QVERIFY2(ran.exitCode == 0, ran.err);
    QCOMPARE(QDir(path("again")).entryList(QDir::Files), QStringList{again});
    QVERIFY(contents(path(name)).size() > 100);
    QCOMPARE(contents(path("again/" + again)), contents(path(name)));
}

void ExportRunTest::nodesSaveInTheirFormat()
{
    const QString models = QString::fromStdString(testDataPath(""));
    const QStringList words{"run", QString::fromStdString(sourcePath("resources/workflows/text-to-image.json")),
        "--model", models + "/tiny_a", "--set", "size.width=64", "--set", "size.height=64", "--set", "sampler.steps=1",
        "--set", "prompt.text=a house", "--set", "save.name=[prompt]-[seed]-[counter]", "--sweep",
        "save.format=png,jpeg,webp_lossless", "--out", path("out")};
    for (int i = 0; i < 2; ++i) {
        const ProgramResult ran = run(words + QStringList{"--set", "sampler.cfg=" + QString::number(5 + i)});
        QVERIFY2(ran.exitCode == 0, ran.err);
    }
    QCOMPARE(QDir(path("out")).entryList({"a house*"}, QDir::Files),
        (QStringList{"a house-0-00001_format-jpeg.jpg", "a house-0-00001_format-png.png",
            "a house-0-00001_format-webp_lossless.webp", "a house-0-00002_format-jpeg.jpg",
            "a house-0-00002_format-png.png", "a house-0-00002_format-webp_lossless.webp"}));
    const RgbImage png = readImage(path("out/a house-0-00002_format-png.png").toStdString());
    const RgbImage webp = readImage(path("out/a house-0-00002_format-webp_lossless.webp").toStdString());
    QVERIFY(png.pixels == webp.pixels);
}

void ExportRunTest::preprocessesIntoEveryFormat_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("kind");
    for (const auto& [name, kind] :
        {std::pair("map.png", "PNG"), {"map.jpg", "JPEG"}, {"map.jpeg", "JPEG"}, {"map.webp", "WebP"}})
        QTest::newRow(name) << name << kind;
}

void ExportRunTest::preprocessesIntoEveryFormat()
{
    QFETCH(QString, name);
    QFETCH(QString, kind);
    const QString in = QString::fromStdString(testDataPath("preprocess/pictures.png"));
    const ProgramResult made = run({"preprocess", "invert", in, path(name)});
    QVERIFY2(made.exitCode == 0, made.err);
    QCOMPARE(made.out, path(name).toUtf8() + '\n');
    QVERIFY(run({"inspect", path(name)}).out.contains("a " + kind.toUtf8() + " picture"));
}

ATHANOR_CORE_TEST(ExportRunTest)
#include "export_run_test.moc"
