#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

#include "render/error.h"

using namespace athanor;

class GatherTest : public QObject {
    Q_OBJECT
    std::unique_ptr<TestDevices> m_devices;

private slots:
    void initTestCase() { m_devices = std::make_unique<TestDevices>(); }
    void cleanupTestCase() { QCOMPARE(m_devices->validationMessages(), 0u); }
    void takesRows();
    void refusesIdsOutsideTheTable();
};

void GatherTest::takesRows()
{
    for (int64_t channels : {7, 20}) {
        const int64_t rows = 2500; // beyond what the masked devices bind
        const auto table = randomValues(rows * channels);
        std::vector<int32_t> ids{2499, 0, 1, 1, 2498};
        for (int i = 0; i < 900; ++i)
            ids.push_back(i * 37 % 2500);
        std::vector<float> want;
        for (int32_t id : ids)
            want.insert(want.end(), table.begin() + id * channels, table.begin() + (id + 1) * channels);
        m_devices->onEach([&](Gpu& gpu, DType type) {
            const Tensor stored = tensorFrom(gpu, {rows, channels}, table, type, MemoryUse::Weights);
            QCOMPARE(toHost(gather(stored, ids, type)), want);
            QCOMPARE(toHost(gather(stored, ids, DType::F32)), want);
        });
    }
    Gpu& gpu = m_devices->own();
    const Tensor stored = tensorFrom(gpu, {2, 4}, randomValues(8));
    QCOMPARE(gather(stored, std::vector<int32_t>{1}, DType::F16).type, DType::F16);
}

void GatherTest::refusesIdsOutsideTheTable()
{
    const Tensor table = tensorFrom(m_devices->own(), {3, 4}, randomValues(12));
    for (int32_t id : {-1, 3})
        try {
            gather(table, std::vector<int32_t>{0, id}, DType::F32);
            QFAIL("no error");
        } catch (const Error& error) {
            QCOMPARE(error.kind, ErrorKind::BadFile);
            QVERIFY(std::string(error.what()).find(std::to_string(id)) != std::string::npos);
        }
}

ATHANOR_TEST(GatherTest)
#include "gather_test.moc"
