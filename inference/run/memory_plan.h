// What a run's pictures and latents take of the machine's memory, told before anything runs.
#pragma once
#include "inference/run/run_plan.h"

#include <cstdint>
#include <vector>

namespace athanor {

constexpr uint64_t maxBatchBytes = uint64_t(1) << 30; // of the pictures of one batch, at three bytes a pixel

// Throws OutOfMemory with need, limit and what is free, where pictures of this size are more than a batch may hold.
void requireBatchMemory(int64_t pictures, int64_t width, int64_t height);

// Follows sizes from the parameters along the links and gives the steps a problem (OutOfMemory) whose batch is larger
// than maxBatchBytes, or that need more than `free` bytes with all that is still in use then. Sizes that only the run
// itself tells count as nothing.
void planMemory(std::vector<Step>& steps, RunHost& host, uint64_t free);

}
