// Text encoder, UNet and autoencoder against diffusers and transformers on tiny random models
// (tests/reference/networks.py), on this machine's device and with the kernels of real GPUs.
#include "inference/models/stable_diffusion.h"
#include "inference/sampling/noise.h"
#include "inference/tensor/channels_last.h"
#include "tests/support/reference.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"
#include <QTest>
#include <map>
#include <tuple>
#include <vector>

using namespace athanor;

namespace {

struct NetworkCase {
    const char* model;
    const char* reference;
};
constexpr NetworkCase networkCases[] = {{"tiny_a", "networks_a.safetensors"},
    {"tiny_a.safetensors", "networks_a.safetensors"}, {"tiny_b.ckpt", "networks_b.safetensors"},
    {"tiny_2", "networks_2.safetensors"}, {"tiny_2.safetensors", "networks_2.safetensors"},
    {"tiny_2b.ckpt", "networks_2b.safetensors"}};

}

class NetworksTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        GpuOptions options{.validation = true};
        m_own = std::make_unique<Gpu>(options);
        options.mask.gpuFamily = true;
        options.mask.unifiedMemory = false;
        m_asGpu = std::make_unique<Gpu>(options);
        m_gpu = m_own.get();
    }
    void cleanupTestCase()
    {
        m_loaded.clear();
        for (std::unique_ptr<Gpu>* gpu : {&m_own, &m_asGpu}) {
            QCOMPARE((*gpu)->validationMessages(), 0u);
            gpu->reset();
        }
    }

    void textEncoder_data() { rows(); }
    void textEncoder()
    {
        const auto& [model, reference, precision] = load();
        const std::vector<float> stored = referenceValues(reference, "text.ids");
        const std::vector<int32_t> ids(stored.begin(), stored.end());
        compare(encodeText(std::get<ClipEncoder>(model.texts[0]).text, ids).tokens,
            referenceValues(reference, "text.last"), precision);
        const int before = 2
            + std::get<ClipEncoder>(model.texts[0])
                  .text.config.lastUnused; // whose layers are counted from the one that is never used
        compare(encodeText(std::get<ClipEncoder>(model.texts[0]).text, ids, before).tokens,
            referenceValues(reference, "text.penultimate"), precision);
    }

    void unet_data() { rows(); }
    void unet()
    {
        const Loaded& loaded = load();
        const TensorFile& reference = loaded.reference;
        const Tensor context =
            tensorFrom(*m_gpu, referenceShape(reference, "unet.context"), referenceValues(reference, "unet.context"));
        const auto compareAt = [&](const std::string& size, int time) {
            const Tensor latent = image(reference, "unet." + size + ".latent");
            const std::vector<float> timesteps(size_t(latent.dim(0)), float(time));
            compareImages(evaluate(loaded.model.net, latent, timesteps, context), reference,
                "unet." + size + ".t" + std::to_string(time), loaded.precision);
        };
        if (!isOwn())
            return compareAt("8x24", 501); // to the kernels the time is one more row of numbers
        for (const char* size : {"16x16", "8x24"})
            for (int time : {1, 501, 981})
                compareAt(size, time);
    }

    void autoencoder_data() { rows(); }
    void autoencoder()
    {
        const auto& [model, reference, precision] = load();
        const std::vector<std::string> sizes =
            isOwn() ? std::vector<std::string>{"vae.8x8", "vae.6x10"} : std::vector<std::string>{"vae.6x10"};
        for (const std::string& name : sizes) {
            const Tensor latent = scale(image(reference, name + ".latent"), float(model.vae.config.latent.scale));
            compareImages(decode(model.vae, latent), reference, name + ".image", precision);
            compareImages(
                encodeMoments(model.vae, image(reference, name + ".image")), reference, name + ".moments", precision);
        }
    }

    // Tiles with an overlap wider than what a pixel sees of its neighbours differ from the whole only by the
    // statistics of norms and the middle attention.
    void tiledAutoencoderIsClose()
    {
        m_gpu = m_own.get();
        const StableDiffusion model = loadStableDiffusion(*m_gpu, testDataPath("tiny_a"), {.precision = DType::F32});
        NoiseSource noise(NoiseKind::Philox, 7);
        const Tensor latent = tensorFrom(*m_gpu, {1, 24, 40, 4}, draw(noise, 24 * 40 * 4));
        const std::vector<float> whole = toHost(decode(model.vae, latent));
        // One tile: only the blending, a multiplication and a division by the same weight, may round.
        QVERIFY(relativeL2(toHost(decodeTiled(model.vae, latent, 40, 8)), whole) < 1e-6);
        const Tensor tiled = decodeTiled(model.vae, latent, 16, 8);
        QCOMPARE(tiled.shape, (Shape{1, 192, 320, 3}));
        const double error = relativeL2(toHost(tiled), whole);
        qInfo("tiled against whole: %g", error);
        QVERIFY(error < 0.2); // 0.10: the statistics of these few pixels vary much; tiles in wrong places give over 1
    }

private:
    struct Loaded {
        StableDiffusion model;
        TensorFile reference;
        DType precision;
    };

    void rows()
    {
        QTest::addColumn<int>("index");
        QTest::addColumn<int>("precision");
        QTest::addColumn<bool>("asGpu");
        for (int i = 0; i < int(std::size(networkCases)); ++i)
            for (DType precision : {DType::F32, DType::F16})
                for (bool asGpu : {false, true})
                    if (!asGpu || i == 0) // what the other files hold goes through the same kernels
                        QTest::addRow("%s %s%s", networkCases[i].model, precision == DType::F32 ? "fp32" : "fp16",
                            asGpu ? " as on a GPU" : "")
                            << i << int(precision) << asGpu;
    }

    // Of this row: rows of all functions share what they load.
    const Loaded& load()
    {
        QFETCH(int, index);
        QFETCH(int, precision);
        QFETCH(bool, asGpu);
        m_gpu = (asGpu ? m_asGpu : m_own).get();
        const auto [it, isNew] = m_loaded.try_emplace({index, precision, asGpu});
        if (isNew) {
            const auto& [model, reference] = networkCases[index];
            it->second = {loadStableDiffusion(*m_gpu, testDataPath(model), {.precision = DType(precision)}),
                openReference(reference), DType(precision)};
        }
        return it->second;
    }

    // Kernels of real GPUs take a hundred times as long here: they get fewer inputs.
    bool isOwn() const { return m_gpu == m_own.get(); }

    // A stored N C H W array on the device.
    Tensor image(const TensorFile& reference, const std::string& name)
    {
        const std::vector<int64_t> s = referenceShape(reference, name);
        return tensorFrom(*m_gpu, {s[0], s[2], s[3], s[1]}, toNhwc(referenceValues(reference, name), s[0], s[1]));
    }

    void compareImages(const Tensor& ours, const TensorFile& reference, const std::string& name, DType precision)
    {
        const std::vector<int64_t> s = referenceShape(reference, name);
        QCOMPARE(ours.shape, (Shape{s[0], s[2], s[3], s[1]}));
        compare(ours, toNhwc(referenceValues(reference, name), s[0], s[1]), precision);
    }

    void compare(const Tensor& ours, const std::vector<float>& expected, DType precision)
    {
        const double error = relativeL2(toHost(ours), expected);
        qInfo("relative L2 %.2e", error);
        QVERIFY2(error <= networkTolerance(precision), qPrintable(QString::number(error)));
    }

    std::unique_ptr<Gpu> m_own, m_asGpu;
    Gpu* m_gpu = nullptr; // of this row
    std::map<std::tuple<int, int, bool>, Loaded> m_loaded; // by the row's columns
};

ATHANOR_TEST(NetworksTest)
#include "networks_test.moc"
