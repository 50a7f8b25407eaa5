#include "inference/formats/sampler_names.h"

#include "inference/sampling/names.h"
#include "inference/sampling/samplers.h"

#include <algorithm>
#include <span>

namespace athanor {

namespace {

// Names that are neither ours nor A1111's titles. A1111 1.10, ComfyUI 0.3, stable-diffusion.cpp 2025, InvokeAI 2 to 5,
// Draw Things 1.2025, NovelAI, Easy Diffusion 3, Fooocus 2.5 and SwarmUI 0.9, which have ComfyUI's.
struct OtherSampler {
    std::string_view name, ours, schedule, remark;
};
constexpr OtherSampler otherSamplers[] = {
    {"euler_a", "euler_ancestral", "", ""}, // stable-diffusion.cpp, InvokeAI, Easy Diffusion
    {"euler_k", "euler", "karras", ""}, // InvokeAI
    {"heun_k", "heun", "karras", ""},
    {"dpmpp_2m_k", "dpmpp_2m", "karras", ""},
    {"unipc_k", "unipc", "karras", ""},
    {"dpm++2m", "dpmpp_2m", "", ""}, // stable-diffusion.cpp
    {"k_euler", "euler", "", ""}, // InvokeAI 2, NovelAI
    {"k_euler_a", "euler_ancestral", "", ""},
    {"k_euler_ancestral", "euler_ancestral", "", ""},
    {"k_heun", "heun", "", ""},
    {"k_dpmpp_2m", "dpmpp_2m", "", ""},
    {"ddim_v3", "ddim", "", ""}, // NovelAI
    {"ddim_trailing", "ddim", "simple", ""}, // stable-diffusion.cpp
    {"euler a trailing", "euler_ancestral", "simple", ""}, // Draw Things
    {"dpm++ 2m trailing", "dpmpp_2m", "simple", ""},
    {"ddim trailing", "ddim", "simple", ""},
    {"unipc trailing", "unipc", "simple", ""},
    {"uni_pc_bh2", "unipc", "", ""}, // ComfyUI
    {"uni_pc", "unipc", "", "uni_pc becomes unipc, which is uni_pc_bh2; the picture will differ slightly"},
    {"unipc_tu", "unipc", "", ""}, // Easy Diffusion
    {"unipc_snr", "unipc", "", "unipc_snr becomes unipc with another schedule; the picture will differ slightly"},
};

struct OtherSchedule {
    std::string_view name, ours;
};
constexpr OtherSchedule otherSchedules[] = {
    {"Uniform", "normal"}, // A1111
    {"discrete", "normal"}, // stable-diffusion.cpp
    {"default", "normal"},
    {"native", "normal"}, // NovelAI
    {"trailing", "simple"},
};

struct NoiseName {
    std::string_view name, ours;
};
// The generator of A1111's "GPU" and of torch on CUDA is the one that "NV" imitates.
constexpr NoiseName noiseNames[] = {
    {"CPU", "cpu"}, {"GPU", "philox"}, {"NV", "philox"}, {"cuda", "philox"}, {"philox", "philox"}};

template <class Rows> auto findRow(const Rows& rows, std::string_view name) -> decltype(&rows[0])
{
    const auto at = std::ranges::find_if(rows, [&](const auto& row) { return sameName(row.name, name); });
    return at == std::end(rows) ? nullptr : &*at;
}

template <class Row> std::string_view ownName(std::span<const Row> rows, std::string_view name)
{
    const auto at = std::ranges::find_if(
        rows, [&](const Row& row) { return sameName(row.title, name) || sameName(row.name, name); });
    return at == rows.end() ? std::string_view() : at->name;
}

SamplerName wholeName(std::string_view name)
{
    if (const std::string_view own = ownName(samplers(), name); !own.empty())
        return {own, {}, {}};
    const OtherSampler* other = findRow(otherSamplers, name);
    return other ? SamplerName{other->ours, other->schedule, other->remark} : SamplerName();
}

// The rest of the name in front of a blank or line and that ending; empty if it has another.
std::string_view withoutEnding(std::string_view name, std::string_view ending)
{
    if (name.size() < ending.size() + 2 || !sameName(name.substr(name.size() - ending.size()), ending))
        return {};
    const char before = name[name.size() - ending.size() - 1];
    return before == ' ' || before == '_' ? name.substr(0, name.size() - ending.size() - 1) : std::string_view();
}

}

std::string_view scheduleByName(std::string_view name)
{
    if (const std::string_view own = ownName(schedules(), name); !own.empty())
        return own;
    const OtherSchedule* other = findRow(otherSchedules, name);
    return other ? other->ours : std::string_view();
}

SamplerName samplerByName(std::string_view name)
{
    if (const SamplerName found = wholeName(name); !found.sampler.empty())
        return found;
    const auto inFront = [&](std::string_view ending, std::string_view ours) -> SamplerName {
        const SamplerName found = wholeName(withoutEnding(name, ending));
        return found.sampler.empty() ? found : SamplerName{found.sampler, ours, found.remark};
    };
    for (const Schedule& row : schedules())
        for (const std::string_view ending : {row.title, row.name})
            if (const SamplerName found = inFront(ending, row.name); !found.sampler.empty())
                return found;
    for (const OtherSchedule& row : otherSchedules)
        if (const SamplerName found = inFront(row.name, row.ours); !found.sampler.empty())
            return found;
    return {};
}

std::string_view noiseByName(std::string_view name)
{
    const NoiseName* row = findRow(noiseNames, name);
    return row ? row->ours : std::string_view();
}

}
