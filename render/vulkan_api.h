// The Vulkan entry points, loaded at run time by volk so that the program starts on a machine without Vulkan: those of
// instances and physical devices are volk's global functions, a device's own stand in its VolkDeviceTable.
#pragma once
#include <volk.h>

namespace athanor {

// Opens the Vulkan loader, from then on vkCreateInstance can be called. Throws Error(Device) where there is none.
void loadVulkan();
// From then on the functions of instances can be called, this one's and any other's: they are the loader's own.
void loadInstanceFunctions(VkInstance instance);

// "VK_ERROR_DEVICE_LOST" for a result, else its number.
const char* resultName(VkResult result);
// Throws Error(OutOfMemory or Device) with `what` ("allocate 64 MiB") unless the result is a success.
void check(VkResult result, const char* what);

}
