// The whole program, from a prompt to a picture, with the tiny model.
#include "tests/support/files.h"
#include "tests/support/inpainting_model.h"
#include "tests/support/program.h"
#include "tests/support/reference.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QElapsedTimer>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <csignal>

using namespace athanor;

class GenerateTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void writesAPictureThatTellsItsMaking_data();
    void writesAPictureThatTellsItsMaking();
    void writesTheSameBytesTwice();
    void writesBatchesAndPreviews();
    void startsFromAPicture();
    void paintsAnewWhatAMaskMarks();
    void tellsOfPromptSyntaxNotDoneYet();
    void lorasChangeThePicture();
    void keepsThePromptExactly();
    void roundsSizes();
    void refusesWhatCannotBeDone_data();
    void refusesWhatCannotBeDone();
    void refusesAnotherKindOfVaeBeforeTheWork();
    void stopsWithinASecond_data();
    void stopsWithinASecond();

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }
    // A run on the tiny model; options in `more` replace those given here.
    QStringList arguments(const QStringList& more) const
    {
        QStringList words{"generate", "--model", QString::fromStdString(testDataPath("tiny_a")), "--prompt",
            "a red house", "--width", "64", "--height", "64", "--steps", "2", "--out", path("x.png")};
        for (qsizetype i = 0; i < more.size(); i += 2) {
            const qsizetype at = words.indexOf(more[i]);
            if (at >= 0)
                words[at + 1] = more[i + 1];
            else
                words += {more[i], more[i + 1]};
        }
        return words;
    }
    ProgramResult run(const QStringList& words) const { return runProgram(words, m_cache.path()); }
    nlohmann::json inspected(const QString& name) const
    {
        return nlohmann::json::parse(run({"inspect", "--json", path(name)}).out.toStdString());
    }
    QTemporaryDir m_cache; // shared, so that pipelines are compiled once
    std::unique_ptr<QTemporaryDir> m_folder;
};

void GenerateTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void GenerateTest::writesAPictureThatTellsItsMaking_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("name");
    QTest::newRow("diffusers folder") << "tiny_a"
                                      << "tiny_a";
    QTest::newRow("PyTorch checkpoint") << "tiny_b.ckpt"
                                        << "tiny_b";
}

void GenerateTest::writesAPictureThatTellsItsMaking()
{
    QFETCH(QString, model);
    QFETCH(QString, name);
    const ProgramResult result = run(
        arguments({"--model", QString::fromStdString(testDataPath(model.toStdString())), "--steps", "4", "--negative",
            "blurry", "--seed", "18446744073709551615", "--sampler", "euler", "--schedule", "simple", "--cfg", "5"}));
    QVERIFY2(result.exitCode == 0, result.err);
    QCOMPARE(result.out, path("x.png").toUtf8() + ": 64x64, seed 18446744073709551615\n");
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList{"x.png"});
    const QImage picture(path("x.png"));
    QCOMPARE(picture.size(), QSize(64, 64));
    QVERIFY2(picture.copy(0, 0, 1, 1).scaled(64, 64) != picture, "the picture is one colour");

    const auto parameters = inspected("x.png")["parameters"];
    const auto value = [&](const char* key) { return QString::fromStdString(parameters.value(key, "missing")); };
    QCOMPARE(value("prompt"), QString("a red house"));
    QCOMPARE(value("negative prompt"), QString("blurry"));
    QCOMPARE(value("Steps"), QString("4"));
    QCOMPARE(value("Sampler"), QString("Euler"));
    QCOMPARE(value("Schedule type"), QString("Simple"));
    QCOMPARE(value("CFG scale"), QString("5"));
    QCOMPARE(value("Seed"), QString("18446744073709551615"));
    QCOMPARE(value("Size"), QString("64x64"));
    QCOMPARE(value("Model"), name);
    QVERIFY2(value("Model hash").size() == 10, parameters.dump().c_str());
}

void GenerateTest::writesTheSameBytesTwice()
{
    QVERIFY(run(arguments({})).exitCode == 0);
    const QByteArray first = contents(path("x.png"));
    QVERIFY(first.size() > 100);
    QVERIFY(run(arguments({})).exitCode == 0);
    QCOMPARE(contents(path("x.png")), first);
    QVERIFY(run(arguments({"--seed", "1"})).exitCode == 0);
    QVERIFY(contents(path("x.png")) != first);
}

void GenerateTest::writesBatchesAndPreviews()
{
    const ProgramResult result = run(arguments({"--batch", "2", "--seed", "7", "--preview", path("steps")}));
    QVERIFY2(result.exitCode == 0, result.err);
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), (QStringList{"x-2.png", "x.png"}));
    QCOMPARE(QDir(path("steps")).entryList(QDir::Files), (QStringList{"step-01.png", "step-02.png"}));
    QVERIFY(!QImage(path("steps/step-01.png")).isNull());
    QCOMPARE(inspected("x-2.png")["parameters"].value("Seed", ""), std::string("8"));
}

void GenerateTest::startsFromAPicture()
{
    QImage start(100, 70, QImage::Format_RGB888);
    start.fill(QColor(200, 60, 30));
    QVERIFY(start.save(path("start.jpg")));
    const ProgramResult result = run({"generate", "--model", QString::fromStdString(testDataPath("tiny_a")), "--prompt",
        "a", "--init", path("start.jpg"), "--strength", "0.5", "--steps", "4", "--out", path("x.png")});
    QVERIFY2(result.exitCode == 0, result.err);
    QCOMPARE(QImage(path("x.png")).size(), QSize(96, 64)); // multiples of 8
    const nlohmann::json told = inspected("x.png");
    QCOMPARE(told["parameters"].value("Denoising strength", ""), std::string("0.5"));
    QCOMPARE(told["parameters"].value("Strength mode", ""), std::string("share"));

    // From that text alone and the picture it began with the same comes out.
    QFile text(path("x.txt"));
    QVERIFY(text.open(QIODevice::WriteOnly));
    text.write(QByteArray::fromStdString(told["texts"]["parameters"]));
    text.close();
    const ProgramResult again = run({"run", path("x.txt"), "--model", QString::fromStdString(testDataPath("tiny_a")),
        "--set", "load_image.file=" + path("start.jpg"), "--out", path("again")});
    QVERIFY2(again.exitCode == 0, again.err);
    const QDir folder(path("again"));
    QCOMPARE(QImage(folder.filePath(folder.entryList({"*.png"}).value(0))), QImage(path("x.png")));
}

// As diffusers' pipeline for inpainting draws it (tests/reference/inpainting.py).
void GenerateTest::paintsAnewWhatAMaskMarks()
{
    constexpr int width = 128, height = 64, pixels = width * height;
    const TensorFile reference = openReference("inpainting.safetensors");
    const auto picture = [&](const char* name) {
        const std::vector<float> values = referenceValues(reference, name);
        const size_t channels = values.size() / pixels;
        QImage image(width, height, QImage::Format_RGB888);
        for (int i = 0; i < pixels; ++i) {
            const auto value = [&](size_t c) { return int(values[size_t(i) * channels + c % channels]); };
            image.setPixelColor(i % width, i / width, QColor(value(0), value(1), value(2)));
        }
        return image;
    };
    QVERIFY(picture("picture").save(path("start.png")) && picture("mask").save(path("mask.png")));
    const auto text = [&](const char* key) { return QString::fromStdString(reference.metadata.at(key)); };
    QStringList words{"--model", QString::fromStdString(writeInpaintingModel(m_folder->path().toStdString())),
        "--prompt", text("prompt"), "--negative", text("negative"), "--init", path("start.png"), "--mask",
        path("mask.png"), "--width", "128", "--seed", text("seed"), "--steps", text("steps"), "--cfg", text("cfg"),
        "--sampler", "dpmpp_2m", "--schedule", "simple", "--precision", "fp32"};
    ProgramResult result = run(arguments(words));
    QVERIFY2(result.exitCode == 0, result.err);
    const QImage drawn(path("x.png"));
    const std::vector<float> expected = referenceValues(reference, "image.dpmpp_2m.1"); // channels before pixels
    QCOMPARE(drawn.size(), QSize(width, height));
    double worst = 0;
    for (int i = 0; i < pixels; ++i) {
        const QColor colour = drawn.pixelColor(i % width, i / width);
        const int values[] = {colour.red(), colour.green(), colour.blue()};
        for (size_t c = 0; c < 3; ++c)
            worst = std::max(worst, std::abs(values[c] - double(expected[c * pixels + size_t(i)])));
    }
    QVERIFY2(worst <= 2, qPrintable(QString::number(worst))); // of 255: latents may differ by 1e-3, and rounding

    // To another model it is not shown; there the sampler keeps what the mask leaves.
    words += {"--model", QString::fromStdString(testDataPath("tiny_a")), "--steps", "2"};
    result = run(arguments(words));
    QVERIFY2(result.exitCode == 0, result.err);
    QVERIFY(QImage(path("x.png")) != drawn);
}

// By the option or by a tag of the prompt, to the same picture but for what it tells; models and LoRAs by their names.
void GenerateTest::lorasChangeThePicture()
{
    QDir models(m_folder->path());
    models.mkpath("checkpoints");
    models.mkpath("loras/sub");
    QVERIFY(QFile::link(QString::fromStdString(testDataPath("tiny_a")), models.filePath("checkpoints/tiny")));
    QVERIFY(QFile::copy(
        QString::fromStdString(testDataPath("lora_kohya.safetensors")), models.filePath("loras/sub/ink.safetensors")));
    const auto drawn = [&](const QStringList& more, const char* prompt = "a red house") {
        QStringList words{
            "--models", models.path(), "--model", "Tiny", "--steps", "2", "--width", "64", "--height", "64"};
        words << "--prompt" << prompt;
        const ProgramResult result = run(arguments(words) + more);
        if (result.exitCode != 0)
            qWarning("%s", result.err.constData());
        return QImage(path("x.png"));
    };
    const QImage plain = drawn({}), with = drawn({"--lora", "ink:0.5:0.25"});
    QVERIFY(!plain.isNull() && !with.isNull());
    QVERIFY(with != plain);
    QCOMPARE(with.text("parameters").section('\n', 0, 0), QString("a red house <lora:ink:0.25:0.5>"));
    QCOMPARE(drawn({}, "a red house<lora:ink:0.25:0.5>"), with);
    QCOMPARE(drawn({"--lora", "ink:0"}), plain);
    QVERIFY(drawn({"--lora", "ink:0.5", "--lora", "INK.safetensors:-0.5"}) != with);
    const ProgramResult missing = run(arguments({"--models", models.path(), "--lora", "oil:1"}));
    QCOMPARE(missing.exitCode, 4);
    QVERIFY2(missing.err.contains("oil: there is no such file; the LoRA was looked for in"), missing.err);
}

// What the prompt means elsewhere is told, of the negative one too; tags do not reach the encoder as words.
void GenerateTest::tellsOfPromptSyntaxNotDoneYet()
{
    const ProgramResult result =
        run(arguments({"--prompt", "a red house <hypernet:x:1>", "--negative", "[a:b:0.5] AND c"}));
    QVERIFY2(result.exitCode == 0, result.err);
    for (const char* text : {"hypernetworks are not applied; left out of the prompt: <hypernet:x:1>",
             "prompts that change at a step are not done yet; read as words: [a:b:0.5]",
             "prompts joined by AND are not done yet; read as one prompt with the word: AND"})
        QVERIFY2(result.err.count(text) == 1, result.err);
    const QImage with(path("x.png"));
    QVERIFY(run(arguments({"--prompt", "a red house ", "--negative", "[a:b:0.5] AND c"})).exitCode == 0);
    QCOMPARE(QImage(path("x.png")), with);
}

void GenerateTest::keepsThePromptExactly()
{
    const QString prompt = " Steps: 5\nNegative prompt: x\r\n(y:1.2) 赤 \\(z\\)";
    const ProgramResult result = run(arguments({"--prompt", prompt}));
    QVERIFY2(result.exitCode == 0, result.err);
    QCOMPARE(QString::fromStdString(inspected("x.png")["parameters"].value("prompt", "")), prompt);
}

void GenerateTest::roundsSizes()
{
    const ProgramResult result = run(arguments({"--width", "71", "--height", "71"}));
    QVERIFY2(result.exitCode == 0, result.err);
    QVERIFY2(result.err.contains("width 71 becomes 64") && result.err.contains("height 71 becomes 64"), result.err);
    QCOMPARE(QImage(path("x.png")).size(), QSize(64, 64));
}

void GenerateTest::refusesWhatCannotBeDone_data()
{
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("text");
    QTest::newRow("missing folder") << QStringList{"--out", "/nowhere/x.png"} << 7
                                    << "/nowhere/x.png: No such file or directory";
    QTest::newRow("missing preview folder")
        << QStringList{"--preview", "/nowhere/steps"} << 7 << "No such file or directory";
    QTest::newRow("missing model") << QStringList{"--model", "/nowhere/m"} << 4 << "/nowhere/m";
    QTest::newRow("not a model") << QStringList{"--model", "/dev/null"} << 3 << "/dev/null";
    QTest::newRow("no such device") << QStringList{"--device", "Voodoo 2"} << 5 << "Voodoo 2";
    QTest::newRow("eta without use") << QStringList{"--eta", "0.5", "--sampler", "euler"} << 2 << "eta";
    QTest::newRow("start picture missing") << QStringList{"--init", "/nowhere/x.png"} << 4 << "/nowhere/x.png";
    QTest::newRow("more layers than there are") << QStringList{"--clip-skip", "12"} << 2 << "12";
    QTest::newRow("batch too large") << QStringList{"--width", "8192", "--height", "8192", "--batch", "8"} << 6
                                     << "1536 MiB";
    QTest::newRow("prompt too long") << QStringList{"--negative", QString("a ").repeated(5000)} << 2 << "4800";
}

void GenerateTest::refusesWhatCannotBeDone()
{
    QFETCH(QStringList, more);
    QFETCH(int, exitCode);
    QFETCH(QString, text);
    const ProgramResult result = run(arguments(more));
    QVERIFY2(result.exitCode == exitCode, result.err);
    QVERIFY2(result.err.contains(text.toUtf8()), result.err);
    QVERIFY(!QFile::exists(path("x.png")));
}

// It would be needed last.
void GenerateTest::refusesAnotherKindOfVaeBeforeTheWork()
{
    for (const char* file : {"checkpoints/upscaler.pth", "README.md"}) {
        const QString vae = QString::fromStdString(sourcePath("tests/data/")) + file;
        const ProgramResult result = run(arguments({"--vae", vae, "--preview", path("steps")}));
        QVERIFY2(result.exitCode == 3 && result.err.contains(vae.toUtf8()), result.err);
        QVERIFY2(QDir(path("steps")).entryList(QDir::Files).isEmpty(), "steps were made");
    }
}

void GenerateTest::stopsWithinASecond_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<bool>("duringSampling");
    QTest::newRow("Ctrl+C while sampling") << SIGINT << true;
    QTest::newRow("SIGTERM while sampling") << SIGTERM << true;
    QTest::newRow("Ctrl+C while starting") << SIGINT << false;
}

void GenerateTest::stopsWithinASecond()
{
    QFETCH(int, signal);
    QFETCH(bool, duringSampling);
    QProcess process;
    prepare(process, arguments({"--preview", path("steps"), "--steps", "1000"}), m_cache.path());
    process.start();
    QVERIFY(process.waitForStarted());
    // The preview folder is made before anything is loaded, a preview at the first step.
    const QString sign = duringSampling ? path("steps/step-0001.png") : path("steps");
    QVERIFY(QTest::qWaitFor([&] { return QFile::exists(sign) || process.state() == QProcess::NotRunning; }, 300'000));
    QVERIFY2(process.state() == QProcess::Running, process.readAllStandardError());
    QElapsedTimer timer;
    timer.start();
    ::kill(pid_t(process.processId()), signal);
    const ProgramResult stopped = result(process);
    const qint64 time = timer.elapsed();
    QVERIFY2(stopped.exitCode == 8, stopped.err);
    QVERIFY2(stopped.err.contains("cancelled"), stopped.err);
    QVERIFY2(time <= 1000, QByteArray::number(time) + " ms");
    QVERIFY(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden).isEmpty());
    for (const QString& name : QDir(path("steps")).entryList(QDir::Files))
        QVERIFY2(!QImage(path("steps/" + name)).isNull(), name.toUtf8());
}

ATHANOR_CORE_TEST(GenerateTest)
#include "generate_test.moc"
