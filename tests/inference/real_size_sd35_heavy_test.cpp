// A Stable Diffusion 3.5 medium of real size (random weights, 16.5 GB in five files) against diffusers: its text
// encoders and one evaluation of its transformer at 256×256. Label "heavy": not part of ./test.
//     python tests/reference/real_size_sd35.py FOLDER --model
//     ATHANOR_REAL_SIZE_SD35=FOLDER ctest --preset release -L heavy
#include "inference/models/stable_diffusion.h"
#include "inference/sampling/noise.h"
#include "tests/support/real_size.h"
#include "tests/support/test_program.h"

using namespace athanor;

class RealSizeSd35HeavyTest : public QObject {
    Q_OBJECT
private slots:
    void agreesWithDiffusers_data() { addPrecisions(); }
    void agreesWithDiffusers()
    {
        QFETCH(int, precision);
        QFETCH(double, tolerance);
        const std::string folder = fileFrom("ATHANOR_REAL_SIZE_SD35");
        QVERIFY2(!folder.empty(), "set ATHANOR_REAL_SIZE_SD35 to what tests/reference/real_size_sd35.py writes");
        const TensorFile reference = openReference("real_size_sd35.safetensors");
        Gpu gpu;
        std::vector<float> context, pooled;
        const auto encoder = [&](const char* file, DType type) {
            const std::string path = folder + "/text_encoders/" + file + ".safetensors";
            std::vector<std::string> warnings;
            std::vector<TextEncoder> all;
            const double time = seconds([&] {
                all = loadTextEncoders(
                    gpu, std::span(&path, 1), findFamily(std::string_view("sd3")), {.precision = type}, warnings);
                gpu.commands().finish();
            });
            qInfo("%s: loaded in %.2f s", file, time);
            return all;
        };
        const auto ids = [&](const char* of) {
            const std::vector<float> stored = referenceValues(reference, std::string(of) + ".ids");
            return std::vector<int32_t>(stored.begin(), stored.end());
        };
        const auto check = [&](const std::vector<float>& states, const std::string& entry) {
            const double error = relativeL2(everyKept(states), referenceValues(reference, entry));
            qInfo("%s: relative L2 %.2e", entry.c_str(), error);
            QVERIFY(error <= tolerance);
        };
        std::vector<std::vector<float>> clips;
        for (const auto& [index, file] : {std::pair(size_t(0), "clip_l"), {size_t(1), "clip_g"}}) {
            const std::vector<TextEncoder> texts = encoder(file, DType(precision));
            const ClipStates states = encodeText(std::get<ClipEncoder>(texts[index]).text, ids(file));
            clips.push_back(toHost(states.tokens));
            const std::vector<float> whole = toHost(states.pooled);
            pooled.insert(pooled.end(), whole.begin(), whole.end());
            check(clips.back(), std::string(file) + ".states");
        }
        const size_t first = clips[0].size() / 77, large = clips[1].size() / 77, width = 4096;
        for (size_t token = 0; token < 77; ++token) {
            for (const auto& [clip, own] : {std::pair(&clips[0], first), {&clips[1], large}})
                context.insert(
                    context.end(), clip->begin() + long(token * own), clip->begin() + long((token + 1) * own));
            context.resize((token + 1) * width);
        }
        { // whose weights are fp16 in the file, so that fp16 is all of them
            const std::vector<TextEncoder> texts = encoder("t5xxl_fp16", DType::F16);
            std::vector<float> states;
            const double time =
                seconds([&] { states = toHost(encodeText(std::get<T5Encoder>(texts[2]).text, ids("t5"))); });
            qInfo("T5: %.2f s for 77 tokens", time);
            check(states, "t5.states");
            context.insert(context.end(), states.begin(), states.end());
        }
        const double pooledError = relativeL2(pooled, referenceValues(reference, "pooled"));
        qInfo("pooled: relative L2 %.2e", pooledError);
        QVERIFY(pooledError <= tolerance);

        StableDiffusion model;
        qInfo("transformer: loaded in %.2f s", seconds([&] {
            model = loadDenoiser(
                gpu, folder + "/diffusion_models/sd3.5_medium.safetensors", {.precision = DType(precision)});
            gpu.commands().finish();
        }));
        NoiseSource noise(NoiseKind::TorchCpu, 1);
        const Tensor latent = tensorFrom(gpu, {1, 32, 32, 16}, toNhwc(draw(noise, 16384), 1, 16));
        const Conditions conditions(tensorFrom(gpu, {1, 154, 4096}, context), tensorFrom(gpu, {1, 2048}, pooled));
        for (const char* run : {"first", "second"}) { // the first compiles the kernels
            std::vector<float> found;
            const double time =
                seconds([&] { found = toHost(evaluate(model.net, latent, std::vector<float>{501}, conditions)); });
            const double error = relativeL2(found, toNhwc(referenceValues(reference, "transformer.t501"), 1, 16));
            qInfo("%s evaluation: %.2f s, relative L2 %.2e", run, time, error);
            QVERIFY(error <= tolerance);
        }
        const MemoryStatistics weights = gpu.memory().statistics(MemoryUse::Weights);
        const MemoryStatistics activations = gpu.memory().statistics(MemoryUse::Activations);
        qInfo(
            "device memory: weights %.0f MiB, activations %.1f MiB taken for %.1f MiB alive at once (estimated %.1f); "
            "the process %.0f MiB at most",
            double(weights.peakAllocatedBytes) / 1048576, double(activations.peakAllocatedBytes) / 1048576,
            double(activations.peakLiveBytes) / 1048576, double(evaluationMemory(model.net, 1, 32, 32)) / 1048576,
            peakMiB());
    }
};

ATHANOR_TEST(RealSizeSd35HeavyTest)
#include "real_size_sd35_heavy_test.moc"
