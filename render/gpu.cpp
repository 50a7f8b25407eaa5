#include "render/gpu.h"

#include <algorithm>
#include <cassert>
#include <cctype>
#include <cstring>
#include <span>

namespace athanor {

namespace {

VkDevice createDevice(const DeviceInfo& info)
{
    const float priority = 1;
    VkDeviceQueueCreateInfo queue{VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
    queue.queueFamilyIndex = info.queueFamily;
    queue.queueCount = 1;
    queue.pQueuePriorities = &priority;
    VkPhysicalDeviceVulkan12Features features12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
    features12.timelineSemaphore = VK_TRUE;
    features12.bufferDeviceAddress = info.features.bufferAddress;
    VkPhysicalDeviceVulkan11Features features11{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES, &features12};
    features11.storageBuffer16BitAccess = info.features.storage16;
    VkPhysicalDeviceFeatures2 features{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, &features11};
    // Addresses are 64-bit values in shaders.
    features.features.shaderInt64 = info.features.bufferAddress;
    VkDeviceCreateInfo create{VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, &features};
    create.queueCreateInfoCount = 1;
    create.pQueueCreateInfos = &queue;
    VkDevice device = VK_NULL_HANDLE;
    check(vkCreateDevice(info.handle, &create, nullptr, &device), "open the device");
    return device;
}

std::string cacheFile(const GpuOptions& options, const DeviceInfo& info)
{
    if (options.cacheFolder.empty())
        return {};
    std::string name;
    for (char c : info.name + " " + info.driver)
        name += std::isalnum(static_cast<unsigned char>(c)) ? c : '-';
    return options.cacheFolder + "/pipelines-" + name + ".bin";
}

}

Gpu::Gpu(const GpuOptions& options)
    : m_instance(options.validation)
    , m_info(applyMask(chooseDevice(m_instance.devices(), options.device), options.mask))
{
    m_device = createDevice(m_info);
    volkLoadDeviceTable(&m_api, m_device);
    VkQueue queue = VK_NULL_HANDLE;
    m_api.vkGetDeviceQueue(m_device, m_info.queueFamily, 0, &queue);
    m_memory = std::make_unique<Memory>(m_api, m_device, m_info);
    m_pipelines = std::make_unique<Pipelines>(m_api, m_device, cacheFile(options, m_info));
    m_commands = std::make_unique<Commands>(m_api, m_device, m_info, queue, *m_pipelines);
}

Gpu::~Gpu()
{
    m_commands.reset();
    m_pipelines.reset();
    m_memory.reset();
    m_api.vkDestroyDevice(m_device, nullptr);
}

Buffer::Buffer(Gpu& gpu, MemoryUse use, uint64_t bytes)
    : m_gpu(gpu)
    , m_use(use)
    , m_range(gpu.memory().allocate(use, bytes, [&] { gpu.commands().finish(); }))
{
}

Buffer::~Buffer()
{
    m_gpu.memory().free(m_use, m_range);
}

namespace {

constexpr uint64_t stagingBytes = 16 << 20;

// Runs `piece(staging, done, bytes)` over the whole length, at most stagingBytes at a time.
template <class Piece> void inPieces(const Buffer& buffer, uint64_t total, Piece piece)
{
    Buffer staging(buffer.gpu(), MemoryUse::Staging, std::min(total, stagingBytes));
    for (uint64_t done = 0; done < total; done += stagingBytes)
        piece(staging, done, std::min(stagingBytes, total - done));
}

}

void upload(const Buffer& buffer, uint64_t offset, std::span<const std::byte> bytes)
{
    assert(offset + bytes.size() <= buffer.bytes());
    Commands& commands = buffer.gpu().commands();
    commands.finish();
    if (std::byte* mapped = buffer.range().block->mapped) {
        std::memcpy(mapped + buffer.range().offset + offset, bytes.data(), bytes.size());
        return;
    }
    inPieces(buffer, bytes.size(), [&](const Buffer& staging, uint64_t done, uint64_t count) {
        std::memcpy(staging.range().block->mapped + staging.range().offset, bytes.data() + done, count);
        commands.copy(staging, 0, buffer, offset + done, count);
        commands.finish();
    });
}

void download(const Buffer& buffer, uint64_t offset, std::span<std::byte> bytes)
{
    assert(offset + bytes.size() <= buffer.bytes());
    Commands& commands = buffer.gpu().commands();
    if (const std::byte* mapped = buffer.range().block->mapped) {
        commands.finish();
        std::memcpy(bytes.data(), mapped + buffer.range().offset + offset, bytes.size());
        return;
    }
    inPieces(buffer, bytes.size(), [&](const Buffer& staging, uint64_t done, uint64_t count) {
        commands.copy(buffer, offset + done, staging, 0, count);
        commands.finish();
        std::memcpy(bytes.data() + done, staging.range().block->mapped + staging.range().offset, count);
    });
}

}
