// Device memory: large blocks cut into ranges by best fit. Freed ranges are reused at once, since one queue runs
// everything in order and the recorder puts barriers between users of the same bytes.
#pragma once
#include "render/device.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace athanor {

// One allocation of the driver's, bound to one VkBuffer over its whole length.
struct MemoryBlock {
    VkBuffer buffer = VK_NULL_HANDLE;
    VkDeviceMemory memory = VK_NULL_HANDLE;
    VkDeviceAddress address = 0; // 0 without the bufferAddress feature
    std::byte* mapped = nullptr; // null when the CPU cannot see it
    uint64_t size = 0;
    std::map<uint64_t, uint64_t> freeRanges; // offset → bytes, never two that touch
};

// Weights live long and activations short: apart, neither breaks up the other's blocks.
enum class MemoryUse { Weights, Activations, Staging };
constexpr int memoryUses = 3;

struct MemoryRange {
    MemoryBlock* block = nullptr;
    uint64_t offset = 0;
    uint64_t bytes = 0; // as asked, before alignment
};

struct MemoryStatistics {
    uint64_t liveBytes = 0, peakLiveBytes = 0; // ranges handed out
    uint64_t allocatedBytes = 0, peakAllocatedBytes = 0; // blocks taken from the driver
};

class Memory {
public:
    // At most info.memoryBytes are ever taken from the driver.
    Memory(const VolkDeviceTable& api, VkDevice device, const DeviceInfo& info);
    ~Memory();
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    // bytes > 0. Throws Error(OutOfMemory) with the MiB needed and in use. Before it takes more from the driver and
    // before it gives up, blocks no longer used go back; waitIdle() must wait until the device is idle.
    template <class WaitIdle> MemoryRange allocate(MemoryUse use, uint64_t bytes, WaitIdle waitIdle)
    {
        MemoryRange range;
        if (take(use, bytes, range))
            return range;
        if (hasEmptyBlock(use)) {
            waitIdle();
            releaseEmptyBlocks();
        }
        if (!grow(use, bytes)) {
            waitIdle();
            releaseEmptyBlocks();
            if (!grow(use, bytes))
                failFor(bytes);
        }
        take(use, bytes, range);
        return range;
    }
    void free(MemoryUse use, const MemoryRange& range);
    // Gives blocks without a live range back to the driver. The device must be idle.
    void releaseEmptyBlocks();

    const MemoryStatistics& statistics(MemoryUse use) const { return m_statistics[int(use)]; }
    // Starts both peaks anew from what is live now.
    void resetPeaks();

private:
    bool take(MemoryUse use, uint64_t bytes, MemoryRange& range);
    bool hasEmptyBlock(MemoryUse use) const;
    bool grow(MemoryUse use, uint64_t bytes);
    [[noreturn]] void failFor(uint64_t bytes) const;
    std::unique_ptr<MemoryBlock> makeBlock(MemoryUse use, uint64_t bytes);
    void destroyBlock(MemoryBlock& block);
    uint64_t allocatedBytes() const;
    uint32_t memoryType(uint32_t allowedTypes, MemoryUse use) const;

    const VolkDeviceTable& m_api;
    VkDevice m_device;
    const DeviceInfo& m_info;
    VkPhysicalDeviceMemoryProperties m_properties;
    std::vector<std::unique_ptr<MemoryBlock>> m_blocks[memoryUses];
    MemoryStatistics m_statistics[memoryUses];
};

}
