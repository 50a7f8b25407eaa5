#include "render/device.h"

#include "render/error.h"
#include "render/limits.h"
#include <algorithm>
#include <atomic>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace athanor {

namespace {

VKAPI_ATTR VkBool32 VKAPI_CALL onValidationMessage(VkDebugUtilsMessageSeverityFlagBitsEXT,
    VkDebugUtilsMessageTypeFlagsEXT, const VkDebugUtilsMessengerCallbackDataEXT* data, void* count)
{
    std::fprintf(stderr, "validation: %s\n", data->pMessage);
    ++*static_cast<uint32_t*>(count);
    return VK_FALSE;
}

VkDebugUtilsMessengerCreateInfoEXT messengerInfo(uint32_t* count)
{
    VkDebugUtilsMessengerCreateInfoEXT info{VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT};
    info.messageSeverity =
        VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
    info.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT;
    info.pfnUserCallback = onValidationMessage;
    info.pUserData = count;
    return info;
}

const char* typeName(VkPhysicalDeviceType type)
{
    switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
        return "discrete GPU";
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
        return "integrated GPU";
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
        return "virtual GPU";
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
        return "CPU";
    default:
        return "other";
    }
}

int rank(const DeviceInfo& device)
{
    static constexpr const char* order[] = {"discrete GPU", "integrated GPU", "virtual GPU", "CPU", "other"};
    return int(std::find(std::begin(order), std::end(order), device.type) - order);
}

std::string versionText(uint32_t v)
{
    return std::to_string(VK_API_VERSION_MAJOR(v)) + "." + std::to_string(VK_API_VERSION_MINOR(v)) + "."
        + std::to_string(VK_API_VERSION_PATCH(v));
}

// Mesa's major version out of "Mesa 22.3.6 (LLVM 15.0.6)", 0 when it is not Mesa.
int mesaMajor(const char* driverInfo)
{
    const char* at = std::strstr(driverInfo, "Mesa ");
    int major = 0;
    if (at)
        std::from_chars(at + 5, at + std::strlen(at), major);
    return major;
}

bool hasExtension(VkPhysicalDevice handle, const char* name)
{
    uint32_t count = 0;
    check(vkEnumerateDeviceExtensionProperties(handle, nullptr, &count, nullptr), "list device extensions");
    std::vector<VkExtensionProperties> extensions(count);
    check(vkEnumerateDeviceExtensionProperties(handle, nullptr, &count, extensions.data()), "list device extensions");
    return std::any_of(
        extensions.begin(), extensions.end(), [&](const auto& e) { return std::strcmp(e.extensionName, name) == 0; });
}

// Memory that is device local, and whether the CPU reads it at full speed.
void describeMemory(VkPhysicalDevice handle, DeviceInfo& device)
{
    VkPhysicalDeviceMemoryProperties2 memory{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2};
    vkGetPhysicalDeviceMemoryProperties2(handle, &memory);
    const auto& m = memory.memoryProperties;
    for (uint32_t i = 0; i < m.memoryHeapCount; ++i)
        if (m.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)
            device.memoryBytes = std::max(device.memoryBytes, m.memoryHeaps[i].size);
    constexpr VkMemoryPropertyFlags unified = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT
        | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT | VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
    for (uint32_t i = 0; i < m.memoryTypeCount; ++i)
        device.unifiedMemory |= (m.memoryTypes[i].propertyFlags & unified) == unified;
}

bool describeQueue(VkPhysicalDevice handle, DeviceInfo& device)
{
    uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(handle, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(handle, &count, families.data());
    for (uint32_t i = 0; i < count; ++i) {
        if (!(families[i].queueFlags & VK_QUEUE_COMPUTE_BIT))
            continue;
        device.queueFamily = i;
        device.features.timestamps = families[i].timestampValidBits > 0;
        return true;
    }
    return false;
}

// False when the device cannot run Athanor at all.
bool describe(VkPhysicalDevice handle, DeviceInfo& device)
{
    VkPhysicalDeviceDriverProperties driver{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES};
    VkPhysicalDeviceSubgroupProperties subgroup{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES, &driver};
    VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &subgroup};
    vkGetPhysicalDeviceProperties2(handle, &properties);
    if (properties.properties.apiVersion < VK_API_VERSION_1_2)
        return false;
    VkPhysicalDeviceVulkan12Features features12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
    VkPhysicalDeviceVulkan11Features features11{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES, &features12};
    VkPhysicalDeviceFeatures2 features{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, &features11};
    vkGetPhysicalDeviceFeatures2(handle, &features);
    if (!features12.timelineSemaphore || !describeQueue(handle, device))
        return false;

    const VkPhysicalDeviceLimits& limits = properties.properties.limits;
    device.handle = handle;
    device.name = properties.properties.deviceName;
    device.driver = std::string(driver.driverName) + " " + driver.driverInfo;
    device.type = typeName(properties.properties.deviceType);
    device.apiVersion = versionText(properties.properties.apiVersion);
    device.features.storage16 = features11.storageBuffer16BitAccess;
    // Shaders compute addresses as 64-bit integers.
    device.features.bufferAddress = features12.bufferDeviceAddress && features.features.shaderInt64;
    device.features.subgroupBroadcast = (subgroup.supportedStages & VK_SHADER_STAGE_COMPUTE_BIT)
        && (subgroup.supportedOperations & VK_SUBGROUP_FEATURE_BALLOT_BIT);
    device.features.memoryBudget = hasExtension(handle, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
    device.limits.maxStorageRange = limits.maxStorageBufferRange;
    device.limits.maxTexelElements = limits.maxTexelBufferElements;
    device.limits.offsetAlignment =
        std::max<uint64_t>({limits.minStorageBufferOffsetAlignment, limits.minTexelBufferOffsetAlignment, 16});
    std::copy_n(limits.maxComputeWorkGroupCount, 3, device.limits.maxGroups);
    device.limits.maxSharedMemory = limits.maxComputeSharedMemorySize;
    device.limits.maxGroupSize = limits.maxComputeWorkGroupInvocations;
    device.limits.subgroupSize = subgroup.subgroupSize;
    device.limits.timestampNanoseconds = limits.timestampPeriod;
    describeMemory(handle, device);
    if (properties.properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU) { // lavapipe 22 reports 2 GiB on any machine
        device.memoryBytes =
            std::max(device.memoryBytes, uint64_t(sysconf(_SC_PHYS_PAGES)) * uint64_t(sysconf(_SC_PAGESIZE)));
        if (const uint64_t left = addressSpaceLeft(); left < device.memoryBytes) // half stays for all else
            device.memoryBytes = left / 2;
    }
    if (driver.driverID == VK_DRIVER_ID_MESA_LLVMPIPE)
        device.family =
            mesaMajor(driver.driverInfo) >= 24 && device.features.bufferAddress && device.features.subgroupBroadcast
            ? KernelFamily::CpuAddress
            : KernelFamily::CpuTexel;
    return true;
}

std::atomic<int> startingDrivers = 0;

struct StartingDriver {
    StartingDriver() { ++startingDrivers; }
    ~StartingDriver() { --startingDrivers; }
};

// What starting a driver came to. Loaders tell one whose description they cannot read as a lack of memory.
void checkDriver(VkResult result, const char* what)
{
    if (result >= 0)
        return;
    std::string text = std::string("cannot ") + what + ": " + resultName(result) + " (" + std::to_string(int(result))
        + "); a Vulkan driver here, or the file that describes it, is damaged: install it anew";
    for (const char* name : {"VK_DRIVER_FILES", "VK_ICD_FILENAMES"})
        if (const char* value = getenv(name))
            text += std::string(", or correct ") + name + " (" + value + ")";
    throw Error(ErrorKind::Device, text);
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}

std::string listed(const std::vector<DeviceInfo>& devices)
{
    std::string text;
    for (size_t i = 0; i < devices.size(); ++i)
        text += (i ? ", " : "") + std::to_string(i) + " " + devices[i].name;
    return text;
}

}

bool isStartingDriver()
{
    return startingDrivers > 0;
}

const char* familyName(KernelFamily family)
{
    switch (family) {
    case KernelFamily::Gpu:
        return "GPU (shared-memory tiles)";
    case KernelFamily::CpuTexel:
        return "CPU (texel buffers)";
    case KernelFamily::CpuAddress:
        return "CPU (addresses and subgroup broadcast)";
    }
    return "";
}

Instance::Instance(bool validation)
    : m_messages(std::make_unique<uint32_t>(0))
{
    requireRoomForDriver();
    loadVulkan();
    open(validation);
    // From Mesa 24 on lavapipe is a good third faster with vectors of 512 bits, before that slower. It reads the width
    // from the environment when it is loaded, which closing the only instance undoes. A width that the user set wins.
    if (!__builtin_cpu_supports("avx512f") || getenv("LP_NATIVE_VECTOR_WIDTH"))
        return;
    const std::vector<DeviceInfo> found = devices();
    if (std::any_of(found.begin(), found.end(), [](const auto& d) { return d.family == KernelFamily::CpuAddress; })) {
        close();
        setenv("LP_NATIVE_VECTOR_WIDTH", "512", 0);
        open(validation);
    }
}

void Instance::open(bool validation)
{
    const StartingDriver starting;
    VkApplicationInfo application{VK_STRUCTURE_TYPE_APPLICATION_INFO};
    application.pApplicationName = "Athanor";
    application.apiVersion = VK_API_VERSION_1_2;
    VkInstanceCreateInfo info{VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
    info.pApplicationInfo = &application;

    const char* layer = "VK_LAYER_KHRONOS_validation";
    const char* extension = VK_EXT_DEBUG_UTILS_EXTENSION_NAME;
    const VkValidationFeatureEnableEXT enable = VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT;
    VkDebugUtilsMessengerCreateInfoEXT messenger = messengerInfo(m_messages.get());
    VkValidationFeaturesEXT features{VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT, &messenger};
    features.enabledValidationFeatureCount = 1;
    features.pEnabledValidationFeatures = &enable;
    if (validation) {
        // Off by default in the layer: hazards between two submits.
        setenv("VK_LAYER_ENABLES", "VALIDATION_CHECK_ENABLE_SYNCHRONIZATION_VALIDATION_QUEUE_SUBMIT", 0);
        info.pNext = &features;
        info.enabledLayerCount = 1;
        info.ppEnabledLayerNames = &layer;
        info.enabledExtensionCount = 1;
        info.ppEnabledExtensionNames = &extension;
    }
    const VkResult result = vkCreateInstance(&info, nullptr, &m_instance);
    if (result == VK_ERROR_LAYER_NOT_PRESENT)
        throw Error(ErrorKind::Device, "the Vulkan validation layer is not installed; install vulkan-validationlayers");
    if (result == VK_ERROR_INCOMPATIBLE_DRIVER)
        throw Error(ErrorKind::Device,
            "no Vulkan driver found; install the driver of your graphics card or mesa-vulkan-drivers");
    checkDriver(result, "start Vulkan");
    loadInstanceFunctions(m_instance);
    if (validation) {
        const auto create = reinterpret_cast<PFN_vkCreateDebugUtilsMessengerEXT>(
            vkGetInstanceProcAddr(m_instance, "vkCreateDebugUtilsMessengerEXT"));
        check(create(m_instance, &messenger, nullptr, &m_messenger), "start the validation messages");
    }
}

Instance::~Instance()
{
    close();
}

void Instance::close()
{
    if (m_messenger)
        reinterpret_cast<PFN_vkDestroyDebugUtilsMessengerEXT>(
            vkGetInstanceProcAddr(m_instance, "vkDestroyDebugUtilsMessengerEXT"))(m_instance, m_messenger, nullptr);
    vkDestroyInstance(m_instance, nullptr);
    m_messenger = VK_NULL_HANDLE;
    m_instance = VK_NULL_HANDLE;
}

std::vector<DeviceInfo> Instance::devices() const
{
    const StartingDriver starting;
    uint32_t count = 0;
    checkDriver(vkEnumeratePhysicalDevices(m_instance, &count, nullptr), "list Vulkan devices");
    std::vector<VkPhysicalDevice> handles(count);
    checkDriver(vkEnumeratePhysicalDevices(m_instance, &count, handles.data()), "list Vulkan devices");
    std::vector<DeviceInfo> devices;
    for (VkPhysicalDevice handle : handles) {
        DeviceInfo device;
        if (describe(handle, device))
            devices.push_back(std::move(device));
    }
    std::stable_sort(devices.begin(), devices.end(), [](const auto& a, const auto& b) { return rank(a) < rank(b); });
    return devices;
}

DeviceInfo chooseDevice(const std::vector<DeviceInfo>& devices, const std::string& choice)
{
    if (devices.empty())
        throw Error(ErrorKind::Device,
            "no device with Vulkan 1.2 and compute; update the graphics driver or install mesa-vulkan-drivers");
    if (choice.empty())
        return devices.front();
    size_t index = 0;
    const auto [end, error] = std::from_chars(choice.data(), choice.data() + choice.size(), index);
    if (error == std::errc() && end == choice.data() + choice.size() && index < devices.size())
        return devices[index];
    for (const DeviceInfo& device : devices)
        if (lower(device.name).find(lower(choice)) != std::string::npos)
            return device;
    throw Error(ErrorKind::Device, "no device \"" + choice + "\"; there are: " + listed(devices));
}

DeviceInfo applyMask(DeviceInfo device, const DeviceMask& mask)
{
    device.features.storage16 &= mask.allowed.storage16;
    device.features.bufferAddress &= mask.allowed.bufferAddress;
    device.features.subgroupBroadcast &= mask.allowed.subgroupBroadcast;
    device.features.timestamps &= mask.allowed.timestamps;
    device.features.memoryBudget &= mask.allowed.memoryBudget;
    device.limits.maxStorageRange = std::min(device.limits.maxStorageRange, mask.maxStorageRange);
    device.memoryBytes = std::min(device.memoryBytes, mask.maxMemory);
    device.unifiedMemory &= mask.unifiedMemory;
    if (mask.gpuFamily)
        device.family = KernelFamily::Gpu;
    if (device.family == KernelFamily::CpuAddress
        && !(device.features.bufferAddress && device.features.subgroupBroadcast))
        device.family = KernelFamily::CpuTexel;
    return device;
}

}
