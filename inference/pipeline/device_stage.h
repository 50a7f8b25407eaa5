// One stage of a run on the device: its stop token, and a clean recorder however it ends. Not the kernels.
#pragma once
#include "render/gpu.h"

#include <algorithm>
#include <cstdint>
#include <stop_token>

namespace athanor {

// Sets the run's stop token and, however the stage ends, leaves nothing recorded behind.
struct DeviceStage {
    DeviceStage(Gpu& gpu, const std::stop_token& stop)
        : commands(gpu.commands())
    {
        commands.setStopToken(stop);
    }
    ~DeviceStage()
    {
        commands.discard();
        commands.setStopToken({});
    }
    DeviceStage(const DeviceStage&) = delete;
    DeviceStage& operator=(const DeviceStage&) = delete;
    Commands& commands;
};

// Bytes that weights leave of the device's memory.
inline uint64_t freeMemory(Gpu& gpu)
{
    const uint64_t used = gpu.memory().statistics(MemoryUse::Weights).allocatedBytes;
    return gpu.info().memoryBytes - std::min(used, gpu.info().memoryBytes);
}

}
