// The model that comes with the program makes the picture that diffusers makes of it.
#include "inference/diffusion/conditioning.h"
#include "inference/diffusion/latent_codec.h"
#include "inference/diffusion/sample_latent.h"
#include "inference/models/stable_diffusion.h"
#include "render/gpu.h"
#include "tests/support/reference.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTest>
#include <algorithm>
#include <cmath>

using namespace athanor;

class StarterModelTest : public QObject {
    Q_OBJECT
private slots:
    // tests/reference/starter.py: DDIM, 8 steps, guidance 4, torch's CPU noise of seed 7, 256 × 192 pixels. Its weights
    // are read from the same fp16 files; 2e-2 leaves room for fp16 storage of activations over 16 evaluations, fp32
    // has only the order of sums.
    void agreesWithDiffusers_data()
    {
        QTest::addColumn<int>("precision");
        QTest::addColumn<double>("bound");
        QTest::newRow("fp32") << int(DType::F32) << 1e-3;
        QTest::newRow("fp16") << int(DType::F16) << 2e-2;
    }

    void agreesWithDiffusers()
    {
        QFETCH(int, precision);
        QFETCH(double, bound);
        Gpu gpu({.validation = true});
        LoadOptions options;
        options.precision = DType(precision);
        StableDiffusion loaded = loadStableDiffusion(gpu, sourcePath("resources/models/starter"), options);
        QCOMPARE(loaded.warnings, std::vector<std::string>());
        QCOMPARE(loaded.nativeSize, 256);

        const auto share = [](auto& part) {
            return std::make_shared<const std::remove_reference_t<decltype(part)>>(std::move(part));
        };
        ModelValue model;
        model.net = share(loaded.net);
        model.latent = loaded.vae.config.latent;
        TextEncoderValue encoder;
        auto& words = std::get<ClipEncoder>(loaded.texts[0]);
        encoder.nets = {ClipNet{share(words.text), share(words.tokenizer)}};
        const VaeValue vae{share(loaded.vae), ""};
        const ConditioningValue positive =
            encodePrompt(encoder, "a red house on the left, a green tree on the right, at sunset", {});
        const ConditioningValue negative = encodePrompt(encoder, "blurry", {});
        LatentValue empty;
        empty.height = 24;
        empty.width = 32;
        SampleOptions sampling;
        sampling.seed = 7;
        sampling.steps = 8;
        sampling.cfg = 4;
        sampling.sampler = "ddim";
        sampling.schedule = "ddim_uniform";
        const LatentValue latent = sampleLatent(gpu, {model, positive, &negative, empty}, sampling, {});

        const TensorFile reference = openReference("starter.safetensors");
        const double error = relativeL2(*latent.values, referenceValues(reference, "latents"));
        qInfo("latents: relative L2 %.2e", error);
        QVERIFY2(error <= bound, qPrintable(QString::number(error)));

        const ImageValue picture = decodeLatent(gpu, vae, latent, {}, {});
        const std::vector<float> image = referenceValues(reference, "image"); // channels before pixels, -1 … 1
        const size_t plane = 256 * 192;
        QCOMPARE(picture.images.size(), size_t(1));
        QCOMPARE(image.size(), plane * 3);
        double sum = 0;
        for (size_t i = 0; i < plane; ++i)
            for (size_t c = 0; c < 3; ++c) {
                const double wanted = std::clamp((image[c * plane + i] + 1) * 127.5, 0., 255.);
                sum += std::abs(wanted - picture.images[0].pixels[i * 3 + c]);
            }
        QVERIFY2(
            sum / double(image.size()) < 2, qPrintable(QString::number(sum / double(image.size())))); // grey levels
    }
};

ATHANOR_TEST(StarterModelTest)
#include "starter_model_test.moc"
