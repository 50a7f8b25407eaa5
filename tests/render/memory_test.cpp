#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

#include "render/error.h"

using namespace athanor;

class MemoryTest : public QObject {
    Q_OBJECT
    std::unique_ptr<Gpu> m_gpu;

private slots:
    void init();
    void cleanup();
    void reusesFreedRanges();
    void takesTheSmallestFreeRangeThatFits();
    void joinsFreeNeighbours();
    void countsPeaks();
    void givesEmptyBlocksBack();
    void refusesMoreThanTheLimit();
    void growsAfterGivingBackWhatOthersLeft();
    void carriesBytesThroughStaging();
};

void MemoryTest::init()
{
    GpuOptions options;
    options.validation = true;
    options.mask.maxMemory = 8 << 20;
    options.mask.unifiedMemory = false; // staging everywhere
    m_gpu = std::make_unique<Gpu>(options);
}

void MemoryTest::cleanup()
{
    QCOMPARE(m_gpu->validationMessages(), 0u);
    for (MemoryUse use : {MemoryUse::Weights, MemoryUse::Activations, MemoryUse::Staging})
        QCOMPARE(m_gpu->memory().statistics(use).liveBytes, uint64_t(0));
}

void MemoryTest::reusesFreedRanges()
{
    MemoryRange first;
    {
        const Buffer buffer(*m_gpu, MemoryUse::Activations, 1000);
        first = buffer.range();
        QCOMPARE(first.offset % 256, uint64_t(0));
    }
    const Buffer again(*m_gpu, MemoryUse::Activations, 1024);
    QCOMPARE(again.range().block, first.block);
    QCOMPARE(again.range().offset, first.offset);
    // Another use never shares a block.
    const Buffer weights(*m_gpu, MemoryUse::Weights, 16);
    QVERIFY(weights.range().block != first.block);
}

void MemoryTest::takesTheSmallestFreeRangeThatFits()
{
    const auto make = [&](uint64_t bytes) { return std::make_unique<Buffer>(*m_gpu, MemoryUse::Activations, bytes); };
    auto large = make(4096), wall = make(256), small = make(512), wall2 = make(256);
    const uint64_t smallOffset = small->range().offset, largeOffset = large->range().offset;
    large.reset();
    small.reset();
    QCOMPARE(make(300)->range().offset, smallOffset);
    QCOMPARE(make(513)->range().offset, largeOffset);
}

void MemoryTest::joinsFreeNeighbours()
{
    // Three quarters of a block that fits nothing else, freed in every order, are one range again.
    std::vector<int> order{0, 1, 2};
    do {
        std::vector<std::unique_ptr<Buffer>> parts;
        for (int i = 0; i < 3; ++i)
            parts.push_back(std::make_unique<Buffer>(*m_gpu, MemoryUse::Activations, 256 << 10));
        const auto rest = std::make_unique<Buffer>(*m_gpu, MemoryUse::Activations, 256 << 10);
        const uint64_t offset = parts[0]->range().offset;
        for (int i : order)
            parts[size_t(i)].reset();
        const Buffer whole(*m_gpu, MemoryUse::Activations, 768 << 10);
        QCOMPARE(whole.range().offset, offset);
        QCOMPARE(m_gpu->memory().statistics(MemoryUse::Activations).allocatedBytes, uint64_t(1 << 20));
    } while (std::next_permutation(order.begin(), order.end()));
}

void MemoryTest::countsPeaks()
{
    const MemoryStatistics& s = m_gpu->memory().statistics(MemoryUse::Activations);
    {
        const Buffer a(*m_gpu, MemoryUse::Activations, 100), b(*m_gpu, MemoryUse::Activations, 300);
        QCOMPARE(s.liveBytes, uint64_t(256 + 512));
    }
    const Buffer c(*m_gpu, MemoryUse::Activations, 1);
    QCOMPARE(s.liveBytes, uint64_t(256));
    QCOMPARE(s.peakLiveBytes, uint64_t(768));
    QVERIFY(s.peakAllocatedBytes >= s.peakLiveBytes);
    m_gpu->memory().resetPeaks();
    QCOMPARE(s.peakLiveBytes, uint64_t(256));
    QCOMPARE(s.peakAllocatedBytes, s.allocatedBytes);
}

void MemoryTest::givesEmptyBlocksBack()
{
    const MemoryStatistics& s = m_gpu->memory().statistics(MemoryUse::Weights);
    {
        const Buffer a(*m_gpu, MemoryUse::Weights, 2 << 20);
        QCOMPARE(s.allocatedBytes, uint64_t(2 << 20));
    }
    const Buffer keep(*m_gpu, MemoryUse::Activations, 1);
    m_gpu->commands().finish();
    m_gpu->memory().releaseEmptyBlocks();
    QCOMPARE(s.allocatedBytes, uint64_t(0));
    QVERIFY(m_gpu->memory().statistics(MemoryUse::Activations).allocatedBytes > 0);
}

void MemoryTest::refusesMoreThanTheLimit()
{
    const Buffer first(*m_gpu, MemoryUse::Activations, 6 << 20);
    try {
        const Buffer second(*m_gpu, MemoryUse::Activations, 3 << 20);
        QFAIL("no error");
    } catch (const Error& error) {
        QCOMPARE(error.kind, ErrorKind::OutOfMemory);
        const std::string text = error.what();
        for (const char* part : {"3 MiB more needed", "6 MiB of 8 MiB in use"})
            QVERIFY2(text.find(part) != std::string::npos, text.c_str());
    }
    const Buffer fits(*m_gpu, MemoryUse::Weights, 2 << 20);
    QVERIFY(fits.range().block);
}

void MemoryTest::growsAfterGivingBackWhatOthersLeft()
{
    // 6 MiB once used for activations stand in the way of 4 MiB of weights until they go back to the driver.
    {
        const Buffer activations(*m_gpu, MemoryUse::Activations, 6 << 20);
    }
    const Buffer weights(*m_gpu, MemoryUse::Weights, 4 << 20);
    QCOMPARE(m_gpu->memory().statistics(MemoryUse::Activations).allocatedBytes, uint64_t(0));
}

void MemoryTest::carriesBytesThroughStaging()
{
    // 20 MB in the 16 MiB pieces of staging, to and from unaligned offsets, on a device whose memory the CPU cannot
    // see.
    GpuOptions options;
    options.validation = true;
    options.mask.unifiedMemory = false;
    Gpu gpu(options);
    const Buffer buffer(gpu, MemoryUse::Activations, 20'000'000);
    QVERIFY(!buffer.range().block->mapped);
    std::vector<uint32_t> values(4'999'000);
    for (size_t i = 0; i < values.size(); ++i)
        values[i] = uint32_t(i * 2654435761u);
    gpu.commands().fillZero(buffer);
    upload(buffer, 4, std::as_bytes(std::span(values)));
    std::vector<uint32_t> back(5'000'000, 7);
    download(buffer, 0, std::as_writable_bytes(std::span(back)));
    QCOMPARE(back.front(), 0u);
    QCOMPARE(back.back(), 0u);
    QVERIFY(std::equal(values.begin(), values.end(), back.begin() + 1));
    QCOMPARE(gpu.validationMessages(), 0u);
    QVERIFY(gpu.memory().statistics(MemoryUse::Staging).peakLiveBytes <= 16 << 20);
}

ATHANOR_TEST(MemoryTest)
#include "memory_test.moc"
