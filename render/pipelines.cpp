#include "render/pipelines.h"

#include "render/error.h"
#include "render/regular_file.h"
#include "render/shader_table.h"
#include <cassert>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace athanor {

namespace {

constexpr size_t maxCacheBytes = 256 << 20;

// FNV-1a. Drivers check a cache's header but may trust the rest, so a damaged file must never reach them.
uint64_t checksum(std::span<const char> data)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (char c : data)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

// The file holds the checksum, then the driver's data.
std::vector<char> readCache(const std::string& path)
{
    const auto bytes = path.empty() ? std::nullopt : readSmallFile(path, maxCacheBytes);
    uint64_t sum = 0;
    if (!bytes || bytes->size() < sizeof sum)
        return {};
    std::memcpy(&sum, bytes->data(), sizeof sum);
    const std::span<const char> data = std::span(*bytes).subspan(sizeof sum);
    return sum == checksum(data) ? std::vector<char>(data.begin(), data.end()) : std::vector<char>();
}

// A new file renamed over the old one, so that a reader never sees half of it.
void writeCache(const std::string& path, const std::vector<char>& data)
{
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
    const std::string temporary = path + "." + std::to_string(getpid());
    const uint64_t sum = checksum(data);
    std::filesystem::remove(temporary, error); // left by a process of this number, or put there
    if (!isReplaceable(path)
        || std::filesystem::symlink_status(temporary, error).type() != std::filesystem::file_type::not_found)
        return;
    std::ofstream file(temporary, std::ios::binary);
    file.write(reinterpret_cast<const char*>(&sum), sizeof sum);
    file.write(data.data(), std::streamsize(data.size()));
    file.close();
    if (file)
        std::filesystem::rename(temporary, path, error);
    if (!file || error)
        std::filesystem::remove(temporary, error);
}

VkDescriptorType descriptorType(BindingKind kind)
{
    return kind == BindingKind::Storage ? VK_DESCRIPTOR_TYPE_STORAGE_BUFFER : VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER;
}

}

void Pipeline::measure(double nanoseconds, double work)
{
    if (!m_warm) {
        m_warm = true;
        return;
    }
    constexpr double memory = 0.8;
    m_nanoseconds = m_nanoseconds * memory + nanoseconds;
    m_work = m_work * memory + work;
    nanosecondsPerWork = m_nanoseconds / m_work;
}

Pipelines::Pipelines(const VolkDeviceTable& api, VkDevice device, std::string cacheFile)
    : m_api(api)
    , m_device(device)
    , m_cacheFile(std::move(cacheFile))
{
    const std::vector<char> data = readCache(m_cacheFile);
    VkPipelineCacheCreateInfo info{VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO};
    info.initialDataSize = data.size();
    info.pInitialData = data.data();
    check(api.vkCreatePipelineCache(device, &info, nullptr, &m_cache), "create the pipeline cache");
}

Pipelines::~Pipelines()
{
    size_t bytes = 0;
    if (m_added && !m_cacheFile.empty() && !m_api.vkGetPipelineCacheData(m_device, m_cache, &bytes, nullptr)) {
        std::vector<char> data(bytes);
        if (!m_api.vkGetPipelineCacheData(m_device, m_cache, &bytes, data.data()))
            writeCache(m_cacheFile, data);
    }
    for (auto& [name, pipeline] : m_pipelines)
        m_api.vkDestroyPipeline(m_device, pipeline.handle, nullptr);
    for (auto& [kinds, layout] : m_layouts) {
        m_api.vkDestroyPipelineLayout(m_device, layout.pipeline, nullptr);
        m_api.vkDestroyDescriptorSetLayout(m_device, layout.set, nullptr);
    }
    for (auto& [name, module] : m_modules)
        m_api.vkDestroyShaderModule(m_device, module.handle, nullptr);
    m_api.vkDestroyPipelineCache(m_device, m_cache, nullptr);
}

Pipelines::Layout Pipelines::layout(std::span<const BindingKind> kinds)
{
    std::string key(reinterpret_cast<const char*>(kinds.data()), kinds.size());
    if (auto it = m_layouts.find(key); it != m_layouts.end())
        return it->second;
    std::vector<VkDescriptorSetLayoutBinding> bindings;
    for (BindingKind kind : kinds)
        if (kind != BindingKind::Address)
            bindings.push_back(
                {uint32_t(bindings.size()), descriptorType(kind), 1, VK_SHADER_STAGE_COMPUTE_BIT, nullptr});
    Layout layout;
    VkDescriptorSetLayoutCreateInfo setInfo{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
    setInfo.bindingCount = uint32_t(bindings.size());
    setInfo.pBindings = bindings.data();
    check(m_api.vkCreateDescriptorSetLayout(m_device, &setInfo, nullptr, &layout.set), "create a descriptor layout");
    const VkPushConstantRange push{VK_SHADER_STAGE_COMPUTE_BIT, 0, maxPushConstants};
    VkPipelineLayoutCreateInfo info{VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
    info.setLayoutCount = 1;
    info.pSetLayouts = &layout.set;
    info.pushConstantRangeCount = 1;
    info.pPushConstantRanges = &push;
    const VkResult result = m_api.vkCreatePipelineLayout(m_device, &info, nullptr, &layout.pipeline);
    if (result != VK_SUCCESS)
        m_api.vkDestroyDescriptorSetLayout(m_device, layout.set, nullptr);
    check(result, "create a pipeline layout");
    m_layouts[key] = layout;
    return layout;
}

const Pipelines::Module& Pipelines::module(std::string_view shader)
{
    if (auto it = m_modules.find(shader); it != m_modules.end())
        return it->second;
    for (const ShaderCode& code : shaderTable()) {
        if (code.name != shader)
            continue;
        VkShaderModuleCreateInfo info{VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO};
        info.codeSize = code.words.size_bytes();
        info.pCode = code.words.data();
        Module module{code.name};
        check(m_api.vkCreateShaderModule(m_device, &info, nullptr, &module.handle), "load a kernel");
        return m_modules.emplace(code.name, module).first->second;
    }
    assert(!"no shader variant of this name");
    throw Error(ErrorKind::Device, "no kernel named " + std::string(shader));
}

Pipeline& Pipelines::get(
    std::string_view shader, std::span<const uint32_t> constants, std::span<const BindingKind> kinds)
{
    std::string key(shader);
    key += '\0';
    key.append(reinterpret_cast<const char*>(constants.data()), constants.size_bytes());
    key.append(reinterpret_cast<const char*>(kinds.data()), kinds.size());
    if (auto it = m_pipelines.find(key); it != m_pipelines.end())
        return it->second;

    const Layout shared = layout(kinds);
    Pipeline pipeline;
    pipeline.layout = shared.pipeline;
    pipeline.setLayout = shared.set;
    const Module& code = module(shader);
    pipeline.shader = code.shader;
    std::vector<VkSpecializationMapEntry> entries;
    for (uint32_t i = 0; i < constants.size(); ++i)
        entries.push_back({i, i * 4, 4});
    const VkSpecializationInfo specialization{
        uint32_t(entries.size()), entries.data(), constants.size_bytes(), constants.data()};
    VkComputePipelineCreateInfo info{VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO};
    info.flags = VK_PIPELINE_CREATE_DISPATCH_BASE_BIT;
    info.stage = {VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO};
    info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
    info.stage.module = code.handle;
    info.stage.pName = "main";
    info.stage.pSpecializationInfo = &specialization;
    info.layout = pipeline.layout;
    check(m_api.vkCreateComputePipelines(m_device, m_cache, 1, &info, nullptr, &pipeline.handle), "build a kernel");
    m_added = true;
    return m_pipelines.emplace(std::move(key), pipeline).first->second;
}

}
