// An SDXL base of real size (random weights, 6.9 GB) against diffusers: both text encoders and one UNet evaluation at
// 256×256. Label "heavy": not part of ./test.
//     python tests/reference/real_size_xl.py FILE --model
//     ATHANOR_REAL_SIZE_XL=FILE ctest --preset release -L heavy
#include "inference/models/layers.h"
#include "inference/models/stable_diffusion.h"
#include "inference/sampling/noise.h"
#include "tests/support/real_size.h"
#include "tests/support/test_program.h"

using namespace athanor;

class RealSizeXlHeavyTest : public QObject {
    Q_OBJECT
private slots:
    void agreesWithDiffusers_data() { addPrecisions(); }
    void agreesWithDiffusers()
    {
        QFETCH(int, precision);
        QFETCH(double, tolerance);
        const std::string path = fileFrom("ATHANOR_REAL_SIZE_XL");
        QVERIFY2(!path.empty(), "set ATHANOR_REAL_SIZE_XL to the file that tests/reference/real_size_xl.py writes");
        const TensorFile reference = openReference("real_size_xl.safetensors");
        Gpu gpu;
        StableDiffusion model;
        qInfo("loaded in %.2f s", seconds([&] {
            model = loadStableDiffusion(gpu, path, {.precision = DType(precision)});
            gpu.commands().finish();
        }));

        std::vector<std::vector<float>> states;
        std::vector<float> added;
        for (const auto& [index, entry] : {std::pair(size_t(0), "first.ids"), {size_t(1), "large.ids"}}) {
            const std::vector<float> stored = referenceValues(reference, entry);
            const ClipStates found = encodeText(
                std::get<ClipEncoder>(model.texts[index]).text, std::vector<int32_t>(stored.begin(), stored.end()));
            states.push_back(toHost(found.tokens));
            if (found.pooled)
                added = toHost(found.pooled);
        }
        const size_t first = states[0].size() / 77, large = states[1].size() / 77;
        std::vector<float> context;
        for (size_t token = 0; token < 77; ++token) {
            context.insert(
                context.end(), states[0].begin() + long(token * first), states[0].begin() + long((token + 1) * first));
            context.insert(
                context.end(), states[1].begin() + long(token * large), states[1].begin() + long((token + 1) * large));
        }
        const double textError = relativeL2(everyKept(context), referenceValues(reference, "context")),
                     pooledError = relativeL2(added, referenceValues(reference, "pooled"));
        qInfo("text encoders: relative L2 %.2e, pooled %.2e", textError, pooledError);
        QVERIFY(textError <= tolerance && pooledError <= tolerance);

        const std::vector<float> waves = timestepEmbedding(std::vector<float>{1024, 1024, 0, 0, 1024, 1024}, 256);
        added.insert(added.end(), waves.begin(), waves.end());
        NoiseSource noise(NoiseKind::TorchCpu, 1);
        const Tensor latent = tensorFrom(gpu, {1, 32, 32, 4}, toNhwc(draw(noise, 4096), 1, 4));
        const Conditions conditions(tensorFrom(gpu, {1, 77, 2048}, context), tensorFrom(gpu, {1, 2816}, added));
        for (const char* run : {"first", "second"}) { // the first compiles the kernels
            std::vector<float> found;
            const double time =
                seconds([&] { found = toHost(evaluate(model.net, latent, std::vector<float>{501}, conditions)); });
            const double error = relativeL2(found, toNhwc(referenceValues(reference, "unet.t501"), 1, 4));
            qInfo("%s UNet evaluation: %.2f s, relative L2 %.2e", run, time, error);
            QVERIFY(error <= tolerance);
        }
        const MemoryStatistics weights = gpu.memory().statistics(MemoryUse::Weights);
        const MemoryStatistics activations = gpu.memory().statistics(MemoryUse::Activations);
        qInfo(
            "device memory: weights %.0f MiB, activations %.1f MiB taken for %.1f MiB alive at once; the process with "
            "both %.0f MiB at most",
            double(weights.peakAllocatedBytes) / 1048576, double(activations.peakAllocatedBytes) / 1048576,
            double(activations.peakLiveBytes) / 1048576, peakMiB());
    }
};

ATHANOR_TEST(RealSizeXlHeavyTest)
#include "real_size_xl_heavy_test.moc"
