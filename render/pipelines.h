// Compute pipelines, made on first use and kept; the driver's compiled form is kept on disk between runs.
#pragma once
#include "render/device.h"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace athanor {

// How a kernel reaches a buffer.
enum class BindingKind : uint8_t {
    Storage, // a storage buffer at the next binding number
    TexelF32, // a uniform texel buffer of rgba32f at the next binding number
    TexelF16, // a uniform texel buffer of rgba16f at the next binding number
    TexelU32, // a uniform texel buffer of rgba32ui at the next binding number
    Address, // no binding number: the kernel gets its address in the push constants
};

struct Pipeline {
    VkPipeline handle = VK_NULL_HANDLE;
    VkPipelineLayout layout = VK_NULL_HANDLE;
    VkDescriptorSetLayout setLayout = VK_NULL_HANDLE;
    std::string_view shader; // in the shader table
    double nanosecondsPerWork = 0; // measured, later dispatches and longer ones counting more; 0 before

    void measure(double nanoseconds, double work);

private:
    bool m_warm = false; // the first run may contain the driver's compile
    double m_nanoseconds = 0, m_work = 0;
};

constexpr uint32_t maxPushConstants = 128; // bytes, what every device has

class Pipelines {
public:
    // cacheFile: where the driver's compiled pipelines are kept; empty for nowhere. A file that is damaged or of
    // another device is ignored.
    Pipelines(const VolkDeviceTable& api, VkDevice device, std::string cacheFile);
    // Writes the cache file when something was added; a failure to write is no error.
    ~Pipelines();
    Pipelines(const Pipelines&) = delete;
    Pipelines& operator=(const Pipelines&) = delete;

    // The pipeline of a shader variant with specialisation constants 0, 1, 2 …; valid as long as this object.
    Pipeline& get(std::string_view shader, std::span<const uint32_t> constants, std::span<const BindingKind> kinds);

private:
    struct Module {
        std::string_view shader;
        VkShaderModule handle = VK_NULL_HANDLE;
    };
    struct Layout {
        VkDescriptorSetLayout set = VK_NULL_HANDLE;
        VkPipelineLayout pipeline = VK_NULL_HANDLE;
    };
    Layout layout(std::span<const BindingKind> kinds);
    const Module& module(std::string_view shader);

    const VolkDeviceTable& m_api;
    VkDevice m_device;
    std::string m_cacheFile;
    VkPipelineCache m_cache = VK_NULL_HANDLE;
    bool m_added = false;
    std::map<std::string, Pipeline, std::less<>> m_pipelines;
    std::map<std::string, Layout, std::less<>> m_layouts;
    std::map<std::string_view, Module> m_modules;
};

}
