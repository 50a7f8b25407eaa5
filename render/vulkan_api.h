// The Vulkan entry points the program uses, loaded at run time so that it starts on a machine without Vulkan.
#pragma once
#define VK_NO_PROTOTYPES
#include <memory>
#include <vulkan/vulkan.h>

// clang-format off
#define ATHANOR_VULKAN_GLOBAL(F) \
    F(vkCreateInstance) F(vkEnumerateInstanceVersion) F(vkEnumerateInstanceLayerProperties) \
    F(vkEnumerateInstanceExtensionProperties)
#define ATHANOR_VULKAN_INSTANCE(F) \
    F(vkDestroyInstance) F(vkEnumeratePhysicalDevices) F(vkGetPhysicalDeviceProperties2) \
    F(vkGetPhysicalDeviceFeatures2) F(vkGetPhysicalDeviceMemoryProperties2) \
    F(vkGetPhysicalDeviceQueueFamilyProperties) F(vkEnumerateDeviceExtensionProperties) F(vkCreateDevice) \
    F(vkDestroyDevice) F(vkGetDeviceQueue) F(vkQueueSubmit) F(vkDeviceWaitIdle) \
    F(vkAllocateMemory) F(vkFreeMemory) F(vkMapMemory) F(vkCreateBuffer) F(vkDestroyBuffer) \
    F(vkGetBufferMemoryRequirements) F(vkBindBufferMemory) F(vkGetBufferDeviceAddress) F(vkCreateBufferView) \
    F(vkDestroyBufferView) F(vkCreateShaderModule) F(vkDestroyShaderModule) F(vkCreatePipelineCache) \
    F(vkDestroyPipelineCache) F(vkGetPipelineCacheData) F(vkCreateComputePipelines) F(vkDestroyPipeline) \
    F(vkCreatePipelineLayout) F(vkDestroyPipelineLayout) F(vkCreateDescriptorSetLayout) \
    F(vkDestroyDescriptorSetLayout) F(vkCreateDescriptorPool) F(vkDestroyDescriptorPool) F(vkResetDescriptorPool) \
    F(vkAllocateDescriptorSets) F(vkUpdateDescriptorSets) F(vkCreateCommandPool) F(vkDestroyCommandPool) \
    F(vkResetCommandPool) F(vkAllocateCommandBuffers) F(vkBeginCommandBuffer) F(vkEndCommandBuffer) \
    F(vkCreateSemaphore) F(vkDestroySemaphore) F(vkWaitSemaphores) F(vkCreateQueryPool) F(vkDestroyQueryPool) \
    F(vkGetQueryPoolResults) F(vkCmdResetQueryPool) F(vkCmdWriteTimestamp) F(vkCmdBindPipeline) \
    F(vkCmdBindDescriptorSets) F(vkCmdPushConstants) F(vkCmdDispatch) F(vkCmdDispatchBase) F(vkCmdPipelineBarrier) \
    F(vkCmdCopyBuffer) F(vkCmdFillBuffer)
// clang-format on

namespace athanor {

struct VulkanApi {
    PFN_vkGetInstanceProcAddr vkGetInstanceProcAddr = nullptr;
#define F(name) PFN_##name name = nullptr;
    ATHANOR_VULKAN_GLOBAL(F)
    ATHANOR_VULKAN_INSTANCE(F)
#undef F
};

// Opens the Vulkan loader and its global functions. Throws Error(Device) where there is no loader.
VulkanApi loadVulkan();
// Adds the functions that need an instance.
void loadInstanceFunctions(VulkanApi& api, VkInstance instance);

// "VK_ERROR_DEVICE_LOST" for a result, else its number.
const char* resultName(VkResult result);
// Throws Error(OutOfMemory or Device) with `what` ("allocate 64 MiB") unless the result is a success.
void check(VkResult result, const char* what);

}
