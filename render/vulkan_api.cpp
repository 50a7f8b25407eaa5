#define VOLK_IMPLEMENTATION
#include "render/vulkan_api.h"

#include "render/error.h"
#include <dlfcn.h>

#include <mutex>
#include <string>

namespace athanor {

void loadVulkan()
{
    static std::mutex loading; // a thread may open another device
    const std::lock_guard lock(loading);
    if (vkCreateInstance)
        return;
    // Never closed: drivers keep threads and exit handlers of their own.
    void* library = dlopen("libvulkan.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        throw Error(ErrorKind::Device,
            "no Vulkan loader (libvulkan.so.1) on this machine; install libvulkan1 and a Vulkan driver such as "
            "mesa-vulkan-drivers");
    const auto find = reinterpret_cast<PFN_vkGetInstanceProcAddr>(dlsym(library, "vkGetInstanceProcAddr"));
    if (!find)
        throw Error(ErrorKind::Device, "libvulkan.so.1 has no vkGetInstanceProcAddr; reinstall libvulkan1");
    volkInitializeCustom(find);
}

void loadInstanceFunctions(VkInstance instance)
{
    static std::once_flag loaded;
    std::call_once(loaded, volkLoadInstanceOnly, instance);
}

const char* resultName(VkResult result)
{
    switch (result) {
    case VK_SUCCESS:
        return "VK_SUCCESS";
    case VK_TIMEOUT:
        return "VK_TIMEOUT";
    case VK_ERROR_OUT_OF_HOST_MEMORY:
        return "VK_ERROR_OUT_OF_HOST_MEMORY";
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
        return "VK_ERROR_OUT_OF_DEVICE_MEMORY";
    case VK_ERROR_INITIALIZATION_FAILED:
        return "VK_ERROR_INITIALIZATION_FAILED";
    case VK_ERROR_DEVICE_LOST:
        return "VK_ERROR_DEVICE_LOST";
    case VK_ERROR_MEMORY_MAP_FAILED:
        return "VK_ERROR_MEMORY_MAP_FAILED";
    case VK_ERROR_LAYER_NOT_PRESENT:
        return "VK_ERROR_LAYER_NOT_PRESENT";
    case VK_ERROR_EXTENSION_NOT_PRESENT:
        return "VK_ERROR_EXTENSION_NOT_PRESENT";
    case VK_ERROR_FEATURE_NOT_PRESENT:
        return "VK_ERROR_FEATURE_NOT_PRESENT";
    case VK_ERROR_INCOMPATIBLE_DRIVER:
        return "VK_ERROR_INCOMPATIBLE_DRIVER";
    case VK_ERROR_TOO_MANY_OBJECTS:
        return "VK_ERROR_TOO_MANY_OBJECTS";
    case VK_ERROR_OUT_OF_POOL_MEMORY:
        return "VK_ERROR_OUT_OF_POOL_MEMORY";
    case VK_ERROR_FRAGMENTED_POOL:
        return "VK_ERROR_FRAGMENTED_POOL";
    default:
        return "an unexpected Vulkan result";
    }
}

void check(VkResult result, const char* what)
{
    if (result >= 0)
        return;
    const std::string text =
        std::string("cannot ") + what + ": " + resultName(result) + " (" + std::to_string(int(result)) + ")";
    if (result == VK_ERROR_OUT_OF_DEVICE_MEMORY || result == VK_ERROR_OUT_OF_HOST_MEMORY)
        throw Error(ErrorKind::OutOfMemory, text + "; close other programs or choose a smaller size");
    if (result == VK_ERROR_DEVICE_LOST)
        throw Error(ErrorKind::Device, text + "; the graphics driver reset the device, start the run again");
    throw Error(ErrorKind::Device, text);
}

}
