#include "render/kernels/launch.h"

namespace athanor {

namespace {

struct Push {
    uint32_t xFirst, yFirst;
    uint32_t chunkFirst, chunks;
    uint32_t chunksPerImage, chunkPixels, pixels;
    uint32_t channels;
    uint32_t groupChannels;
    float epsilon;
};

struct Plan {
    GroupNorm shape;
    uint32_t width;
    uint32_t chunkPixels = 0, chunksPerImage = 0;

    uint64_t chunkCount() const { return shape.images * chunksPerImage; }
    uint64_t momentBytes() const { return chunkCount() * shape.channels * 2 * sizeof(float); }
    // As the shader counts: first pixel of a chunk, over all images.
    uint64_t firstPixel(uint64_t chunk) const
    {
        return chunk / chunksPerImage * shape.pixels + chunk % chunksPerImage * chunkPixels;
    }
    Push push() const
    {
        return {0, 0, 0, 0, chunksPerImage, chunkPixels, uint32_t(shape.pixels), uint32_t(shape.channels / width),
            uint32_t(shape.channels / shape.groups), shape.epsilon};
    }
};

// Chunks small enough to give every core work, large enough that their moments are few and can be bound at once.
Plan planFor(const DeviceInfo& info, const GroupNorm& shape)
{
    constexpr uint64_t wantedChunks = 64;
    Plan plan{shape, widthFor(shape.channels)};
    plan.chunkPixels = uint32_t(std::clamp<uint64_t>(shape.pixels / wantedChunks, 16, 128));
    for (;; plan.chunkPixels *= 2) {
        plan.chunksPerImage = uint32_t((shape.pixels + plan.chunkPixels - 1) / plan.chunkPixels);
        if (plan.chunksPerImage == 1 || plan.momentBytes() <= maxWindowBytes(info))
            return plan;
    }
}

// piece(first, count, firstElement, elements) over all chunks, each piece within what can be bound and dispatched.
template <class Piece> void forChunks(const DeviceInfo& info, const Plan& plan, DType type, Piece piece)
{
    const uint64_t channels = plan.shape.channels;
    const uint64_t step = itemsAtOnce(info, plan.chunkCount(), plan.chunkPixels * channels * elementBytes(type),
        info.limits.maxGroups[0] * groupSize / (channels / plan.width));
    for (uint64_t chunk = 0; chunk < plan.chunkCount(); chunk += step) {
        const uint64_t part = std::min(step, plan.chunkCount() - chunk);
        const uint64_t first = plan.firstPixel(chunk) * channels;
        piece(chunk, part, first, plan.firstPixel(chunk + part) * channels - first);
    }
}

void launchMoments(Operand x, const Buffer& moments, const Plan& plan)
{
    Gpu& gpu = x.buffer->gpu();
    const std::string shader = variant("group_norm_moments", {x.type}, plan.width);
    forChunks(gpu.info(), plan, x.type, [&](uint64_t chunk, uint64_t chunks, uint64_t first, uint64_t count) {
        const Window from = window(x, Access::Read, first, count, plan.width);
        Push push = plan.push();
        push.xFirst = from.first;
        push.chunkFirst = uint32_t(chunk);
        push.chunks = uint32_t(chunks);
        const Binding bindings[] = {from.binding, {&moments, Access::Write}};
        gpu.commands().dispatch(
            {shader, {}, bindings, pushBytes(push), {groupsFor(chunks * push.channels), 1, 1}, double(count)});
    });
}

void launchMerge(const Buffer& moments, Operand weight, const Buffer& factors, const Plan& plan)
{
    Push push = plan.push();
    push.channels = uint32_t(plan.shape.channels);
    const Binding bindings[] = {{&moments, Access::Read}, {weight.buffer, Access::Read}, {&factors, Access::Write}};
    moments.gpu().commands().dispatch({"group_norm_merge", {}, bindings, pushBytes(push),
        {uint32_t(plan.shape.images * plan.shape.groups), 1, 1}, double(plan.chunkCount() * plan.shape.channels)});
}

void launchApply(Operand x, const Buffer& factors, Operand bias, Operand y, const Plan& plan)
{
    Gpu& gpu = x.buffer->gpu();
    const std::string shader = variant("group_norm_apply", {x.type}, plan.width);
    const uint32_t silu = plan.shape.silu;
    forChunks(gpu.info(), plan, x.type, [&](uint64_t chunk, uint64_t chunks, uint64_t first, uint64_t count) {
        const Window from = window(x, Access::Read, first, count, plan.width);
        const Window to = window(y, Access::Write, first, count, plan.width);
        Push push = plan.push();
        push.xFirst = from.first;
        push.yFirst = to.first;
        push.chunkFirst = uint32_t(chunk);
        push.chunks = uint32_t(chunks);
        const Binding bindings[] = {from.binding, {&factors, Access::Read}, {bias.buffer, Access::Read}, to.binding};
        gpu.commands().dispatch({shader, std::span(&silu, 1), bindings, pushBytes(push),
            {groupsFor(chunks * push.channels), 1, 1}, double(count)});
    });
}

}

void groupNorm(Operand x, Operand weight, Operand bias, Operand y, const GroupNorm& shape)
{
    assert(shape.channels % shape.groups == 0);
    Gpu& gpu = x.buffer->gpu();
    const Plan plan = planFor(gpu.info(), shape);
    const Buffer moments(gpu, MemoryUse::Activations, plan.momentBytes());
    const Buffer factors(gpu, MemoryUse::Activations, shape.images * shape.channels * 2 * sizeof(float));
    launchMoments(x, moments, plan);
    launchMerge(moments, weight, factors, plan);
    launchApply(x, factors, bias, y, plan);
}

}
