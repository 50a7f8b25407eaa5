// What the tests have in common that take models of real size.
#pragma once
#include "inference/tensor/channels_last.h"
#include "tests/support/reference.h"

#include <QElapsedTimer>
#include <QTest>

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

namespace athanor {

// The columns "precision" and "tolerance" (relative L2, as in networks_test.cpp).
inline void addPrecisions()
{
    QTest::addColumn<int>("precision");
    QTest::addColumn<double>("tolerance");
    QTest::newRow("fp32") << int(DType::F32) << 1e-4;
    QTest::newRow("fp16") << int(DType::F16) << 1e-2;
}

// The file that an environment variable names; empty: not set.
inline std::string fileFrom(const char* variable)
{
    return qgetenv(variable).toStdString();
}

// Of this process at most so far.
inline double peakMiB()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            return std::stod(line.substr(6)) / 1024;
    return 0;
}

// Every so many numbers of large results are stored.
inline std::vector<float> everyKept(const std::vector<float>& values)
{
    constexpr size_t kept = 97;
    std::vector<float> some;
    for (size_t i = 0; i < values.size(); i += kept)
        some.push_back(values[i]);
    return some;
}

// real_size.safetensors: what one evaluation of the UNet at 256×256 takes.
struct RealSizeInputs {
    TensorFile reference = openReference("real_size.safetensors");
    std::vector<float> timestep{501};

    Tensor latent(Gpu& gpu) const { return tensorFrom(gpu, {1, 32, 32, 4}, wide("unet.latent")); }
    Tensor text(Gpu& gpu) const { return tensorFrom(gpu, {1, 77, 768}, referenceValues(reference, "text.last")); }
    std::vector<float> wide(const char* name) const { return toNhwc(referenceValues(reference, name), 1, 4); }
};

template <class Work> double seconds(Work work)
{
    QElapsedTimer timer;
    timer.start();
    work();
    return double(timer.nsecsElapsed()) / 1e9;
}

}
