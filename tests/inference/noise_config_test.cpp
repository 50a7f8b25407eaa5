// Sigmas of other noise than Stable Diffusion's (tests/reference/noise_levels.py), and where a model says what it
// predicts.
#include "inference/models/noise_config.h"

#include "inference/sampling/samplers.h"
#include "inference/weights/json_text.h"
#include "inference/weights/model_files.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <fstream>

using namespace athanor;
using Json = nlohmann::json;

namespace {

NoiseConfig noiseOfConfig(const Json& config)
{
    ModelFiles files;
    files.path = "m.safetensors";
    files.schedulerConfig = config;
    return detectNoise(files);
}

const NoiseModel& modelOf(const NoiseConfig& config)
{
    return config.noise ? *config.noise : stableDiffusionNoise();
}

}

class NoiseConfigTest : public QObject {
    Q_OBJECT
private slots:
    void equalsTheReference()
    {
        const Json rows = Json::parse(std::ifstream(testDataPath("noise_levels.json")));
        QVERIFY(rows.size() >= 11);
        for (const Json& row : rows) {
            const NoiseConfig config = noiseOfConfig(row["config"]);
            const NoiseModel& model = modelOf(config);
            QCOMPARE(model.sigmas.size(), row["count"].get<size_t>());
            for (size_t i = 0; i < row["at"].size(); ++i) {
                const double is = model.sigmas[row["at"][i].get<size_t>()], want = row["sigmas"][i];
                QVERIFY2(std::abs(is / want - 1) < 1e-9, (row["config"].dump() + " " + std::to_string(is)).c_str());
            }
        }
    }

    void usualNoiseIsTheTable()
    {
        QVERIFY(!noiseOfConfig(Json()).noise);
        QVERIFY(
            !noiseOfConfig({{"beta_start", 0.00085}, {"beta_end", 0.012}, {"beta_schedule", "scaled_linear"}}).noise);
        QVERIFY(!noiseOfConfig({{"_class_name", "LCMScheduler"}}).noise);
        QVERIFY(noiseOfConfig({{"_class_name", "PNDMScheduler"}}).noise);
    }

    // A network of another noise is asked at its own timesteps, and any sampler walks its sigmas.
    void samplersTakeIt()
    {
        const NoiseConfig config = noiseOfConfig({{"num_train_timesteps", 50}, {"rescale_betas_zero_snr", true}});
        for (const Schedule& schedule : schedules())
            for (const int steps : {1, 7, 49, 50}) {
                const std::vector<double> sigmas = makeSigmas(schedule, *config.noise, steps);
                QCOMPARE(sigmas.size(), size_t(steps) + 1);
                for (size_t i = 1; i < sigmas.size(); ++i)
                    QVERIFY2(sigmas[i] < sigmas[i - 1], std::string(schedule.name).c_str());
            }
        QCOMPARE(timestepAt(*config.noise, config.noise->sigmas.back()), 49.0);
        const std::string text = refusal([&] { makeSigmas(findSchedule("simple"), *config.noise, 51); });
        QVERIFY2(text.find("steps: 51 are more than the 50 timesteps") != text.npos, text.c_str());
    }

    void predictsTheSampleItself()
    {
        QCOMPARE(noiseOfConfig({{"prediction_type", "sample"}}).prediction, Prediction::Sample);
        QVERIFY((denoisedFrom(Prediction::Sample, {1, 2, 3}, {9, 9, 9}, 7.5) == Array{1, 2, 3}));
    }

    void noiseAloneIsNothingToPredictNoiseFrom()
    {
        ModelFiles files;
        files.schedulerConfig = {{"rescale_betas_zero_snr", true}};
        std::vector<std::string> warnings;
        detectNoise(files, &warnings);
        QCOMPARE(warnings.size(), size_t(1));
        QVERIFY2(warnings[0].find("rescale_betas_zero_snr") != std::string::npos, warnings[0].c_str());
        files.schedulerConfig["prediction_type"] = "v_prediction";
        warnings.clear();
        detectNoise(files, &warnings);
        QVERIFY(warnings.empty());
    }

    void whereThePredictionIsTold()
    {
        ModelFiles files;
        files.files.emplace_back();
        QCOMPARE(detectNoise(files).prediction, Prediction::Epsilon);
        files.family.vPrediction = true;
        QCOMPARE(detectNoise(files).prediction, Prediction::Velocity);
        files.schedulerConfig["prediction_type"] = "epsilon";
        QCOMPARE(detectNoise(files).prediction, Prediction::Epsilon);
        files.files[0].metadata["athanor.prediction"] = "v_prediction";
        QCOMPARE(detectNoise(files).prediction, Prediction::Velocity);
        files.files[0].metadata["athanor.prediction"] = "w";
        QVERIFY(refusal([&] { detectNoise(files); }).find("athanor.prediction is w, supported is epsilon")
            != std::string::npos);
    }

    // diffusers writes an infinite lambda_min_clipped, which is no JSON.
    void opensWhatPythonWrites()
    {
        QTemporaryDir folder;
        const std::string path = folder.filePath("c.json").toStdString();
        writeBytes(path,
            "{\"lambda_min_clipped\": -Infinity, \"a\": \"-Infinity NaN \\\"Infinity\", \"b\": [NaN, Infinity], \"c\": "
            "1}");
        const Json config = readJsonFile(path, JsonNumbers::Python);
        QCOMPARE(config.dump(),
            std::string(
                "{\"a\":\"-Infinity NaN \\\"Infinity\",\"b\":[\"\",\"\"],\"c\":1,\"lambda_min_clipped\":\"\"}"));
        QVERIFY(refusal([&] { readJsonFile(path); }).find("not valid JSON at byte 2") != std::string::npos);
    }
};

ATHANOR_TEST(NoiseConfigTest)
#include "noise_config_test.moc"
