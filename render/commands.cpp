#include "render/commands.h"

#include "render/error.h"
#include <algorithm>
#include <cassert>
#include <cmath>

namespace athanor {

namespace {

constexpr uint32_t maxDispatchesPerSubmit = 256;
constexpr uint32_t maxBindingsPerDispatch = 12;
// Aim of one submit, and the most one dispatch may be planned to take.
constexpr double submitNanoseconds = 60e6;
constexpr double dispatchNanoseconds = 50e6;

constexpr VkPipelineStageFlags stages = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;
constexpr VkAccessFlags writes = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;
constexpr VkAccessFlags reads = VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_TRANSFER_READ_BIT;

uint64_t boundBytes(const Binding& b)
{
    return b.bytes ? b.bytes : b.buffer->bytes() - b.offset;
}

}

Commands::Commands(
    const VolkDeviceTable& api, VkDevice device, const DeviceInfo& info, VkQueue queue, Pipelines& pipelines)
    : m_api(api)
    , m_device(device)
    , m_info(info)
    , m_queue(queue)
    , m_pipelines(pipelines)
{
    VkSemaphoreTypeCreateInfo type{VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO};
    type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
    VkSemaphoreCreateInfo semaphore{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, &type};
    check(api.vkCreateSemaphore(device, &semaphore, nullptr, &m_timeline), "create a semaphore");
    for (Slot& slot : m_slots)
        makeSlot(slot);
}

void Commands::makeSlot(Slot& slot)
{
    VkCommandPoolCreateInfo pool{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
    pool.queueFamilyIndex = m_info.queueFamily;
    check(m_api.vkCreateCommandPool(m_device, &pool, nullptr, &slot.pool), "create a command pool");
    VkCommandBufferAllocateInfo buffer{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO};
    buffer.commandPool = slot.pool;
    buffer.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
    buffer.commandBufferCount = 1;
    check(m_api.vkAllocateCommandBuffers(m_device, &buffer, &slot.commands), "create a command buffer");
    constexpr uint32_t descriptors = maxDispatchesPerSubmit * maxBindingsPerDispatch;
    const VkDescriptorPoolSize sizes[] = {
        {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, descriptors}, {VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER, descriptors}};
    VkDescriptorPoolCreateInfo descriptorPool{VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
    descriptorPool.maxSets = maxDispatchesPerSubmit;
    descriptorPool.poolSizeCount = 2;
    descriptorPool.pPoolSizes = sizes;
    check(m_api.vkCreateDescriptorPool(m_device, &descriptorPool, nullptr, &slot.descriptors),
        "create a descriptor pool");
    if (m_info.features.timestamps) {
        VkQueryPoolCreateInfo queries{VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO};
        queries.queryType = VK_QUERY_TYPE_TIMESTAMP;
        queries.queryCount = maxDispatchesPerSubmit + 1;
        check(m_api.vkCreateQueryPool(m_device, &queries, nullptr, &slot.queries), "create a query pool");
    }
}

Commands::~Commands()
{
    discard();
    for (Slot& slot : m_slots) {
        m_api.vkDestroyQueryPool(m_device, slot.queries, nullptr);
        m_api.vkDestroyDescriptorPool(m_device, slot.descriptors, nullptr);
        m_api.vkDestroyCommandPool(m_device, slot.pool, nullptr);
    }
    m_api.vkDestroySemaphore(m_device, m_timeline, nullptr);
}

void Commands::waitFor(uint64_t value)
{
    VkSemaphoreWaitInfo wait{VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO};
    wait.semaphoreCount = 1;
    wait.pSemaphores = &m_timeline;
    wait.pValues = &value;
    check(m_api.vkWaitSemaphores(m_device, &wait, UINT64_MAX), "wait for the device");
}

// Takes the measured times of a finished submit and frees what it used.
void Commands::collect(Slot& slot)
{
    if (slot.queries && !slot.timed.empty()) {
        std::vector<uint64_t> ticks(slot.timed.size() + 1);
        check(m_api.vkGetQueryPoolResults(m_device, slot.queries, 0, uint32_t(ticks.size()), ticks.size() * 8,
                  ticks.data(), 8, VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT),
            "read timestamps");
        for (size_t i = 0; i < slot.timed.size(); ++i) {
            const Slot::Timed& timed = slot.timed[i];
            const double nanoseconds =
                ticks[i + 1] > ticks[i] ? double(ticks[i + 1] - ticks[i]) * m_info.limits.timestampNanoseconds : 0;
            timed.pipeline->measure(nanoseconds, timed.work);
            KernelTime& time = m_profile[timed.pipeline->shader];
            ++time.dispatches;
            time.nanoseconds += nanoseconds;
            time.work += timed.work;
        }
    }
    slot.timed.clear();
    for (VkBufferView view : slot.views)
        m_api.vkDestroyBufferView(m_device, view, nullptr);
    slot.views.clear();
}

void Commands::begin()
{
    if (m_recording)
        return;
    Slot& slot = m_slots[m_current];
    waitFor(slot.value);
    collect(slot);
    check(m_api.vkResetCommandPool(m_device, slot.pool, 0), "reset a command pool");
    check(m_api.vkResetDescriptorPool(m_device, slot.descriptors, 0), "reset a descriptor pool");
    VkCommandBufferBeginInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
    info.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    check(m_api.vkBeginCommandBuffer(slot.commands, &info), "record commands");
    m_recording = true;
    m_pendingNanoseconds = 0;
    if (slot.queries) {
        m_api.vkCmdResetQueryPool(slot.commands, slot.queries, 0, maxDispatchesPerSubmit + 1);
        m_api.vkCmdWriteTimestamp(slot.commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, slot.queries, 0);
    }
    // Orders this submit after the one before.
    barrier();
}

void Commands::barrier()
{
    VkMemoryBarrier memory{VK_STRUCTURE_TYPE_MEMORY_BARRIER};
    memory.srcAccessMask = writes;
    memory.dstAccessMask = reads | writes;
    m_api.vkCmdPipelineBarrier(m_slots[m_current].commands, stages, stages, 0, 1, &memory, 0, nullptr, 0, nullptr);
    m_touched.clear();
}

// One barrier at most, before anything of this command is noted: two of its own bindings may overlap.
void Commands::barrierFor(std::span<const Binding> bindings)
{
    const auto touched = [](const Binding& b) {
        const uint64_t begin = b.buffer->range().offset + b.offset;
        return Touched{b.buffer->range().block->buffer, begin, begin + boundBytes(b), b.access != Access::Read};
    };
    const auto conflicts = [&](const Binding& b) {
        const Touched now = touched(b);
        return std::any_of(m_touched.begin(), m_touched.end(), [&](const Touched& t) {
            return t.buffer == now.buffer && t.begin < now.end && now.begin < t.end && (t.written || now.written);
        });
    };
    if (std::any_of(bindings.begin(), bindings.end(), conflicts))
        barrier();
    for (const Binding& b : bindings)
        m_touched.push_back(touched(b));
}

VkBufferView Commands::texelView(const Binding& binding, uint64_t bytes)
{
    VkBufferViewCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_VIEW_CREATE_INFO};
    info.buffer = binding.buffer->range().block->buffer;
    const bool half = binding.kind == BindingKind::TexelF16;
    info.format = half                          ? VK_FORMAT_R16G16B16A16_SFLOAT
        : binding.kind == BindingKind::TexelU32 ? VK_FORMAT_R32G32B32A32_UINT
                                                : VK_FORMAT_R32G32B32A32_SFLOAT;
    info.offset = binding.buffer->range().offset + binding.offset;
    // Ranges are aligned to 256 bytes, so the rest of the last texel belongs to the same range.
    const uint64_t texel = half ? 8 : 16;
    info.range = (bytes + texel - 1) / texel * texel;
    assert(info.range / texel <= m_info.limits.maxTexelElements);
    VkBufferView view = VK_NULL_HANDLE;
    check(m_api.vkCreateBufferView(m_device, &info, nullptr, &view), "create a buffer view");
    m_slots[m_current].views.push_back(view);
    return view;
}

VkDescriptorSet Commands::bind(const Pipeline& pipeline, std::span<const Binding> bindings)
{
    VkDescriptorSetAllocateInfo allocate{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO};
    allocate.descriptorPool = m_slots[m_current].descriptors;
    allocate.descriptorSetCount = 1;
    allocate.pSetLayouts = &pipeline.setLayout;
    VkDescriptorSet set = VK_NULL_HANDLE;
    check(m_api.vkAllocateDescriptorSets(m_device, &allocate, &set), "bind buffers");

    VkDescriptorBufferInfo buffers[maxBindingsPerDispatch];
    VkBufferView views[maxBindingsPerDispatch];
    std::vector<VkWriteDescriptorSet> write;
    for (const Binding& b : bindings) {
        if (b.kind == BindingKind::Address)
            continue;
        const uint32_t number = uint32_t(write.size());
        const uint64_t bytes = boundBytes(b);
        VkWriteDescriptorSet w{VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
        w.dstSet = set;
        w.dstBinding = number;
        w.descriptorCount = 1;
        if (b.kind == BindingKind::Storage) {
            assert(bytes <= m_info.limits.maxStorageRange);
            buffers[number] = {
                b.buffer->range().block->buffer, b.buffer->range().offset + b.offset, (bytes + 3) / 4 * 4};
            w.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
            w.pBufferInfo = &buffers[number];
        } else {
            views[number] = texelView(b, bytes);
            w.descriptorType = VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER;
            w.pTexelBufferView = &views[number];
        }
        write.push_back(w);
    }
    m_api.vkUpdateDescriptorSets(m_device, uint32_t(write.size()), write.data(), 0, nullptr);
    return set;
}

double Commands::predict(const Pipeline& pipeline, double work) const
{
    // Before the first measurement: slow enough that a guess too fast by ten stays harmless.
    const double guess = m_info.family == KernelFamily::Gpu && m_info.type != "CPU" ? 0.01 : 0.5;
    return work * (pipeline.nanosecondsPerWork > 0 ? pipeline.nanosecondsPerWork : guess);
}

void Commands::record(const Dispatch& d, Pipeline& pipeline, VkDescriptorSet set, const uint32_t base[3],
    const uint32_t groups[3], double work)
{
    Slot& slot = m_slots[m_current];
    m_api.vkCmdBindPipeline(slot.commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.handle);
    m_api.vkCmdBindDescriptorSets(
        slot.commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.layout, 0, 1, &set, 0, nullptr);
    if (!d.push.empty())
        m_api.vkCmdPushConstants(
            slot.commands, pipeline.layout, VK_SHADER_STAGE_COMPUTE_BIT, 0, uint32_t(d.push.size()), d.push.data());
    if (base[0] || base[1] || base[2])
        m_api.vkCmdDispatchBase(slot.commands, base[0], base[1], base[2], groups[0], groups[1], groups[2]);
    else // the synchronization checks of the validation layer look at this call only
        m_api.vkCmdDispatch(slot.commands, groups[0], groups[1], groups[2]);
    slot.timed.push_back({&pipeline, work});
    if (slot.queries)
        m_api.vkCmdWriteTimestamp(
            slot.commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, slot.queries, uint32_t(slot.timed.size()));
    m_pendingNanoseconds += predict(pipeline, work);
    if (m_pendingNanoseconds >= submitNanoseconds || slot.timed.size() == maxDispatchesPerSubmit)
        submit();
}

void Commands::dispatch(const Dispatch& d)
{
    assert(d.bindings.size() <= maxBindingsPerDispatch && d.push.size() <= maxPushConstants);
    for (int i = 0; i < 3; ++i)
        assert(d.groups[i] > 0 && d.groups[i] <= m_info.limits.maxGroups[i]);
    BindingKind kinds[maxBindingsPerDispatch];
    for (size_t i = 0; i < d.bindings.size(); ++i)
        kinds[i] = d.bindings[i].kind;
    Pipeline& pipeline = m_pipelines.get(d.shader, d.constants, {kinds, d.bindings.size()});

    const int axis = int(std::max_element(d.groups, d.groups + 3) - d.groups);
    const uint32_t total = d.groups[axis];
    for (uint32_t done = 0; done < total;) {
        begin();
        // Pieces do not wait for each other; those in a new submit are noted again for what follows.
        if (done == 0 || m_touched.empty())
            barrierFor(d.bindings);
        const VkDescriptorSet set = bind(pipeline, d.bindings);
        const double groupTime = predict(pipeline, d.work / total);
        const uint32_t fits = uint32_t(std::clamp(dispatchNanoseconds / std::max(groupTime, 1e-9), 1.0, double(total)));
        uint32_t base[3] = {}, groups[3] = {d.groups[0], d.groups[1], d.groups[2]};
        base[axis] = done;
        groups[axis] = std::min(fits, total - done);
        done += groups[axis];
        record(d, pipeline, set, base, groups, d.work / total * groups[axis]);
    }
}

void Commands::copy(const Buffer& from, uint64_t fromOffset, const Buffer& to, uint64_t toOffset, uint64_t bytes)
{
    begin();
    const Binding touched[] = {{&from, Access::Read, BindingKind::Storage, fromOffset, bytes},
        {&to, Access::Write, BindingKind::Storage, toOffset, bytes}};
    barrierFor(touched);
    const VkBufferCopy region{from.range().offset + fromOffset, to.range().offset + toOffset, bytes};
    m_api.vkCmdCopyBuffer(
        m_slots[m_current].commands, from.range().block->buffer, to.range().block->buffer, 1, &region);
}

void Commands::fillZero(const Buffer& buffer)
{
    begin();
    const Binding touched[] = {{&buffer, Access::Write}};
    barrierFor(touched);
    m_api.vkCmdFillBuffer(m_slots[m_current].commands, buffer.range().block->buffer, buffer.range().offset,
        (buffer.bytes() + 3) / 4 * 4, 0);
}

void Commands::submit()
{
    if (m_stop.stop_requested()) {
        discard();
        throw Error(ErrorKind::Cancelled, "cancelled");
    }
    if (!m_recording)
        return;
    Slot& slot = m_slots[m_current];
    VkMemoryBarrier host{VK_STRUCTURE_TYPE_MEMORY_BARRIER};
    host.srcAccessMask = writes;
    host.dstAccessMask = VK_ACCESS_HOST_READ_BIT;
    m_api.vkCmdPipelineBarrier(slot.commands, stages, VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &host, 0, nullptr, 0, nullptr);
    m_recording = false;
    check(m_api.vkEndCommandBuffer(slot.commands), "record commands");
    const uint64_t value = m_submitted + 1;
    VkTimelineSemaphoreSubmitInfo timeline{VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO};
    timeline.signalSemaphoreValueCount = 1;
    timeline.pSignalSemaphoreValues = &value;
    VkSubmitInfo info{VK_STRUCTURE_TYPE_SUBMIT_INFO, &timeline};
    info.commandBufferCount = 1;
    info.pCommandBuffers = &slot.commands;
    info.signalSemaphoreCount = 1;
    info.pSignalSemaphores = &m_timeline;
    const VkResult result = m_api.vkQueueSubmit(m_queue, 1, &info, VK_NULL_HANDLE);
    if (result != VK_SUCCESS)
        slot.timed.clear(); // its timestamps will never come
    check(result, "submit work to the device");
    m_submitted = value;
    slot.value = value;
    m_current = (m_current + 1) % slotCount;
}

void Commands::finish()
{
    submit();
    waitFor(m_submitted);
    for (Slot& slot : m_slots)
        collect(slot);
}

void Commands::discard() noexcept
{
    if (m_recording) {
        // What was measured of it never ran.
        m_slots[m_current].timed.clear();
        m_api.vkEndCommandBuffer(m_slots[m_current].commands);
        m_recording = false;
    }
    m_touched.clear();
    try {
        waitFor(m_submitted);
        for (Slot& slot : m_slots)
            collect(slot);
    } catch (const Error&) {
        // A lost device has nothing left to wait for.
    }
}

std::vector<KernelTime> Commands::profile() const
{
    std::vector<KernelTime> times;
    for (const auto& [name, time] : m_profile) {
        times.push_back(time);
        times.back().shader = name;
    }
    return times;
}

void Commands::resetProfile()
{
    m_profile.clear();
}

}
