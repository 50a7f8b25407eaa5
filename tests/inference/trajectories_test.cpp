// Ten steps of every sampler with every schedule on a tiny random model, against diffusers' schedulers and the float64
// formulas (tests/reference/trajectories.py; which is which stands in the file's metadata).
#include "inference/diffusion/denoise.h"
#include "tests/support/device_run_host.h"
#include "tests/support/reference.h"
#include "tests/support/test_program.h"
#include <QTest>
#include <map>

using namespace athanor;

namespace {

constexpr double halfTolerance = 1e-2; // of ten steps with fp16 storage

}

class TrajectoriesTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_host = std::make_unique<DeviceRunHost>();
        m_reference = openReference("trajectories.safetensors");
    }
    void cleanupTestCase()
    {
        m_given.clear();
        m_host.reset();
    }

    void textToImage_data()
    {
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<QString>("schedule");
        QTest::addColumn<double>("eta");
        QTest::addColumn<double>("cfg");
        QTest::addColumn<QString>("entry");
        for (const Sampler& sampler : samplers())
            for (const Schedule& schedule : schedules())
                for (double eta : sampler.name == "ddim" ? std::vector<double>{0, 1} : std::vector<double>{-1})
                    for (double cfg : {1.0, 7.5}) {
                        const QString name = QString::fromUtf8(sampler.name.data(), qsizetype(sampler.name.size()));
                        const QString steps = QString::fromUtf8(schedule.name.data(), qsizetype(schedule.name.size()));
                        const QString label = eta < 0 ? name : name + "_eta" + QString::number(eta);
                        const QString entry = "end." + label + "." + steps + ".cfg" + QString::number(cfg);
                        QTest::newRow(qPrintable(entry)) << name << steps << eta << cfg << entry;
                    }
    }
    void textToImage()
    {
        QFETCH(QString, entry);
        const double error = relativeL2(end(request()), referenceValues(m_reference, entry.toStdString()));
        QVERIFY2(error <= tenStepsTolerance, qPrintable(QString::number(error)));
        m_worst = std::max(m_worst, error);
    }
    void worst() { qInfo("largest relative L2 of an end: %.2e", m_worst); }

    // The last six of ten steps from a given latent; and the output taken for v instead of the noise.
    void otherStarts_data()
    {
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<QString>("schedule");
        QTest::newRow("euler") << "euler"
                               << "simple";
        QTest::newRow("dpmpp_2m") << "dpmpp_2m"
                                  << "karras";
    }
    void otherStarts()
    {
        QFETCH(QString, sampler);
        QFETCH(QString, schedule);
        const QString pair = sampler + "." + schedule + ".cfg7.5";
        const LatentSize size{1, 4, 8, 16};
        const Sampler& walk = findSampler(sampler.toStdString());
        const std::vector<double> all = makeSigmas(findSchedule(schedule.toStdString()), stableDiffusionNoise(), 10);
        const std::vector<double> tail = strengthTail(all, 0.6);
        QCOMPARE(tail.size(), size_t(7));
        const std::vector<GuidanceTerm> terms{{referenceValues(m_reference, "context.uncond"), 1 - 7.5},
            {referenceValues(m_reference, "context.cond"), 7.5}};
        const Values loaded = load();
        const ModelValue& unet = as<ModelValue>(loaded[0]);
        const Array noise = referenceValues(m_reference, "noise.initial");
        const auto walked = [&](Prediction prediction, const std::vector<double>& sigmas, const Array& x) {
            std::vector<NoiseSource> sources = batchNoise(NoiseKind::TorchCpu, 42, 1);
            draw(sources, size.count());
            return sample(walk, stableDiffusionNoise(), sigmas, x,
                guidedDenoise(m_host->gpu(), {.net = *unet.net, .prediction = prediction, .size = size}, terms),
                sources);
        };
        const Array fromLatent = noisedLatent(referenceValues(m_reference, "latent"), noise, tail.front());
        compare(walked(Prediction::Epsilon, tail, fromLatent), "end.image." + pair);
        compare(walked(Prediction::Velocity, all, noiseOnly(noise, all.front())), "end.v." + pair);
    }

    void halfPrecision()
    {
        m_host->type = DType::F16;
        Params r;
        for (double cfg : {1.0, 7.5}) {
            r["cfg"] = cfg;
            const std::string entry = "end.dpmpp_2m.karras.cfg" + QString::number(cfg).toStdString();
            const double error = relativeL2(end(r), referenceValues(m_reference, entry));
            qInfo("fp16, cfg %g: relative L2 %.2e", cfg, error);
            QVERIFY2(error <= halfTolerance, qPrintable(QString::number(error)));
        }
        m_host->type = DType::F32;
    }

    // A batch holds the pictures its seeds give alone. Not bit for bit: rows of a batch share tiles of a matrix
    // product.
    void batchEqualsSingles()
    {
        const std::vector<float> both = end({{"steps", int64_t(3)}}, 2);
        const std::vector<float> second = end({{"steps", int64_t(3)}, {"seed", int64_t(43)}});
        QVERIFY(relativeL2({both.begin() + 512, both.end()}, second) < 1e-4);
    }

    void sameSeedSameBytes() { QCOMPARE(end({{"steps", int64_t(3)}}), end({{"steps", int64_t(3)}})); }

private:
    // What every run of one precision has in common.
    struct Given {
        Value model, positive, negative;
    };

    Values load() { return runNode(*m_host, "load_checkpoint", {}, {{"file", testDataPath("tiny_a")}}); }
    const Given& given()
    {
        const auto [it, isNew] = m_given.try_emplace(m_host->type);
        if (isNew) {
            const Values loaded = load();
            const auto prompt = [&](const char* name) {
                return runNode(*m_host, "encode_prompt", {{"text_encoder", loaded[1]}},
                    {{"text", m_reference.metadata.at(name)}})[0];
            };
            it->second = {loaded[0], prompt("prompt"), prompt("negative")};
        }
        return it->second;
    }
    // The latents that these parameters give, with those of the reference where there are none.
    std::vector<float> end(Params sampling, int64_t batch = 1)
    {
        const auto& [model, positive, negative] = given();
        const Value latent = runNode(
            *m_host, "empty_latent", {}, {{"width", int64_t(128)}, {"height", int64_t(64)}, {"batch", batch}})[0];
        sampling.try_emplace("steps", int64_t(10));
        sampling.try_emplace("seed", int64_t(42));
        const Value ended = runNode(*m_host, "sample",
            {{"model", model}, {"positive", positive}, {"negative", negative}, {"latent", latent}},
            std::move(sampling))[0];
        return *as<LatentValue>(ended).values;
    }
    Params request() const
    {
        const auto text = [](const char* column) {
            return (*static_cast<QString*>(QTest::qData(column, QMetaType::QString))).toStdString();
        };
        Params r{{"sampler", text("sampler")}, {"schedule", text("schedule")},
            {"cfg", *static_cast<double*>(QTest::qData("cfg", QMetaType::Double))}};
        const double eta = *static_cast<double*>(QTest::qData("eta", QMetaType::Double));
        if (eta >= 0)
            r["eta"] = eta;
        return r;
    }
    void compare(const Array& ours, const QString& entry) const
    {
        const double error = relativeL2(ours, referenceValues(m_reference, entry.toStdString()));
        QVERIFY2(error <= tenStepsTolerance, qPrintable(entry + " " + QString::number(error)));
    }

    std::unique_ptr<DeviceRunHost> m_host;
    std::map<DType, Given> m_given;
    TensorFile m_reference;
    double m_worst = 0;
};

ATHANOR_TEST(TrajectoriesTest)
#include "trajectories_test.moc"
