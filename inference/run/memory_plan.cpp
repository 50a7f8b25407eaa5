#include "inference/run/memory_plan.h"

#include "inference/values/available_memory.h"
#include "inference/values/resample.h"
#include "inference/weights/families.h"
#include "render/error.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

namespace athanor {

namespace {

std::string mebibytes(uint64_t bytes)
{
    return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB";
}

std::string freeText(uint64_t free)
{
    return free == unknownMemory ? "" : ", " + mebibytes(free) + " are free";
}

// Pixels, of latents too; 0 pictures: not known.
struct BatchSize {
    int64_t pictures = 0;
    Size size;
    bool hasAlpha = false; // a byte a pixel, which only what a file gave has

    uint64_t pixels() const { return uint64_t(pictures) * uint64_t(size.width) * uint64_t(size.height); }
};

// Throws nothing: "" where the batch is not too large.
std::string batchProblem(const BatchSize& batch)
{
    const uint64_t need = batch.pixels() * 3;
    if (need <= maxBatchBytes)
        return {};
    return "a batch of " + std::to_string(batch.pictures) + " pictures of " + std::to_string(batch.size.width) + "×"
        + std::to_string(batch.size.height) + " takes " + mebibytes(need) + " of memory at once; a batch may take "
        + mebibytes(maxBatchBytes) + freeText(availableMemory())
        + ". Choose a smaller batch or size, and run it several times";
}

class MemoryPlanner {
public:
    MemoryPlanner(std::vector<Step>& steps, RunHost& host, uint64_t free)
        : m_steps(steps)
        , m_host(host)
        , m_free(free)
        , m_sizes(steps.size())
        , m_users(steps.size())
    {
        for (const Step& step : steps)
            for (const Feed& feed : step.feeds) {
                ++m_users[feed.source.step];
                m_taken.emplace(feed.source.step, feed.source.output);
            }
    }

    void plan()
    {
        for (size_t i = 0; i < m_steps.size(); ++i) {
            Step& step = m_steps[i];
            if (!step.problem)
                planStep(i);
            for (const Feed& feed : step.feeds)
                if (--m_users[feed.source.step] == 0)
                    m_live -= valueBytes(feed.source.step);
        }
    }

private:
    void planStep(size_t i)
    {
        Step& step = m_steps[i];
        m_sizes[i] = sizeAfter(step);
        const bool givesPictures = std::ranges::any_of(
            step.type->outputs, [](const OutputPort& output) { return output.type == PortType::Image; });
        if (std::string problem = givesPictures ? batchProblem(m_sizes[i]) : ""; !problem.empty()) {
            step.problem = {{}, std::move(problem), int(ErrorKind::OutOfMemory)};
            m_sizes[i] = {};
            return;
        }
        const uint64_t need = m_live + valueBytes(i) + workBytes(step, m_sizes[i]);
        if (need > m_free) {
            step.problem = {{},
                "this needs about " + mebibytes(need) + " of memory for pictures and latents" + freeText(m_free)
                    + "; choose a smaller batch or size, or close other programs",
                int(ErrorKind::OutOfMemory)};
            m_sizes[i] = {};
            return;
        }
        if (m_users[i] > 0)
            m_live += valueBytes(i);
    }

    // Of all that the step gives.
    uint64_t valueBytes(size_t i) const
    {
        uint64_t bytes = 0;
        const BatchSize& batch = m_sizes[i];
        for (size_t index = 0; index < m_steps[i].type->outputs.size(); ++index) {
            const OutputPort& output = m_steps[i].type->outputs[index];
            if (output.type == PortType::Image || output.type == PortType::ControlMap)
                bytes += batch.pixels() * (batch.hasAlpha ? 4 : 3);
            else if (output.type == PortType::Latent)
                bytes += latentBytes(batch);
            else if (output.type == PortType::Mask && batch.pictures > 0 && m_taken.contains({i, index}))
                bytes += uint64_t(batch.size.width * batch.size.height) * sizeof(float);
        }
        return bytes;
    }

    // As long as no model tells: of the usual family.
    static uint64_t latentBytes(const BatchSize& batch)
    {
        const LatentFormat& latent = latentOf({});
        return (batch.pixels() >> 2 * latent.downsamplings) * uint64_t(latent.channels) * sizeof(float);
    }

    // What a step takes besides its value, while it runs.
    uint64_t workBytes(const Step& step, const BatchSize& batch) const
    {
        constexpr uint64_t copies = 10; // noise, guesses and the network's input and output, for both branches
        const uint64_t onePicture = uint64_t(batch.size.width * batch.size.height);
        if (step.type->id == "sample")
            return latentBytes(batch) * copies;
        if (findParam(*step.type, "tiling")) // what runs a VAE
            return onePicture * 3 * sizeof(float) * (batch.pictures > 0);
        if (step.type->category == "Preprocess")
            return onePicture * (sizeBefore(step).hasAlpha ? 4 : 1) * (batch.pictures > 0); // laid on white
        return 0;
    }

    const Param* freeParam(const Step& step, std::string_view name) const
    {
        const bool isFed = std::ranges::find(step.feeds, name, &Feed::port) != step.feeds.end();
        return isFed ? nullptr : findParam(*step.type, name);
    }

    // Nothing where a link brings it.
    std::optional<int64_t> whole(const Step& step, std::string_view name) const
    {
        const Param* param = freeParam(step, name);
        const auto* value = param ? std::get_if<int64_t>(&paramOf(*step.node, *param)) : nullptr;
        return value ? std::optional(*value) : std::nullopt;
    }

    double number(const Step& step, std::string_view name) const
    {
        const Param* param = freeParam(step, name);
        const auto* value = param ? std::get_if<double>(&paramOf(*step.node, *param)) : nullptr;
        return value ? *value : double(whole(step, name).value_or(1));
    }

    // Of the first picture or latent that comes.
    BatchSize sizeBefore(const Step& step, std::string_view port = {}) const
    {
        for (const Feed& feed : step.feeds) {
            const PortType type = feed.input ? feed.input->type : PortType::Any;
            const bool holdsPictures =
                type == PortType::Image || type == PortType::Latent || type == PortType::Any || type == PortType::Mask;
            if (feed.input && holdsPictures && (port.empty() || port == feed.port)
                && m_sizes[feed.source.step].pictures > 0)
                return m_sizes[feed.source.step];
        }
        return {};
    }

    BatchSize emptyLatent(const Step& step) const
    {
        const auto width = whole(step, "width"), height = whole(step, "height"), batch = whole(step, "batch");
        return width && height && batch ? BatchSize{*batch, {*width, *height}} : BatchSize{};
    }

    BatchSize loaded(const Step& step) const
    {
        const Param* param = freeParam(step, "file");
        const auto* name = param ? std::get_if<std::string>(&paramOf(*step.node, *param)) : nullptr;
        try {
            if (const auto size = name ? m_host.pictureSize(m_host.resolve(FileKind::Image, *name)) : std::nullopt)
                return {1, {size->width, size->height}, size->hasAlpha};
        } catch (const Error&) { // the step will tell
        }
        return {};
    }

    BatchSize scaled(const Step& step, BatchSize batch) const
    {
        const auto width = whole(step, "width"), height = whole(step, "height");
        if (!width || !height || batch.pictures == 0)
            return {};
        batch.size = wantedSize(batch.size, {*width, *height}, number(step, "factor"));
        return batch;
    }

    BatchSize padded(const Step& step, BatchSize batch) const
    {
        for (const char* side : {"left", "right"})
            batch.size.width += whole(step, side).value_or(0);
        for (const char* side : {"top", "bottom"})
            batch.size.height += whole(step, side).value_or(0);
        return batch;
    }

    BatchSize sizeAfter(const Step& step) const
    {
        const std::string_view id = step.type->id;
        BatchSize batch = sizeBefore(step);
        batch.hasAlpha = false;
        if (id == "empty_latent")
            return emptyLatent(step);
        if (id == "load_image")
            return loaded(step);
        if (id == "resize_image" || id == "scale_latent")
            return scaled(step, batch);
        if (batch.pictures == 0)
            return {};
        if (id == "repeat_image" || id == "repeat_latent")
            batch.pictures *= whole(step, "amount").value_or(1);
        if (id == "batch_images")
            batch.pictures += sizeBefore(step, "image2").pictures;
        if (id == "pad_image")
            batch = padded(step, batch);
        if (id == "crop_image") {
            batch.size.width = std::min(batch.size.width, whole(step, "width").value_or(1));
            batch.size.height = std::min(batch.size.height, whole(step, "height").value_or(1));
        }
        return batch;
    }

    std::vector<Step>& m_steps;
    RunHost& m_host;
    const uint64_t m_free;
    std::vector<BatchSize> m_sizes; // of what each step gives
    std::vector<size_t> m_users; // steps to come that need it
    std::set<std::pair<size_t, size_t>> m_taken; // steps and their outputs that a link leads from
    uint64_t m_live = 0;
};

}

void requireBatchMemory(int64_t pictures, int64_t width, int64_t height)
{
    if (std::string problem = batchProblem({pictures, {width, height}}); !problem.empty())
        throw Error(ErrorKind::OutOfMemory, problem);
}

void planMemory(std::vector<Step>& steps, RunHost& host, uint64_t free)
{
    MemoryPlanner(steps, host, free).plan();
}

}
