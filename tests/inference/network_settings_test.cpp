// Tiny model a with settings that Stable Diffusion 1.x does not have, against numpy
// (tests/reference/network_settings.py).
#include "inference/models/layers.h"
#include "inference/models/stable_diffusion.h"
#include "inference/tensor/channels_last.h"
#include "tests/support/reference.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace athanor;

namespace {

constexpr double bound = 1e-4; // as networks_test has it for fp32

// The same numbers as the script makes.
std::vector<float> formula(int64_t count, int64_t step, double size)
{
    std::vector<float> values;
    for (int64_t k = 0; k < count; ++k)
        values.push_back(float((double(k * step % 2003) / 1001 - 1) * size));
    return values;
}

}

class NetworkSettingsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_gpu = std::make_unique<Gpu>();
        m_model = loadStableDiffusion(*m_gpu, testDataPath("tiny_a"), {.precision = DType::F32});
        m_reference = nlohmann::json::parse(std::ifstream(testDataPath("network_settings.json")));
    }
    void cleanupTestCase()
    {
        m_model = {};
        m_gpu.reset();
    }

    void unet_data()
    {
        using Set = std::function<void(UNetConfig&)>;
        QTest::addColumn<Set>("set");
        const auto row = [](const char* name, Set set) { QTest::newRow(name) << set; };
        row("usual", [](UNetConfig&) {});
        row("act_fn relu", [](UNetConfig& c) { c.activation = Activation::Relu; });
        row("act_fn gelu", [](UNetConfig& c) { c.activation = Activation::Gelu; });
        row("norm_eps", [](UNetConfig& c) { c.normEpsilon = 0.05f; });
        row("freq_shift", [](UNetConfig& c) { c.frequencyShift = 1; });
        row("flip_sin_to_cos", [](UNetConfig& c) { c.cosinesFirst = false; });
        row("center_input_sample", [](UNetConfig& c) { c.centerInput = true; });
        row("mid_block_scale_factor", [](UNetConfig& c) { c.middleDivisor = 2.5f; });
        row("guidance", [](UNetConfig& c) { c.guidanceWidth = 6; });
    }
    void unet()
    {
        QFETCH(std::function<void(UNetConfig&)>, set);
        UNet net = requireUNet(m_model.net);
        set(net.config);
        if (net.config.guidanceWidth)
            net.weights.packed["time_embed.cond_proj.weight"] =
                packWeight(*m_gpu, formula(8 * 6, 31, 0.5), 8, 6, 1, 1, DType::F32);
        const Tensor latent = tensorFrom(*m_gpu, {1, 8, 8, 4}, toNhwc(formula(4 * 8 * 8, 7919, 1.5), 1, 4));
        const Tensor context = tensorFrom(*m_gpu, {1, 5, 32}, formula(5 * 32, 1009, 1));
        const std::vector<float> timesteps{501};
        const std::vector<float> is = toNchw(toHost(evaluate(net, latent, timesteps, context, {}, 7.5)), 1, 4);
        const double distance = relativeL2(is, wanted("unet"));
        QVERIFY2(distance < bound, qPrintable(QString::number(distance)));
    }

    void text_data()
    {
        QTest::addColumn<int>("activation");
        QTest::addColumn<float>("epsilon");
        const auto row = [](const char* name, Activation a, float epsilon) {
            QTest::newRow(name) << int(a) << epsilon;
        };
        row("usual", Activation::QuickGelu, 1e-5f);
        row("hidden_act relu", Activation::Relu, 1e-5f);
        row("hidden_act gelu", Activation::Gelu, 1e-5f);
        row("hidden_act gelu_new", Activation::GeluTanh, 1e-5f);
        row("layer_norm_eps", Activation::QuickGelu, 0.05f);
    }
    void text()
    {
        QFETCH(int, activation);
        QFETCH(float, epsilon);
        ClipText net = std::get<ClipEncoder>(m_model.texts[0]).text;
        net.config.activation = Activation(activation);
        net.config.normEpsilon = epsilon;
        std::vector<int32_t> ids;
        for (int i = 0; i < 77; ++i)
            ids.push_back(i * 37 % 700);
        const std::vector<float> all = toHost(encodeText(net, ids).tokens);
        std::vector<float> is;
        for (size_t i = 0; i < all.size(); i += 16)
            is.push_back(all[i]);
        const double distance = relativeL2(is, wanted("text"));
        QVERIFY2(distance < bound, qPrintable(QString::number(distance)));
    }

    // A model whose control pictures are B G R sees of one what another sees of the picture turned round.
    void controlPicturesInAnotherOrder()
    {
        std::vector<std::string> warnings;
        ControlNet net = loadControlNet(*m_gpu, testDataPath("control_b"), {.precision = DType::F32}, warnings);
        const std::vector<float> values = formula(32 * 32 * 3, 313, 1);
        std::vector<float> turned = values;
        for (size_t i = 0; i < turned.size(); i += 3)
            std::swap(turned[i], turned[i + 2]);
        const std::vector<float> usual = toHost(embedHint(net, tensorFrom(*m_gpu, {1, 32, 32, 3}, values)));
        net.config.blueFirst = true;
        QCOMPARE(toHost(embedHint(net, tensorFrom(*m_gpu, {1, 32, 32, 3}, turned))), usual);
        QVERIFY(toHost(embedHint(net, tensorFrom(*m_gpu, {1, 32, 32, 3}, values))) != usual);
    }

private:
    std::vector<float> wanted(const std::string& network) const
    {
        return m_reference.at(network + " " + QTest::currentDataTag()).get<std::vector<float>>();
    }

    std::unique_ptr<Gpu> m_gpu;
    StableDiffusion m_model;
    nlohmann::json m_reference;
};

ATHANOR_TEST(NetworkSettingsTest)
#include "network_settings_test.moc"
