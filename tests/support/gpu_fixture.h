// The devices that kernels and ops are tested on, and the comparison of results with plain loops in double.
#pragma once
#include "inference/tensor/half.h"
#include "inference/tensor/ops.h"

#include <QTest>
#include <cmath>
#include <random>

namespace athanor {

// One Gpu each for a test class, with the validation layer on: the machine's own device, the same with everything
// optional taken away, and the same as a GPU of its own memory. The last two bind at most 64 KiB at once, so that every
// kernel must cut its operands.
class TestDevices {
public:
    TestDevices()
    {
        GpuOptions options;
        options.validation = true;
        m_gpus.push_back(std::make_unique<Gpu>(options));
        options.mask.maxStorageRange = 64 << 10;
        options.mask.unifiedMemory = false;
        options.mask.gpuFamily = true;
        m_gpus.push_back(std::make_unique<Gpu>(options));
        options.mask.gpuFamily = false;
        options.mask.allowed = {false, false, false, false, false};
        m_gpus.push_back(std::make_unique<Gpu>(options));
    }

    Gpu& own() { return *m_gpus[0]; }
    Gpu& asGpu() { return *m_gpus[1]; }
    Gpu& poorest() { return *m_gpus[2]; }

    // check(gpu, type) for each device and each type it has; stops at the first failure.
    template <class Check> void onEach(Check check)
    {
        for (auto& gpu : m_gpus)
            for (DType type : {DType::F32, DType::F16}) {
                if (type == DType::F16 && !gpu->info().features.storage16)
                    continue;
                check(*gpu, type);
                if (QTest::currentTestFailed()) {
                    qWarning("with %s on device %d of TestDevices", type == DType::F32 ? "fp32" : "fp16",
                        int(&gpu - m_gpus.data()));
                    return;
                }
            }
    }

    uint32_t validationMessages() const
    {
        uint32_t sum = 0;
        for (const auto& gpu : m_gpus)
            sum += gpu->validationMessages();
        return sum;
    }

private:
    std::vector<std::unique_ptr<Gpu>> m_gpus;
};

// Numbers in low…high that both types hold exactly, the same in every run.
inline std::vector<float> randomValues(int64_t count, float low = -2, float high = 2, uint32_t seed = 1)
{
    std::mt19937 generator(seed);
    std::vector<float> values(static_cast<size_t>(count));
    for (float& v : values)
        v = halfToFloat(floatToHalf(low + (high - low) * float(generator() >> 8) * 0x1p-24f));
    return values;
}

// What storing a result as `type` may change: half a unit in the last place, and half the smallest subnormal.
inline double storeError(DType type, double value)
{
    return type == DType::F32 ? std::abs(value) * 0x1p-24 : std::abs(value) * 0x1p-11 + 0x1p-25;
}

// Empty when each |got - want| is within storeError + relative · |want| + absolute, else the first that is not.
inline std::string mismatch(const Tensor& tensor, const std::vector<double>& want, double relative, double absolute)
{
    const std::vector<float> got = toHost(tensor);
    if (got.size() != want.size())
        return std::to_string(got.size()) + " elements, expected " + std::to_string(want.size());
    for (size_t i = 0; i < got.size(); ++i) {
        const double allowed = storeError(tensor.type, want[i]) + relative * std::abs(want[i]) + absolute;
        if (!(std::abs(double(got[i]) - want[i]) <= allowed))
            return "element " + std::to_string(i) + ": " + std::to_string(got[i]) + ", expected "
                + std::to_string(want[i]) + ", off by " + std::to_string((double(got[i]) - want[i]) / allowed)
                + " times the tolerance";
    }
    return {};
}

}

#define QCOMPARE_TENSOR(tensor, want, relative, absolute)                                                              \
    do {                                                                                                               \
        const std::string difference = athanor::mismatch(tensor, want, relative, absolute);                            \
        QVERIFY2(difference.empty(), difference.c_str());                                                              \
    } while (false)
