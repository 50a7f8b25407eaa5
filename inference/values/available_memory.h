// How much memory the system can still give.
#pragma once
#include <cstdint>

namespace athanor {

constexpr uint64_t unknownMemory = UINT64_MAX;

// Bytes that this process can still take without swapping: of what the machine, the control group and the limit of
// address space (ulimit -v) leave, the least. unknownMemory where nothing is told.
uint64_t availableMemory();

}
