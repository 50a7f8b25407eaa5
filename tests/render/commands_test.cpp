#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

#include "render/error.h"
#include "render/kernels/launch.h"

using namespace athanor;

class CommandsTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void ordersKernelsThatTouchTheSameBytes();
    void ordersAKernelWithOverlappingBindings();
    void ordersCopiesAndFills();
    void runsLongDispatchesInPieces();
    void submitsInSlices();
    void keepsRangesInUseUntilTheyAreDone();
    void stopsWhenAsked();
    void forgetsWhatIsDiscarded();
    void measuresKernels();
    void wouldBeCaughtWithoutBarriers();
};

// y = a + b with a stated amount of work.
static void addWith(const Tensor& a, const Tensor& b, const Tensor& y, double work)
{
    struct {
        uint32_t count, first[3], phase, period;
    } push{uint32_t(a.count() / 4)};
    const Binding bindings[] = {
        {a.buffer.get(), Access::Read}, {b.buffer.get(), Access::Read}, {y.buffer.get(), Access::Write}};
    const uint32_t constants[] = {0, 0};
    a.gpu().commands().dispatch(
        {"elementwise_f32_f32x4", constants, bindings, pushBytes(push), {flatGroups(push.count), 1, 1}, work});
}

static std::vector<float> filled(int64_t count, float value)
{
    return std::vector<float>(size_t(count), value);
}

void CommandsTest::ordersKernelsThatTouchTheSameBytes()
{
    // Each sum needs the one before; 600 need more than two submits.
    for (Gpu* gpu : {&m_devices->own(), &m_devices->poorest()}) {
        Tensor y = tensorFrom(*gpu, {4096}, filled(4096, 0));
        const Tensor one = tensorFrom(*gpu, {4096}, filled(4096, 1));
        for (int i = 0; i < 600; ++i)
            y = y + one; // the old y's memory is used again at once
        QCOMPARE(toHost(y), filled(4096, 600));
    }
}

void CommandsTest::ordersAKernelWithOverlappingBindings()
{
    // x is read and written by one dispatch, then by the next.
    Gpu& gpu = m_devices->own();
    const Tensor x = tensorFrom(gpu, {4096}, filled(4096, 1));
    for (int i = 0; i < 10; ++i)
        addWith(x, x, x, 1);
    QCOMPARE(toHost(x), filled(4096, 1024));
}

void CommandsTest::ordersCopiesAndFills()
{
    Gpu& gpu = m_devices->own();
    const Tensor a = tensorFrom(gpu, {1024}, filled(1024, 5)), b = tensorFrom(gpu, {1024}, filled(1024, 6));
    gpu.commands().fillZero(*a.buffer);
    gpu.commands().copy(*a.buffer, 0, *b.buffer, 2048, 2048);
    addWith(b, b, a, 1);
    gpu.commands().copy(*a.buffer, 0, *b.buffer, 0, 4096);
    std::vector<float> want = filled(1024, 12);
    std::fill(want.begin() + 512, want.end(), 0.f);
    QCOMPARE(toHost(b), want);
}

void CommandsTest::runsLongDispatchesInPieces()
{
    Gpu& gpu = m_devices->own();
    const int64_t count = 1 << 16;
    const auto values = randomValues(count);
    const Tensor a = tensorFrom(gpu, {count}, values), y = tensorFrom(gpu, {count}, filled(count, 0));
    gpu.commands().finish();
    gpu.commands().resetProfile();
    const uint64_t submits = gpu.commands().submits();
    addWith(a, a, y, 1e13); // hours, by any guess
    addWith(y, a, y, 1); // sees all pieces
    std::vector<double> want;
    for (float v : values)
        want.push_back(3.0 * v);
    QCOMPARE_TENSOR(y, want, 0x1p-24, 0);
    QVERIFY(gpu.commands().submits() > submits + 2);
    QVERIFY(gpu.commands().profile().at(0).dispatches > 3);
}

void CommandsTest::submitsInSlices()
{
    Gpu& gpu = m_devices->poorest(); // measures nothing, so it goes by its guess
    const Tensor a = tensorFrom(gpu, {256}, filled(256, 1)), y = tensorFrom(gpu, {256}, filled(256, 0));
    const uint64_t submits = gpu.commands().submits();
    for (int i = 0; i < 20; ++i)
        addWith(a, a, y, 1e8); // 50 ms each
    QVERIFY(gpu.commands().submits() >= submits + 5);
    gpu.commands().finish();
}

void CommandsTest::keepsRangesInUseUntilTheyAreDone()
{
    // Tensors die while the kernels that read them are still to run.
    Gpu& gpu = m_devices->own();
    Tensor y = tensorFrom(gpu, {4096}, filled(4096, 0));
    for (int i = 0; i < 50; ++i) {
        const Tensor a = scale(y, 1, 1);
        const Tensor b = scale(a, 2);
        y = scale(b, 0.5f);
    }
    QCOMPARE(toHost(y), filled(4096, 50));
}

void CommandsTest::stopsWhenAsked()
{
    Gpu& gpu = m_devices->own();
    const Tensor x = tensorFrom(gpu, {4096}, filled(4096, 1));
    std::stop_source stop;
    gpu.commands().setStopToken(stop.get_token());
    Tensor y = scale(x, 2);
    gpu.commands().finish();
    stop.request_stop();
    int recorded = 0;
    try {
        for (; recorded < 10000; ++recorded)
            y = scale(y, 1);
        QFAIL("not cancelled");
    } catch (const Error& error) {
        QCOMPARE(error.kind, ErrorKind::Cancelled);
    }
    QVERIFY(recorded <= 256); // at the latest when a submit is full
    QVERIFY_THROWS_EXCEPTION(Error, toHost(y));
    gpu.commands().setStopToken({});
    QCOMPARE(toHost(scale(x, 3)), filled(4096, 3));
}

void CommandsTest::forgetsWhatIsDiscarded()
{
    Gpu& gpu = m_devices->own();
    const Tensor x = tensorFrom(gpu, {64}, filled(64, 1));
    addWith(x, x, x, 1);
    gpu.commands().discard();
    QCOMPARE(toHost(x), filled(64, 1));
}

void CommandsTest::measuresKernels()
{
    Gpu& gpu = m_devices->own();
    if (!gpu.info().features.timestamps)
        QSKIP("the device has no timestamps");
    const Tensor a = tensorFrom(gpu, {1 << 16}, filled(1 << 16, 1)), y = makeTensor(gpu, {1 << 16}, DType::F32);
    gpu.commands().finish();
    gpu.commands().resetProfile();
    for (int i = 0; i < 3; ++i)
        addWith(a, a, y, 1 << 16);
    gpu.commands().finish();
    const std::vector<KernelTime> profile = gpu.commands().profile();
    QCOMPARE(profile.size(), size_t(1));
    QCOMPARE(profile[0].shader, std::string("elementwise_f32_f32x4"));
    QCOMPARE(profile[0].dispatches, uint64_t(3));
    QCOMPARE(profile[0].work, 3.0 * (1 << 16));
    QVERIFY(profile[0].nanoseconds > 0);
    QVERIFY(gpu.commands().profile().size() == 1);
    gpu.commands().resetProfile();
    QVERIFY(gpu.commands().profile().empty());
}

void CommandsTest::wouldBeCaughtWithoutBarriers()
{
    // Told that y is only read, the recorder leaves out a barrier: the validation layer must see it, or its silence in
    // all other tests would mean nothing.
    GpuOptions options;
    options.validation = true;
    Gpu gpu(options);
    const Tensor a = tensorFrom(gpu, {256}, filled(256, 1));
    const Tensor y = makeTensor(gpu, {256}, DType::F32), z = makeTensor(gpu, {256}, DType::F32);
    const auto addInto = [&](const Tensor& to, const Tensor& from, Access access) {
        struct {
            uint32_t count = 64, first[3] = {}, phase = 0, period = 0;
        } push;
        const Binding bindings[] = {{from.buffer.get()}, {from.buffer.get()}, {to.buffer.get(), access}};
        const uint32_t constants[] = {0, 0};
        gpu.commands().dispatch({"elementwise_f32_f32x4", constants, bindings, pushBytes(push), {1, 1, 1}, 1});
    };
    addInto(y, a, Access::Read); // a lie
    addInto(z, y, Access::Write);
    gpu.commands().finish();
    QVERIFY(gpu.validationMessages() > 0);
}

ATHANOR_TEST(CommandsTest)
#include "commands_test.moc"
