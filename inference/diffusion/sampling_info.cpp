#include "inference/diffusion/sampling_info.h"

#include "inference/diffusion/control.h"
#include "inference/program.h"
#include "inference/sampling/names.h"
#include "inference/sampling/samplers.h"
#include "inference/text/lora_tags.h"

#include <algorithm>

namespace athanor {

namespace {

// In the words of A1111's ControlNet extension.
std::string controlInfo(const AppliedControl& control)
{
    constexpr const char* modes[] = {
        "Balanced", "My prompt is more important", "ControlNet is more important", "Guess mode"};
    constexpr const char* fits[] = {"Just Resize", "Crop and Resize", "Resize and Fill"};
    return "Model: " + control.name + (control.hash.empty() ? "" : " [" + control.hash + "]")
        + ", Weight: " + numberText(control.strength) + ", Resize Mode: " + fits[size_t(control.fit)]
        + ", Guidance Start: " + numberText(control.start) + ", Guidance End: " + numberText(control.end)
        + ", Control Mode: " + modes[size_t(control.mode)];
}

// "<lora:name:0.8>", or, with the text encoder's strength first, "<lora:name:0.5:0.8>".
std::string loraTag(const NamedLora& lora)
{
    std::string name = lora.name;
    std::ranges::replace_if(
        name, [](char c) { return c == ':' || c == '<' || c == '>'; }, '_');
    std::string tag = "<lora:" + name + ':' + numberText(lora.textStrength);
    if (lora.strength != lora.textStrength)
        tag += ':' + numberText(lora.strength);
    return tag + '>';
}

}

Infotext pictureInfo(const SampleInputs& inputs, const SampleOptions& o, int64_t index)
{
    const int shift = inputs.latent.downsamplings;
    // Tags of the prompt itself did nothing.
    Infotext info{takeLoraTags(inputs.positive.prompt).prompt, inputs.negative ? inputs.negative->prompt : "", {}};
    const auto add = [&](const char* name, std::string value) { info.fields.emplace_back(name, std::move(value)); };
    add("Steps", std::to_string(o.steps));
    add("Sampler", std::string(findSampler(o.sampler).title));
    add("Schedule type", std::string(findSchedule(o.schedule).title));
    add("CFG scale", numberText(o.cfg));
    add("Seed", std::to_string(o.seed + (o.oneSeed ? 0 : uint64_t(index))));
    if (o.oneSeed && inputs.latent.images > 1) {
        add("Batch size", std::to_string(inputs.latent.images));
        add("Batch pos", std::to_string(index));
    }
    add("Size", std::to_string(inputs.latent.width << shift) + 'x' + std::to_string(inputs.latent.height << shift));
    add("Model hash", inputs.model.hash);
    add("Model", inputs.model.name);
    if (inputs.latent.values || o.strength != 1)
        add("Denoising strength", numberText(o.strength));
    if (o.strength != 1) // programs do not agree on what a strength leaves of the steps
        add("Strength mode", std::string(nameOf(o.strengthMode)));
    if (o.startStep > 0)
        add("Start step", std::to_string(o.startStep));
    if (o.endStep < o.steps)
        add("End step", std::to_string(o.endStep));
    if (inputs.positive.encoder.clipSkip != 1)
        add("Clip skip", std::to_string(inputs.positive.encoder.clipSkip));
    for (const NamedLora& lora : inputs.model.loras)
        info.prompt += (info.prompt.empty() ? "" : " ") + loraTag(lora);
    if (o.eta)
        add("Eta", numberText(*o.eta));
    for (size_t i = 0; i < inputs.positive.controls.size(); ++i)
        add(("ControlNet " + std::to_string(i)).c_str(), controlInfo(*inputs.positive.controls[i]));
    add("RNG", o.noise == NoiseKind::Philox ? "NV" : "CPU");
    add("Version", std::string("Athanor ") + programVersion());
    return info;
}

void nameVae(Infotext& info, const std::string& name)
{
    if (name.empty())
        return;
    const auto model = std::ranges::find(info.fields, "Model", &std::pair<std::string, std::string>::first);
    info.fields.insert(model == info.fields.end() ? model : model + 1, {"VAE", name});
}

}
