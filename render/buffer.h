// A range of device memory with an owner. Not a view: tensors share one by std::shared_ptr.
#pragma once
#include "render/memory.h"

#include <cstdint>
#include <span>

namespace athanor {

class Gpu;

class Buffer {
public:
    // bytes > 0. Throws Error(OutOfMemory).
    Buffer(Gpu& gpu, MemoryUse use, uint64_t bytes);
    ~Buffer();
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    Gpu& gpu() const { return m_gpu; }
    uint64_t bytes() const { return m_range.bytes; }
    const MemoryRange& range() const { return m_range; }
    // For BindingKind::Address; 0 without the bufferAddress feature.
    VkDeviceAddress address() const { return m_range.block->address ? m_range.block->address + m_range.offset : 0; }

private:
    Gpu& m_gpu;
    MemoryUse m_use;
    MemoryRange m_range;
};

// Copies bytes between the host and a buffer, through staging of at most 16 MiB where the CPU cannot see the memory.
// Everything recorded before is done first; both return when the bytes have arrived.
void upload(const Buffer& buffer, uint64_t offset, std::span<const std::byte> bytes);
void download(const Buffer& buffer, uint64_t offset, std::span<std::byte> bytes);

}
