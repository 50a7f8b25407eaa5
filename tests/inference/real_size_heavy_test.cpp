// A model of Stable Diffusion 1.5's real size (random weights, 2.1 GB) against diffusers: text encoder and one UNet
// evaluation at 256×256. Label "heavy": not part of ./test.
//     python tests/reference/real_size.py FILE --model
//     ATHANOR_REAL_SIZE_MODEL=FILE ctest --preset release -L heavy
#include "inference/models/stable_diffusion.h"
#include "inference/tensor/channels_last.h"
#include "tests/support/reference.h"
#include <QElapsedTimer>
#include <QTest>

using namespace athanor;

class RealSizeHeavyTest : public QObject {
    Q_OBJECT
private slots:
    void agreesWithDiffusers_data()
    {
        QTest::addColumn<int>("precision");
        QTest::addColumn<double>("tolerance"); // as in networks_test.cpp
        QTest::newRow("fp32") << int(DType::F32) << 1e-4;
        QTest::newRow("fp16") << int(DType::F16) << 1e-2;
    }
    void agreesWithDiffusers()
    {
        QFETCH(int, precision);
        QFETCH(double, tolerance);
        const QByteArray path = qgetenv("ATHANOR_REAL_SIZE_MODEL");
        QVERIFY2(!path.isEmpty(), "set ATHANOR_REAL_SIZE_MODEL to the file that tests/reference/real_size.py writes");
        const TensorFile reference = openReference("real_size.safetensors");

        Gpu gpu;
        QElapsedTimer timer;
        timer.start();
        const StableDiffusion model = loadStableDiffusion(gpu, path.toStdString(), {.precision = DType(precision)});
        qInfo("loaded in %.2f s", double(timer.elapsed()) / 1e3);

        const std::vector<float> stored = referenceValues(reference, "text.ids");
        const Tensor context = encodeText(model.text, std::vector<int32_t>(stored.begin(), stored.end()));
        const double textError = relativeL2(toHost(context), referenceValues(reference, "text.last"));
        qInfo("text encoder: relative L2 %.2e", textError);
        QVERIFY(textError <= tolerance);

        const Tensor latent = tensorFrom(gpu, {1, 32, 32, 4}, toNhwc(referenceValues(reference, "unet.latent"), 1, 4));
        const Tensor text = tensorFrom(gpu, {1, 77, 768}, referenceValues(reference, "text.last"));
        const std::vector<float> expected = toNhwc(referenceValues(reference, "unet.t501"), 1, 4);
        for (const char* run : {"first", "second"}) { // the first compiles the kernels
            timer.restart();
            const double error =
                relativeL2(toHost(evaluate(model.unet, latent, std::vector<float>{501}, text)), expected);
            qInfo("%s UNet evaluation: %.2f s, relative L2 %.2e", run, double(timer.elapsed()) / 1e3, error);
            QVERIFY(error <= tolerance);
        }
        const MemoryStatistics weights = gpu.memory().statistics(MemoryUse::Weights);
        const MemoryStatistics activations = gpu.memory().statistics(MemoryUse::Activations);
        qInfo("device memory: weights %.0f MiB, activations %.1f MiB taken for %.1f MiB alive at once",
            double(weights.peakAllocatedBytes) / 1048576, double(activations.peakAllocatedBytes) / 1048576,
            double(activations.peakLiveBytes) / 1048576);
    }
};

QTEST_APPLESS_MAIN(RealSizeHeavyTest)
#include "real_size_heavy_test.moc"
