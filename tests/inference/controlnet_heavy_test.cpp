// A ControlNet of Stable Diffusion 1.5's real size (340 tensors of random values, 0.7 GB) against diffusers at 256×256,
// and what it adds to an evaluation's time. Label "heavy": not part of ./test.
//     python tests/reference/real_size.py FILE --model
//     python tests/reference/real_size.py FILE --control NET --model
//     ATHANOR_REAL_SIZE_MODEL=FILE ATHANOR_REAL_SIZE_CONTROL=NET ctest --preset release -L heavy
#include "inference/models/stable_diffusion.h"
#include "tests/support/real_size.h"
#include "tests/support/test_program.h"
#include <ctime>

using namespace athanor;

namespace {

// What controlnets.py draws, as numbers.
std::vector<float> hint(int width, int height)
{
    std::vector<float> values;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < 3; ++c)
                values.push_back(float(((x * 3 + y * 5 + c * 40) ^ (x / 9 * (y / 7) * 16)) % 256) / 255);
    return values;
}

// Every 97th in the order N C H W, as stored.
std::vector<float> sampled(const Tensor& tensor)
{
    const std::vector<float> all = toNchw(toHost(tensor), tensor.dim(0), tensor.dim(3));
    std::vector<float> some;
    for (size_t i = 0; i < all.size(); i += 97)
        some.push_back(all[i]);
    return some;
}

}

class ControlnetHeavyTest : public QObject {
    Q_OBJECT
private slots:
    void agreesWithDiffusers_data() { addPrecisions(); }
    void agreesWithDiffusers()
    {
        QFETCH(int, precision);
        QFETCH(double, tolerance);
        const std::string model = fileFrom("ATHANOR_REAL_SIZE_MODEL"), control = fileFrom("ATHANOR_REAL_SIZE_CONTROL");
        QVERIFY2(!model.empty() && !control.empty(),
            "set ATHANOR_REAL_SIZE_MODEL and ATHANOR_REAL_SIZE_CONTROL to the files that "
            "tests/reference/real_size.py writes");
        const TensorFile reference = openReference("real_size_control.safetensors");
        const RealSizeInputs inputs;

        Gpu gpu;
        std::vector<std::string> warnings;
        const UNet unet = requireUNet(loadStableDiffusion(gpu, model, {.precision = DType(precision)}).net);
        const ControlNet net = [&] {
            ControlNet loaded;
            qInfo("loaded in %.2f s",
                seconds([&] { loaded = loadControlNet(gpu, control, {.precision = DType(precision)}, warnings); }));
            return loaded;
        }();
        QCOMPARE(net.weights.packed.size() + net.weights.tensors.size(), size_t(340));
        requireFit(net, unet);

        const Tensor latent = inputs.latent(gpu), text = inputs.text(gpu);
        const std::vector<float>& at = inputs.timestep;
        Tensor embedded;
        qInfo("hint embedded in %.2f s, kernels compiled too", seconds([&] {
            embedded = embedHint(net, tensorFrom(gpu, {1, 256, 256, 3}, hint(256, 256)));
            toHost(embedded);
        }));

        std::vector<Tensor> residuals = evaluate(net, latent, at, text, embedded);
        QCOMPARE(residuals.size(), size_t(13));
        double worst = 0;
        for (size_t i = 0; i < residuals.size(); ++i)
            worst = std::max(
                worst, relativeL2(sampled(residuals[i]), referenceValues(reference, "residual." + std::to_string(i))));
        qInfo("largest relative L2 of a residual: %.2e", worst);
        QVERIFY(worst <= tolerance);
        const std::vector<float> expected = toNhwc(referenceValues(reference, "unet.t501"), 1, 4);
        const double error = relativeL2(toHost(evaluate(unet, latent, at, text, residuals)), expected);
        qInfo("UNet with them: relative L2 %.2e", error);
        QVERIFY(error <= tolerance);
        residuals.clear();

        // On a processor that others use too, its time tells more than the clock's.
        for (int i = 0; i < 3; ++i) {
            std::clock_t used[3] = {std::clock()};
            const double alone = seconds([&] { toHost(evaluate(unet, latent, at, text)); });
            used[1] = std::clock();
            const double steered =
                seconds([&] { toHost(evaluate(unet, latent, at, text, evaluate(net, latent, at, text, embedded))); });
            used[2] = std::clock();
            qInfo("UNet %.2f s, with the ControlNet %.2f s: %.0f %% more; of the processor's time %.0f %% more", alone,
                steered, (steered / alone - 1) * 100,
                (double(used[2] - used[1]) / double(used[1] - used[0]) - 1) * 100);
        }
    }
};

ATHANOR_TEST(ControlnetHeavyTest)
#include "controlnet_heavy_test.moc"
