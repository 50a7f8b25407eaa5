#include "tests/support/activation_reference.h"
#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

using namespace athanor;

class ActivateTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void appliesEachFunction();
    void keepsTheTailOfGelu();
    void scales();
};

void ActivateTest::appliesEachFunction()
{
    // From -1000, where exp(-x) is beyond fp32, to 1000; 20,003 values are more than a masked device binds.
    auto values = randomValues(20003, -8, 8);
    values[0] = -1000;
    values[1] = 1000;
    values[2] = 0;
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor x = tensorFrom(gpu, {20003}, values, type);
        for (Activation activation :
            {Activation::Silu, Activation::Gelu, Activation::QuickGelu, Activation::GeluTanh, Activation::Relu}) {
            std::vector<double> want;
            for (float v : values)
                want.push_back(activated(activation, v));
            // exp's argument, up to 32 here, is rounded to 2^-24 of itself, in two or three steps; GELU's by tanh is up
            // to 50 and has five, and the reference's 1 + tanh has cancelled by then to 1e-16 of 4.
            const bool byTanh = activation == Activation::GeluTanh;
            QCOMPARE_TENSOR(activate(x, activation), want, byTanh ? 2e-5 : 8e-6, byTanh ? 1e-15 : 1e-35);
        }
    });
}

void ActivateTest::keepsTheTailOfGelu()
{
    // Where 1 + erf would leave nothing: the same relative accuracy down to 1e-14.
    const std::vector<float> values{-8, -7.5f, -7, -6.5f, -6, -5.5f, -5, -4};
    std::vector<double> want;
    for (float v : values)
        want.push_back(activated(Activation::Gelu, v));
    QCOMPARE_TENSOR(activate(tensorFrom(m_devices->own(), {8}, values), Activation::Gelu), want, 8e-6, 0);
}

void ActivateTest::scales()
{
    const auto values = randomValues(33333);
    std::vector<double> want;
    for (float v : values)
        want.push_back(double(v) * 0.75 - 3);
    m_devices->onEach([&](Gpu& gpu, DType type) {
        // One rounding of the product, at most 1.5, before that of the sum.
        QCOMPARE_TENSOR(scale(tensorFrom(gpu, {33333}, values, type), 0.75f, -3), want, 0, 2e-7);
    });
}

ATHANOR_TEST(ActivateTest)
#include "activate_test.moc"
