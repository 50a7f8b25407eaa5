// One stage of a run on the device: its stop token, and a clean recorder however it ends. Not the kernels.
#pragma once
#include "inference/values/available_memory.h"
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

// Bytes that weights leave of the device's memory; of one that is the machine's own no more than that has free.
inline uint64_t freeMemory(Gpu& gpu)
{
    const auto taken = [&](MemoryUse use) { return gpu.memory().statistics(use).allocatedBytes; };
    const uint64_t used = taken(MemoryUse::Weights),
                   left = gpu.info().memoryBytes - std::min(used, gpu.info().memoryBytes);
    if (!gpu.info().unifiedMemory)
        return left;
    const uint64_t free = availableMemory(), ours = taken(MemoryUse::Activations); // which come and go
    return std::min(left, free > UINT64_MAX - ours ? left : free + ours);
}

}
