// What a Vulkan device is and can do, as plain values; and the choice of one.
#pragma once
#include "render/vulkan_api.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace athanor {

// Every optional ability a kernel or the memory code uses. All can be missing.
struct DeviceFeatures {
    bool storage16 = false; // 16-bit floats in storage buffers: fp16 precision
    bool bufferAddress = false; // buffer addresses in shaders
    bool subgroupBroadcast = false; // subgroupBroadcast in compute shaders
    bool timestamps = false; // GPU time measurement
    bool memoryBudget = false; // VK_EXT_memory_budget

    bool operator==(const DeviceFeatures&) const = default;
};

struct DeviceLimits {
    uint64_t maxStorageRange = 0; // bytes one storage binding may span
    uint64_t maxTexelElements = 0; // texels one texel-buffer view may span
    uint64_t offsetAlignment = 0; // bytes; of storage and texel bindings
    uint32_t maxGroups[3] = {}; // work groups a dispatch, by dimension
    uint32_t maxSharedMemory = 0; // bytes
    uint32_t maxGroupSize = 0; // invocations a work group
    uint32_t subgroupSize = 0;
    double timestampNanoseconds = 1; // a timestamp tick
};

// How the driver runs shaders; decides which kernels are used.
enum class KernelFamily {
    Gpu, // shared-memory tiles
    CpuTexel, // lavapipe before Mesa 24: texel-buffer loads, no subgroup operations
    CpuAddress, // lavapipe from Mesa 24 on: buffer addresses and subgroup broadcast
};

struct DeviceInfo {
    std::string name;
    std::string driver; // "llvmpipe Mesa 22.3.6 (LLVM 15.0.6)"
    std::string type; // "discrete GPU", "integrated GPU", "virtual GPU", "CPU"
    std::string apiVersion; // "1.3.230"
    uint64_t memoryBytes = 0; // size of the largest device-local heap
    DeviceFeatures features;
    DeviceLimits limits;
    KernelFamily family = KernelFamily::Gpu;
    bool unifiedMemory = false; // device memory the CPU can read at full speed
    uint32_t queueFamily = 0; // first one with compute
    VkPhysicalDevice handle = VK_NULL_HANDLE;
};

// What tests take away from a device to force the poorest one. The defaults take nothing.
struct DeviceMask {
    DeviceFeatures allowed{true, true, true, true, true};
    uint64_t maxStorageRange = std::numeric_limits<uint64_t>::max();
    uint64_t maxMemory = std::numeric_limits<uint64_t>::max(); // bytes the program may allocate
    bool unifiedMemory = true;
    bool gpuFamily = false; // use the kernels of real GPUs whatever the driver
};

const char* familyName(KernelFamily family);

// True while Vulkan's loader and the drivers start: descriptions of drivers that are damaged can end the process there.
bool isStartingDriver();

// Vulkan opened, no device yet. Owns the instance.
class Instance {
public:
    // Throws Error(Device) where there is no loader or no driver. With `validation` the Khronos layer is on with
    // synchronization checks; each message is printed to stderr and counted.
    explicit Instance(bool validation = false);
    ~Instance();
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    // Devices that can run Athanor (Vulkan 1.2, compute, timeline semaphores), best first:
    // discrete, integrated, virtual, CPU.
    std::vector<DeviceInfo> devices() const;
    // Messages of the validation layer so far.
    uint32_t validationMessages() const { return *m_messages; }

private:
    void open(bool validation);
    void close();

    VkInstance m_instance = VK_NULL_HANDLE;
    VkDebugUtilsMessengerEXT m_messenger = VK_NULL_HANDLE;
    std::unique_ptr<uint32_t> m_messages;
};

// The device that `choice` names: empty for the best, a number as listed, or a part of the name (any case).
// Throws Error(Device) when there is none, listing those there are.
DeviceInfo chooseDevice(const std::vector<DeviceInfo>& devices, const std::string& choice);
// The device as the kernels will see it.
DeviceInfo applyMask(DeviceInfo device, const DeviceMask& mask);

}
