#include "inference/formats/infotext_graph.h"

#include "inference/formats/infotext_controls.h"

#include "inference/formats/lora_nodes.h"
#include "inference/formats/sampler_names.h"
#include "inference/graph/lay_out.h"
#include "inference/graph/strength_mode.h"
#include "inference/sampling/names.h"
#include "inference/sampling/samplers.h"
#include "inference/weights/json_value.h"
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
    Maker(const Metadata& made, const MetadataTexts& texts)
        : m_info(made.info)
    {
        m_made.warnings = made.notes;
        m_made.graph.foreign = Json(texts).dump(-1, ' ', false, Json::error_handler_t::replace);
    }

    LoadedWorkflow make()
    {
        Params sampling = samplingParams();
        const bool isFromPicture = setStrength(sampling);
        const NodeId checkpoint = add("load_checkpoint", "", {{"file", std::string(take("Model"))}});
        const PortRef vae = vaeOutput(checkpoint);
        const PromptAndLoras words = takeLoraTags(m_info.prompt);
        take("Lora hashes");
        const PortRef model{addLoras(m_made.graph, checkpoint, words.loras), "model"};
        const PortRef encoder = encoderOutput({model.node, "text_encoder"});
        const NodeId positive = add("encode_prompt", "Prompt", {{"text", words.prompt}});
        const NodeId negative = add("encode_prompt", "Negative prompt", {{"text", m_info.negativePrompt}});
        const NodeId first = add("sample", "", sampling);
        for (const NodeId prompt : {positive, negative})
            link(encoder, {prompt, "text_encoder"});
        const Steering steering = controlled({{positive, "conditioning"}, {negative, "conditioning"}});
        const auto steer = [&](NodeId sample) {
            link(model, {sample, "model"});
            link(steering.positive, {sample, "positive"});
            link(steering.negative, {sample, "negative"});
        };
        steer(first);
        link(isFromPicture ? pictureLatent(vae) : PortRef{add("empty_latent", "", latentParams()), "latent"},
            {first, "latent"});
        NodeId last = first;
        if (const auto larger = upscaled(first, vae)) {
            last = add("sample", "Second pass", secondPass(sampling));
            steer(last);
            link(*larger, {last, "latent"});
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
        const std::string_view seed = take("Seed");
        if (const auto number = numberIn<uint64_t>(seed))
            params["seed"] = wholeValue(*number);
        else if (!seed.empty())
            warn("Seed is " + printable(seed, 40) + ", no whole number; 0 is taken");
        setSampler(params);
        setNoise(params);
        return params;
    }

    // Without the field as a GPU makes it.
    void setNoise(Params& params)
    {
        const std::string_view text = take("RNG"), known = noiseByName(text);
        params["noise"] = std::string(known.empty() ? "philox" : known);
        if (known.empty() && !text.empty())
            warn("the noise of RNG " + printable(text, 40) + " is not known here; philox, as a GPU makes it, is taken");
    }

    void setSampler(Params& params)
    {
        const std::string_view title = take("Sampler"), schedule = take("Schedule type");
        const SamplerName known = samplerByName(title);
        if (!known.remark.empty())
            warn(std::string(known.remark));
        if (!known.sampler.empty())
            params["sampler"] = std::string(known.sampler);
        else if (!title.empty()) {
            params["sampler"] = std::string(title);
            warn("the sampler " + printable(title, 40) + " is not known here; choose another");
        }
        setSchedule(params, schedule.empty() ? known.schedule : schedule, known.sampler);
        setEta(params, known.sampler);
    }

    void setSchedule(Params& params, std::string_view title, std::string_view sampler)
    {
        const std::string_view known = scheduleByName(title);
        if (title.empty() || title == "Automatic")
            params["schedule"] = std::string(
                std::ranges::find(karrasByItself, sampler) != std::end(karrasByItself) ? "karras" : "normal");
        else if (!known.empty())
            params["schedule"] = std::string(known);
        else {
            params["schedule"] = std::string(title);
            warn("the schedule " + printable(title, 40) + " is not known here; choose another");
        }
    }

    // Of a sampler that has one; of another it says nothing where it is the sampler's own.
    void setEta(Params& params, std::string_view name)
    {
        const char* field = !fieldValue(m_info, "Eta DDIM").empty() && name == "ddim" ? "Eta DDIM" : "Eta";
        set<double>(params, "eta", field);
        const auto all = samplers();
        const auto sampler = std::ranges::find(all, name, &Sampler::name);
        const auto eta = params.find("eta");
        if (sampler == all.end() || eta == params.end() || sampler->etaIsAdjustable)
            return;
        if (eta->second != ParamValue(sampler->eta))
            warn(std::string(field) + " is " + printable(fieldValue(m_info, field), 40) + ", but the sampler "
                + std::string(sampler->title) + " has none; it is left out");
        params.erase(eta);
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

    PortRef encoderOutput(const PortRef& whole)
    {
        Params params;
        set<int64_t>(params, "layer", "Clip skip");
        if (params.empty() || params.at("layer") == ParamValue(int64_t(1)))
            return whole;
        const NodeId skip = add("set_clip_skip", "", params);
        link(whole, {skip, "text_encoder"});
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

    // A1111 walks all of "Hires steps", or as many as in the first pass, over less noise.
    Params secondPass(Params params)
    {
        set<double>(params, "strength", "Denoising strength");
        Params steps;
        set<int64_t>(steps, "steps", "Hires steps");
        if (!steps.empty() && steps.at("steps") != ParamValue(int64_t(0)))
            params["steps"] = steps.at("steps");
        params["strength_mode"] = std::string("all");
        return params;
    }

    // Whether it began with another picture: a strength below 1, and not that of a second pass.
    bool setStrength(Params& params)
    {
        for (const char* field : {"Hires upscale", "Hires resize"})
            if (!fieldValue(m_info, field).empty())
                return false;
        Params strength;
        set<double>(strength, "strength", "Denoising strength");
        const std::string_view mode = take("Strength mode");
        if (strength.empty() || std::get<double>(strength.at("strength")) >= 1)
            return false;
        params["strength"] = strength.at("strength");
        const bool isOurs = fieldValue(m_info, "Version").starts_with("Athanor ");
        const auto names = strengthModeNames();
        const bool isKnown = std::ranges::find(names, mode) != names.end();
        params["strength_mode"] = std::string(isKnown ? mode : isOurs ? "share" : "a1111");
        return true;
    }

    // That of the picture, in the size of the result.
    PortRef pictureLatent(const PortRef& vae)
    {
        PortRef image{add("load_image", "Picture it was made from", {}), "image"};
        warn("it was made from another picture, which the text does not hold: choose it");
        if (Params size = latentParams(); !size.empty()) {
            size.erase("batch");
            size["method"] = std::string("lanczos");
            const NodeId resize = add("resize_image", "", size);
            link(image, {resize, "image"});
            image = {resize, "image"};
        }
        const NodeId encode = add("encode_image", "", {});
        link(image, {encode, "image"});
        link(vae, {encode, "vae"});
        return {encode, "latent"};
    }

    void tellOfTheRest()
    {
        constexpr std::string_view front = "\nSteps:";
        for (const auto& [name, prompt] :
            {std::pair("the prompt", &m_info.prompt), std::pair("the negative prompt", &m_info.negativePrompt)})
            if (const size_t at = ('\n' + *prompt).find(front); at != std::string::npos)
                warn(std::string(name) + " has a line that looks like settings, " + inQuotes(prompt->substr(at), 200)
                    + "; the last such line is taken for them");
        if (const std::string_view lost = take(notUnderstoodField); !lost.empty())
            warn("not understood: " + inQuotes(lost, 200));
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
    return metadataWorkflow(readTextMetadata(text), {{"parameters", std::string(text)}});
}

LoadedWorkflow metadataWorkflow(const Metadata& made, const MetadataTexts& texts)
{
    return Maker(made, texts).make();
}

}
