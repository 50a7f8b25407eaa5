// Ten steps of every sampler with every schedule on a tiny random model, against diffusers' schedulers and the float64
// formulas (tests/reference/trajectories.py; which is which stands in the file's metadata).
#include "inference/pipeline/denoise.h"
#include "inference/pipeline/text_to_image.h"
#include "tests/support/reference.h"
#include "tests/support/test_data.h"
#include <QTest>

using namespace athanor;

namespace {

// Relative L2 of the end. Each of the ten steps adds the UNet's own error (below 1e-4 in fp32, 1e-2 with fp16 storage),
// which guidance multiplies.
constexpr double tolerance32 = 1e-3;
constexpr double tolerance16 = 1e-2;

}

class TrajectoriesTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_gpu = std::make_unique<Gpu>();
        m_model = std::make_unique<StableDiffusion>(
            loadStableDiffusion(*m_gpu, testDataPath("tiny_a"), {.precision = DType::F32}));
        m_reference = openReference("trajectories.safetensors");
    }
    void cleanupTestCase()
    {
        m_model.reset();
        m_gpu.reset();
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
        const double error =
            relativeL2(sampleLatents(*m_model, request()), referenceValues(m_reference, entry.toStdString()));
        QVERIFY2(error <= tolerance32, qPrintable(QString::number(error)));
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
        const Conditioning text = conditioning();
        const Array noise = referenceValues(m_reference, "noise.initial");
        const auto end = [&](Prediction prediction, const std::vector<double>& sigmas, const Array& x) {
            std::vector<NoiseSource> sources = batchNoise(NoiseKind::TorchCpu, 42, 1);
            draw(sources, size.count());
            return sample(walk, stableDiffusionNoise(), sigmas, x,
                guidedDenoise(*m_gpu, m_model->unet, prediction, text, 7.5, size), sources);
        };
        const Array fromLatent = noisedLatent(referenceValues(m_reference, "latent"), noise, tail.front());
        compare(end(Prediction::Epsilon, tail, fromLatent), "end.image." + pair);
        compare(end(Prediction::Velocity, all, noiseOnly(noise, all.front())), "end.v." + pair);
    }

    void halfPrecision()
    {
        const StableDiffusion half = loadStableDiffusion(*m_gpu, testDataPath("tiny_a"), {.precision = DType::F16});
        TextToImage r = plainRequest();
        r.sampler = "dpmpp_2m";
        r.schedule = "karras";
        for (double cfg : {1.0, 7.5}) {
            r.cfg = cfg;
            const std::string entry = "end.dpmpp_2m.karras.cfg" + QString::number(cfg).toStdString();
            const double error = relativeL2(sampleLatents(half, r), referenceValues(m_reference, entry));
            qInfo("fp16, cfg %g: relative L2 %.2e", cfg, error);
            QVERIFY2(error <= tolerance16, qPrintable(QString::number(error)));
        }
    }

    // A batch holds the pictures its seeds give alone. Not bit for bit: rows of a batch share tiles of a matrix
    // product.
    void batchEqualsSingles()
    {
        TextToImage r = plainRequest();
        r.steps = 3;
        r.batch = 2;
        const std::vector<float> both = sampleLatents(*m_model, r);
        r.batch = 1;
        r.seed += 1;
        const std::vector<float> second = sampleLatents(*m_model, r);
        QVERIFY(relativeL2({both.begin() + 512, both.end()}, second) < 1e-4);
    }

    void sameSeedSameBytes()
    {
        TextToImage r = plainRequest();
        r.steps = 3;
        QCOMPARE(sampleLatents(*m_model, r), sampleLatents(*m_model, r));
    }

private:
    TextToImage plainRequest() const
    {
        TextToImage r;
        r.prompt = m_reference.metadata.at("prompt");
        r.negativePrompt = m_reference.metadata.at("negative");
        r.width = 128;
        r.height = 64;
        r.steps = 10;
        r.seed = 42;
        return r;
    }
    TextToImage request() const
    {
        TextToImage r = plainRequest();
        const auto text = [](const char* column) {
            return (*static_cast<QString*>(QTest::qData(column, QMetaType::QString))).toStdString();
        };
        r.sampler = text("sampler");
        r.schedule = text("schedule");
        const double eta = *static_cast<double*>(QTest::qData("eta", QMetaType::Double));
        if (eta >= 0)
            r.eta = eta;
        r.cfg = *static_cast<double*>(QTest::qData("cfg", QMetaType::Double));
        return r;
    }
    Conditioning conditioning() const
    {
        Conditioning text{2, referenceValues(m_reference, "context.uncond")};
        const std::vector<float> cond = referenceValues(m_reference, "context.cond");
        text.states.insert(text.states.end(), cond.begin(), cond.end());
        return text;
    }
    void compare(const Array& ours, const QString& entry) const
    {
        const double error = relativeL2(ours, referenceValues(m_reference, entry.toStdString()));
        QVERIFY2(error <= tolerance32, qPrintable(entry + " " + QString::number(error)));
    }

    std::unique_ptr<Gpu> m_gpu;
    std::unique_ptr<StableDiffusion> m_model;
    TensorFile m_reference;
    double m_worst = 0;
};

QTEST_APPLESS_MAIN(TrajectoriesTest)
#include "trajectories_test.moc"
