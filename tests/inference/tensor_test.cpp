#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

#include "render/error.h"

using namespace athanor;

class TensorTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void holdsHostValues();
    void roundsToNearestEven();
    void sharesAndFreesItsBytes();
    void reshapes();
    void refusesFp16WithoutTheFeature();
};

void TensorTest::holdsHostValues()
{
    const auto values = randomValues(2 * 3 * 12345); // more than a binding of the masked devices
    m_devices->onEach([&](Gpu& gpu, DType type) {
        const Tensor x = tensorFrom(gpu, {2, 3, 12345}, values, type);
        QCOMPARE(x.dim(2), int64_t(12345));
        QCOMPARE(x.bytes(), uint64_t(x.count()) * elementBytes(type));
        QCOMPARE(toHost(x), values);
    });
    // More than one piece of conversion, on unified memory.
    const auto many = randomValues((1 << 20) + 3);
    QCOMPARE(toHost(tensorFrom(m_devices->own(), {(1 << 20) + 3}, many, DType::F16)), many);
}

void TensorTest::roundsToNearestEven()
{
    // 15 values: both the fast conversion of eights and what is left over.
    const std::vector<float> values{1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 65519, 65520, 0x1p-25f, 1.5f * 0x1p-24f, -0.f,
        1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 65519, 65520, 0x1p-25f, 1.5f * 0x1p-24f, 3, -65520};
    const std::vector<float> want{
        1, 1 + 0x1p-9f, 65504, INFINITY, 0, 0x1p-23f, -0.f, 1, 1 + 0x1p-9f, 65504, INFINITY, 0, 0x1p-23f, 3, -INFINITY};
    const Tensor x = tensorFrom(m_devices->own(), {15}, values, DType::F16);
    QCOMPARE(toHost(x), want);
    QVERIFY(std::signbit(toHost(x)[6]));
}

void TensorTest::sharesAndFreesItsBytes()
{
    Gpu& gpu = m_devices->own();
    const uint64_t before = gpu.memory().statistics(MemoryUse::Activations).liveBytes;
    {
        Tensor a = tensorFrom(gpu, {1000}, randomValues(1000));
        const Tensor b = a;
        QCOMPARE(b.buffer, a.buffer);
        a = {};
        QVERIFY(!a && b);
        QCOMPARE(gpu.memory().statistics(MemoryUse::Activations).liveBytes, before + 4096);
        QCOMPARE(toHost(b), randomValues(1000));
    }
    QCOMPARE(gpu.memory().statistics(MemoryUse::Activations).liveBytes, before);
}

void TensorTest::reshapes()
{
    const Tensor x = tensorFrom(m_devices->own(), {2, 6}, randomValues(12));
    const Tensor y = x.reshaped({3, 4});
    QCOMPARE(y.shape, (Shape{3, 4}));
    QCOMPARE(y.buffer, x.buffer);
}

void TensorTest::refusesFp16WithoutTheFeature()
{
    try {
        makeTensor(m_devices->poorest(), {4}, DType::F16);
        QFAIL("no error");
    } catch (const Error& error) {
        QCOMPARE(error.kind, ErrorKind::Device);
        QVERIFY(std::string(error.what()).find("storageBuffer16BitAccess") != std::string::npos);
    }
}

ATHANOR_TEST(TensorTest)
#include "tensor_test.moc"
