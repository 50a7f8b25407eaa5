#include "inference/pipeline/infotext_graph.h"

#include "inference/pipeline/infotext_controls.h"

#include "inference/pipeline/comfyui_api.h"
#include "inference/sampling/names.h"
#include "inference/sampling/samplers.h"
#include "inference/weights/printable.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace athanor {

namespace {

using Params = std::map<std::string, ParamValue>;

struct A1111Schedule {
    std::string_view title, ours;
};
constexpr A1111Schedule otherSchedules[] = {{"Uniform", "normal"}};
// The samplers here whose "Automatic" schedule is not A1111's "Uniform".
constexpr std::string_view karrasByItself[] = {"dpmpp_2m"};

struct LatentUpscaler {
    std::string_view title, method;
};
constexpr LatentUpscaler latentUpscalers[] = {{"Latent", "bilinear"}, {"Latent (antialiased)", "bilinear"},
    {"Latent (bicubic)", "bicubic"}, {"Latent (bicubic antialiased)", "bicubic"}, {"Latent (nearest)", "nearest-exact"},
    {"Latent (nearest-exact)", "nearest-exact"}};

constexpr std::string_view silent[] = {
    "Version", "Model hash", "VAE hash", "Batch size", "Batch pos", "User", "Hashes"};

template <class Row> const Row* findTitle(std::span<const Row> rows, std::string_view title)
{
    const auto at = std::ranges::find_if(
        rows, [&](const Row& row) { return sameName(row.title, title) || sameName(row.name, title); });
    return at == rows.end() ? nullptr : &*at;
}

template <class Number> std::optional<Number> numberIn(std::string_view text)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(double(number)))
        return {};
    return number;
}

std::optional<std::pair<int64_t, int64_t>> sizeIn(std::string_view text)
{
    const size_t x = text.find('x');
    if (x == text.npos)
        return {};
    const auto width = numberIn<int64_t>(text.substr(0, x)), height = numberIn<int64_t>(text.substr(x + 1));
    return width && height ? std::optional(std::pair(*width, *height)) : std::nullopt;
}

class Maker {
public:
    explicit Maker(std::string_view text)
        : m_info(readInfotext(text))
    {
        m_made.graph.foreign = Json{{"parameters", text}}.dump(-1, ' ', false, Json::error_handler_t::replace);
    }

    LoadedWorkflow make()
    {
        const Params sampling = samplingParams();
        const NodeId checkpoint = add("load_checkpoint", "", {{"file", std::string(take("Model"))}});
        const PortRef vae = vaeOutput(checkpoint);
        const PortRef encoder = encoderOutput(checkpoint);
        const NodeId positive = add("encode_prompt", "Prompt", {{"text", m_info.prompt}});
        const NodeId negative = add("encode_prompt", "Negative prompt", {{"text", m_info.negativePrompt}});
        const NodeId first = add("sample", "", sampling);
        for (const NodeId prompt : {positive, negative})
            link(encoder, {prompt, "text_encoder"});
        const Steering steering = controlled({{positive, "conditioning"}, {negative, "conditioning"}});
        const auto steer = [&](NodeId sample) {
            link({checkpoint, "model"}, {sample, "model"});
            link(steering.positive, {sample, "positive"});
            link(steering.negative, {sample, "negative"});
        };
        steer(first);
        link({add("empty_latent", "", latentParams()), "latent"}, {first, "latent"});
        NodeId last = first;
        if (const auto larger = upscaled(first, vae)) {
            last = add("sample", "Second pass", secondPass(sampling));
            steer(last);
            link(*larger, {last, "latent"});
        } else {
            tellOfStrength();
        }
        const NodeId save = add("save_image", "", {});
        link(decoded({last, "latent"}, vae), {save, "image"});
        tellOfTheRest();
        layOut(m_made.graph);
        return std::move(m_made);
    }

private:
    std::string_view take(std::string_view field)
    {
        m_used.emplace_back(field);
        return fieldValue(m_info, field);
    }

    void warn(const std::string& text) { m_made.warnings.push_back(text); }

    NodeId add(const char* type, const char* title, Params params)
    {
        const NodeId id = m_made.graph.nextId++;
        Node node;
        node.type = type;
        node.title = title;
        node.params = std::move(params);
        m_made.graph.nodes.emplace(id, std::move(node));
        return id;
    }

    void link(const PortRef& from, const PortRef& to)
    {
        m_made.graph.links.emplace(m_made.graph.nextId++, Link{from, to});
    }

    // Sets a parameter to the number of the field, if there is one.
    template <class Number> void set(Params& params, const char* param, std::string_view field)
    {
        const std::string_view text = take(field);
        if (const auto number = numberIn<Number>(text))
            params[param] = *number;
        else if (!text.empty())
            warn(std::string(field) + " is " + printable(text, 40) + ", no number; the usual one is taken");
    }

    Params samplingParams()
    {
        Params params;
        set<int64_t>(params, "steps", "Steps");
        set<double>(params, "cfg", "CFG scale");
        set<int64_t>(params, "start_step", "Start step");
        set<int64_t>(params, "end_step", "End step");
        set<double>(params, "eta", "Eta");
        const std::string_view seed = take("Seed");
        if (const auto number = numberIn<uint64_t>(seed))
            params["seed"] = wholeValue(*number);
        else if (!seed.empty())
            warn("Seed is " + printable(seed, 40) + ", no whole number; 0 is taken");
        setSampler(params);
        params["noise"] = std::string(take("RNG") == "CPU" ? "cpu" : "philox"); // without the field: as a GPU makes it
        return params;
    }

    // "DPM++ 2M", or with its schedule behind it as before A1111 1.9: "DPM++ 2M Karras".
    void setSampler(Params& params)
    {
        std::string_view title = take("Sampler"), schedule = take("Schedule type");
        const Sampler* sampler = findTitle(samplers(), title);
        for (const Schedule& row : schedules())
            if (!sampler && title.size() > row.title.size()
                && sameName(title.substr(title.size() - row.title.size()), row.title)) {
                sampler = findTitle(samplers(), title.substr(0, title.size() - row.title.size() - 1));
                schedule = sampler ? row.title : schedule;
            }
        if (sampler)
            params["sampler"] = std::string(sampler->name);
        else if (!title.empty()) {
            params["sampler"] = std::string(title);
            warn("the sampler " + printable(title, 40) + " is not known here; choose another");
        }
        setSchedule(params, schedule, sampler);
    }

    void setSchedule(Params& params, std::string_view title, const Sampler* sampler)
    {
        const auto other = std::ranges::find(otherSchedules, title, &A1111Schedule::title);
        if (title.empty() || title == "Automatic")
            params["schedule"] = std::string(
                sampler && std::ranges::find(karrasByItself, sampler->name) != std::end(karrasByItself) ? "karras"
                                                                                                        : "normal");
        else if (const Schedule* schedule = findTitle(schedules(), title))
            params["schedule"] = std::string(schedule->name);
        else if (other != std::end(otherSchedules))
            params["schedule"] = std::string(other->ours);
        else {
            params["schedule"] = std::string(title);
            warn("the schedule " + printable(title, 40) + " is not known here; choose another");
        }
    }

    Params latentParams()
    {
        const std::string_view text = take("Size");
        const auto size = sizeIn(text);
        if (!size && !text.empty())
            warn("Size is " + printable(text, 40) + ", not as 512x768; 512x512 is taken");
        return size ? Params{{"width", size->first}, {"height", size->second}, {"batch", int64_t(1)}} : Params{};
    }

    PortRef vaeOutput(NodeId checkpoint)
    {
        const std::string_view name = take("VAE");
        if (name.empty() || name == "None" || name == "Automatic")
            return {checkpoint, "vae"};
        return {add("load_vae", "", {{"file", std::string(name)}}), "vae"};
    }

    PortRef encoderOutput(NodeId checkpoint)
    {
        Params params;
        set<int64_t>(params, "layer", "Clip skip");
        if (params.empty() || params.at("layer") == ParamValue(int64_t(1)))
            return {checkpoint, "text_encoder"};
        const NodeId skip = add("set_clip_skip", "", params);
        link({checkpoint, "text_encoder"}, {skip, "text_encoder"});
        return {skip, "text_encoder"};
    }

    struct Steering {
        PortRef positive, negative;
    };

    // By the ControlNets, one after another. Their pictures are not in the text.
    Steering controlled(Steering steering)
    {
        for (const ControlUnit& unit : controlUnits(m_info)) {
            m_used.push_back(unit.field);
            PortRef map{add("load_image", ("Picture of " + unit.field).c_str(), {}), "image"};
            if (!unit.preprocessor.empty()) {
                const NodeId preprocess = add(unit.preprocessor.c_str(), "", unit.preprocessorParams);
                link(map, {preprocess, "image"});
                map = {preprocess, "image"};
            }
            const NodeId net = add("load_controlnet", "", {{"file", unit.model}});
            const NodeId apply = add("apply_controlnet", unit.field.c_str(), unit.applyParams);
            link(steering.positive, {apply, "positive"});
            link(steering.negative, {apply, "negative"});
            link({net, "control_net"}, {apply, "control_net"});
            link(map, {apply, "image"});
            steering = {{apply, "positive"}, {apply, "negative"}};
            warn(unit.field + ": choose its picture, which the text does not hold");
            for (const std::string& warning : unit.warnings)
                warn(warning);
        }
        return steering;
    }

    PortRef decoded(const PortRef& latent, const PortRef& vae)
    {
        const NodeId decode = add("decode_latent", "", {});
        link(latent, {decode, "latent"});
        link(vae, {decode, "vae"});
        return {decode, "image"};
    }

    // The first pass's latent in the size of the second; nothing if there is none.
    std::optional<PortRef> upscaled(NodeId first, const PortRef& vae)
    {
        Params params;
        set<double>(params, "factor", "Hires upscale");
        const auto size = sizeIn(take("Hires resize"));
        const std::string_view upscaler = take("Hires upscaler");
        if (params.empty() && !size)
            return {};
        params["width"] = size ? size->first : int64_t(0);
        params["height"] = size ? size->second : int64_t(0);
        const auto row = std::ranges::find(latentUpscalers, upscaler, &LatentUpscaler::title);
        if (upscaler.empty() || row != std::end(latentUpscalers)) {
            params["method"] = std::string(upscaler.empty() ? "bilinear" : row->method);
            const NodeId scale = add("scale_latent", "", params);
            link({first, "latent"}, {scale, "latent"});
            return PortRef{scale, "latent"};
        }
        if (upscaler != "Lanczos")
            warn("the upscaler " + printable(upscaler, 40) + " is not known here; the picture is resized instead");
        params["method"] = std::string("lanczos");
        const NodeId resize = add("resize_image", "", params), encode = add("encode_image", "", {});
        link(decoded({first, "latent"}, vae), {resize, "image"});
        link({resize, "image"}, {encode, "image"});
        link(vae, {encode, "vae"});
        return PortRef{encode, "latent"};
    }

    // A1111 walks all of "Hires steps", but of the first pass's steps only the share that the strength says.
    Params secondPass(Params params)
    {
        set<double>(params, "strength", "Denoising strength");
        Params steps;
        set<int64_t>(steps, "steps", "Hires steps");
        const bool own = !steps.empty() && steps.at("steps") != ParamValue(int64_t(0));
        if (own)
            params["steps"] = steps.at("steps");
        params["strength_mode"] = std::string(own ? "all" : "share");
        return params;
    }

    void tellOfStrength()
    {
        if (const std::string_view strength = take("Denoising strength"); !strength.empty() && strength != "1")
            warn("it was made from another picture, with a denoising strength of " + printable(strength, 40)
                + "; without that picture it opens as text to image");
    }

    void tellOfTheRest()
    {
        std::string rest;
        for (const auto& [name, value] : m_info.fields)
            if (std::ranges::find(m_used, name) == m_used.end() && std::ranges::find(silent, name) == std::end(silent)
                && rest.size() < 200)
                rest += (rest.empty() ? "" : ", ") + printable(name, 40);
        if (!rest.empty())
            warn("not taken over: " + rest);
    }

    const Infotext m_info;
    std::vector<std::string> m_used; // fields
    LoadedWorkflow m_made;
};

}

LoadedWorkflow infotextWorkflow(std::string_view text)
{
    return Maker(text).make();
}

}
