#include "render/memory.h"

#include "render/error.h"
#include <algorithm>
#include <cassert>
#include <string>

namespace athanor {

namespace {

// Texel views need 16 bytes, storage bindings up to 256.
constexpr uint64_t rangeAlignment = 256;
constexpr uint64_t mebibyte = 1 << 20;

uint64_t aligned(uint64_t bytes)
{
    return (bytes + rangeAlignment - 1) / rangeAlignment * rangeAlignment;
}

bool isEmpty(const MemoryBlock& block)
{
    return block.freeRanges.size() == 1 && block.freeRanges.begin()->second == block.size;
}

std::string inMebibytes(uint64_t bytes)
{
    return std::to_string((bytes + mebibyte - 1) / mebibyte) + " MiB";
}

}

Memory::Memory(const VolkDeviceTable& api, VkDevice device, const DeviceInfo& info)
    : m_api(api)
    , m_device(device)
    , m_info(info)
{
    VkPhysicalDeviceMemoryProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2};
    vkGetPhysicalDeviceMemoryProperties2(info.handle, &properties);
    m_properties = properties.memoryProperties;
}

Memory::~Memory()
{
    for (auto& blocks : m_blocks)
        for (auto& block : blocks)
            destroyBlock(*block);
}

uint32_t Memory::memoryType(uint32_t allowedTypes, MemoryUse use) const
{
    constexpr VkMemoryPropertyFlags host = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    constexpr VkMemoryPropertyFlags cached = host | VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
    constexpr VkMemoryPropertyFlags local = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
    const std::vector<VkMemoryPropertyFlags> wishes = use == MemoryUse::Staging
        ? std::vector<VkMemoryPropertyFlags>{cached, host}
        : m_info.unifiedMemory ? std::vector<VkMemoryPropertyFlags>{local | cached, local, 0}
                               : std::vector<VkMemoryPropertyFlags>{local, 0};
    for (VkMemoryPropertyFlags wish : wishes)
        for (uint32_t i = 0; i < m_properties.memoryTypeCount; ++i)
            if ((allowedTypes & (1u << i)) && (m_properties.memoryTypes[i].propertyFlags & wish) == wish)
                return i;
    throw Error(ErrorKind::Device, m_info.name + " has no memory type for storage buffers");
}

std::unique_ptr<MemoryBlock> Memory::makeBlock(MemoryUse use, uint64_t bytes)
{
    auto block = std::make_unique<MemoryBlock>();
    block->size = bytes;
    VkBufferCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
    info.size = bytes;
    info.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_UNIFORM_TEXEL_BUFFER_BIT
        | VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;
    if (m_info.features.bufferAddress)
        info.usage |= VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT;
    try {
        check(m_api.vkCreateBuffer(m_device, &info, nullptr, &block->buffer), "create a buffer");
        VkMemoryRequirements needs;
        m_api.vkGetBufferMemoryRequirements(m_device, block->buffer, &needs);
        VkMemoryAllocateFlagsInfo flags{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO};
        flags.flags = m_info.features.bufferAddress ? VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT : 0;
        VkMemoryAllocateInfo allocate{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, &flags};
        allocate.allocationSize = needs.size;
        allocate.memoryTypeIndex = memoryType(needs.memoryTypeBits, use);
        check(m_api.vkAllocateMemory(m_device, &allocate, nullptr, &block->memory), "allocate device memory");
        check(m_api.vkBindBufferMemory(m_device, block->buffer, block->memory, 0), "bind device memory");
        if (use == MemoryUse::Staging || m_info.unifiedMemory) {
            void* mapped = nullptr;
            check(m_api.vkMapMemory(m_device, block->memory, 0, VK_WHOLE_SIZE, 0, &mapped), "map device memory");
            block->mapped = static_cast<std::byte*>(mapped);
        }
    } catch (...) {
        destroyBlock(*block);
        throw;
    }
    if (m_info.features.bufferAddress) {
        VkBufferDeviceAddressInfo address{VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO};
        address.buffer = block->buffer;
        block->address = m_api.vkGetBufferDeviceAddress(m_device, &address);
    }
    block->freeRanges[0] = bytes;
    return block;
}

void Memory::destroyBlock(MemoryBlock& block)
{
    m_api.vkDestroyBuffer(m_device, block.buffer, nullptr);
    m_api.vkFreeMemory(m_device, block.memory, nullptr);
    block.buffer = VK_NULL_HANDLE;
    block.memory = VK_NULL_HANDLE;
}

bool Memory::take(MemoryUse use, uint64_t bytes, MemoryRange& range)
{
    assert(bytes > 0);
    const uint64_t need = aligned(bytes);
    MemoryBlock* best = nullptr;
    std::map<uint64_t, uint64_t>::iterator bestRange;
    for (auto& block : m_blocks[int(use)])
        for (auto it = block->freeRanges.begin(); it != block->freeRanges.end(); ++it)
            if (it->second >= need && (!best || it->second < bestRange->second)) {
                best = block.get();
                bestRange = it;
            }
    if (!best)
        return false;
    range = {best, bestRange->first, bytes};
    const uint64_t left = bestRange->second - need;
    best->freeRanges.erase(bestRange);
    if (left)
        best->freeRanges[range.offset + need] = left;
    MemoryStatistics& s = m_statistics[int(use)];
    s.liveBytes += need;
    s.peakLiveBytes = std::max(s.peakLiveBytes, s.liveBytes);
    return true;
}

void Memory::free(MemoryUse use, const MemoryRange& range)
{
    uint64_t bytes = aligned(range.bytes);
    m_statistics[int(use)].liveBytes -= bytes;
    auto& ranges = range.block->freeRanges;
    auto next = ranges.lower_bound(range.offset);
    uint64_t offset = range.offset;
    if (next != ranges.end() && next->first == offset + bytes) {
        bytes += next->second;
        next = ranges.erase(next);
    }
    if (next != ranges.begin()) {
        auto before = std::prev(next);
        if (before->first + before->second == offset) {
            before->second += bytes;
            return;
        }
    }
    ranges[offset] = bytes;
}

bool Memory::hasEmptyBlock(MemoryUse use) const
{
    const auto& blocks = m_blocks[int(use)];
    return std::any_of(blocks.begin(), blocks.end(), [](const auto& block) { return isEmpty(*block); });
}

void Memory::releaseEmptyBlocks()
{
    for (int use = 0; use < memoryUses; ++use)
        std::erase_if(m_blocks[use], [&](auto& block) {
            if (!isEmpty(*block))
                return false;
            m_statistics[use].allocatedBytes -= block->size;
            destroyBlock(*block);
            return true;
        });
}

uint64_t Memory::allocatedBytes() const
{
    uint64_t sum = 0;
    for (const MemoryStatistics& s : m_statistics)
        sum += s.allocatedBytes;
    return sum;
}

bool Memory::grow(MemoryUse use, uint64_t bytes)
{
    MemoryStatistics& s = m_statistics[int(use)];
    // An eighth of what is there already keeps both the number of blocks and the unused rest small.
    const uint64_t need = aligned(bytes);
    const uint64_t size = std::max(need, std::clamp(aligned(s.allocatedBytes / 8), mebibyte, 64 * mebibyte));
    for (uint64_t attempt : {size, need}) {
        if (m_info.memoryBytes - std::min(m_info.memoryBytes, allocatedBytes()) < attempt)
            continue;
        try {
            m_blocks[int(use)].push_back(makeBlock(use, attempt));
        } catch (const Error& error) {
            if (error.kind != ErrorKind::OutOfMemory)
                throw;
            continue;
        }
        s.allocatedBytes += attempt;
        s.peakAllocatedBytes = std::max(s.peakAllocatedBytes, s.allocatedBytes);
        return true;
    }
    return false;
}

void Memory::failFor(uint64_t bytes) const
{
    throw Error(ErrorKind::OutOfMemory,
        "not enough memory on " + m_info.name + ": " + inMebibytes(bytes) + " more needed, "
            + inMebibytes(allocatedBytes()) + " of " + inMebibytes(m_info.memoryBytes)
            + " in use; choose a smaller size, fp16 precision or a smaller batch");
}

void Memory::resetPeaks()
{
    for (MemoryStatistics& s : m_statistics) {
        s.peakLiveBytes = s.liveBytes;
        s.peakAllocatedBytes = s.allocatedBytes;
    }
}

}
