// A model of Stable Diffusion 1.5's real size (random weights, 2.1 GB) against diffusers: text encoder and one UNet
// evaluation at 256×256. Label "heavy": not part of ./test.
//     python tests/reference/real_size.py FILE --model
//     ATHANOR_REAL_SIZE_MODEL=FILE ctest --preset release -L heavy
#include "inference/models/stable_diffusion.h"
#include "tests/support/real_size.h"
#include "tests/support/test_program.h"

using namespace athanor;

class RealSizeHeavyTest : public QObject {
    Q_OBJECT
private slots:
    void agreesWithDiffusers_data() { addPrecisions(); }
    void agreesWithDiffusers()
    {
        QFETCH(int, precision);
        QFETCH(double, tolerance);
        const std::string path = fileFrom("ATHANOR_REAL_SIZE_MODEL");
        QVERIFY2(!path.empty(), "set ATHANOR_REAL_SIZE_MODEL to the file that tests/reference/real_size.py writes");
        const RealSizeInputs inputs;
        Gpu gpu;
        StableDiffusion model;
        qInfo("loaded in %.2f s",
            seconds([&] { model = loadStableDiffusion(gpu, path, {.precision = DType(precision)}); }));

        const std::vector<float> stored = referenceValues(inputs.reference, "text.ids");
        const Tensor context =
            encodeText(std::get<ClipEncoder>(model.texts[0]).text, std::vector<int32_t>(stored.begin(), stored.end()))
                .tokens;
        const double textError = relativeL2(toHost(context), referenceValues(inputs.reference, "text.last"));
        qInfo("text encoder: relative L2 %.2e", textError);
        QVERIFY(textError <= tolerance);

        const Tensor latent = inputs.latent(gpu), text = inputs.text(gpu);
        for (const char* run : {"first", "second"}) { // the first compiles the kernels
            std::vector<float> found;
            const double time = seconds([&] { found = toHost(evaluate(model.net, latent, inputs.timestep, text)); });
            const double error = relativeL2(found, inputs.wide("unet.t501"));
            qInfo("%s UNet evaluation: %.2f s, relative L2 %.2e", run, time, error);
            QVERIFY(error <= tolerance);
        }
        const MemoryStatistics weights = gpu.memory().statistics(MemoryUse::Weights);
        const MemoryStatistics activations = gpu.memory().statistics(MemoryUse::Activations);
        qInfo("device memory: weights %.0f MiB, activations %.1f MiB taken for %.1f MiB alive at once",
            double(weights.peakAllocatedBytes) / 1048576, double(activations.peakAllocatedBytes) / 1048576,
            double(activations.peakLiveBytes) / 1048576);
    }
};

ATHANOR_TEST(RealSizeHeavyTest)
#include "real_size_heavy_test.moc"
