// What the program says of a model's settings and tensors, from outside; and that they change its pictures.
#include "app/engine/run_host.h"
#include "tests/support/files.h"
#include "tests/support/model_bytes.h"
#include "tests/support/program.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace athanor;
namespace fs = std::filesystem;

class ModelSettingsTest : public QObject {
    Q_OBJECT
private slots:
    void warningsAreToldOnce();
    void refusedSettingsEndWithThree();
    void aYamlBesideTheFileCounts();
    void filesBesideAreWatched();

private:
    ProgramResult generate(const std::string& model, const QString& out)
    {
        return runProgram({"generate", "--model", QString::fromStdString(model), "--prompt", "a", "--steps", "1",
                              "--width", "64", "--height", "64", "--out", out},
            m_folder.path());
    }
    QString path(const char* name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
};

void ModelSettingsTest::warningsAreToldOnce()
{
    const ProgramResult told =
        runProgram({"inspect", QString::fromStdString(testDataPath("tiny_b.ckpt"))}, m_folder.path());
    QCOMPARE(told.exitCode, 0);
    QCOMPARE(told.out.count("values that are not tensors were skipped"), 1);
    QCOMPARE(told.out.count("2 tensors are not part of the model and are ignored: alphas_cumprod, betas"), 1);
}

void ModelSettingsTest::refusedSettingsEndWithThree()
{
    const fs::path model = fs::path(m_folder.path().toStdString()) / "model";
    fs::copy(testDataPath("tiny_a"), model, fs::copy_options::recursive);
    const std::string file = (model / "unet/config.json").string();
    nlohmann::json config = nlohmann::json::parse(std::ifstream(file));
    config["class_embed_type"] = "timestep";
    writeBytes(file, config.dump());
    const ProgramResult told = generate(model.string(), path("x.png"));
    QCOMPARE(told.exitCode, 3);
    QVERIFY2(told.err.contains("unet/config.json: class_embed_type is \"timestep\", supported is null: "), told.err);
    QVERIFY(!fs::exists(path("x.png").toStdString()));
}

void ModelSettingsTest::aYamlBesideTheFileCounts()
{
    const std::string model = path("m.safetensors").toStdString();
    fs::copy(testDataPath("tiny_a.safetensors"), model);
    // Which says its prediction, before any other file.
    std::string content = contents(path("m.safetensors")).toStdString();
    content.replace(content.find("athanor.prediction"), 18, "another.prediction");
    writeBytes(model, content);
    const auto wordsOf = [&](const char* prediction) {
        writeBytes(path("m.yaml").toStdString(), std::string("model:\n  params:\n    parameterization: ") + prediction);
        return generate(model, path("x.png")).err;
    };
    QVERIFY(wordsOf("v").contains("tokenizer")); // which this file comes without: the next there is to complain of
    QVERIFY(wordsOf("w").contains("m.yaml: model.params.parameterization is \"w\", supported is eps, v, x0"));
}

// So that nothing made with another of them is taken from a cache.
void ModelSettingsTest::filesBesideAreWatched()
{
    AppRunHost host({});
    const std::string model = path("n.safetensors").toStdString();
    writeBytes(model, "x");
    std::vector<std::string> stamps{host.stamp(model)};
    for (const char* beside : {"n.yaml", "config.json"}) {
        writeBytes(path(beside).toStdString(), "{}");
        stamps.push_back(host.stamp(model));
    }
    QVERIFY(stamps[0] != stamps[1] && stamps[1] != stamps[2]);
    QCOMPARE(host.stamp(model), stamps[2]);
}

ATHANOR_TEST(ModelSettingsTest)
#include "model_settings_test.moc"
