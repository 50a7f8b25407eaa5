#include "inference/diffusion/device_stage.h"
#include "inference/models/lora.h"
#include "inference/nodes/common.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace athanor {

namespace {

// A network with what a LoRA adds, which keeps the network itself and the LoRA in use.
template <class Network> struct WithLora {
    Network network;
    std::shared_ptr<const Network> base;
    std::shared_ptr<const Lora> lora;
};

template <class Network>
std::shared_ptr<const Network> withLora(std::shared_ptr<const Network> base, std::shared_ptr<const Lora> lora,
    const NetworkPatches& patches, double strength)
{
    if (strength == 0)
        return base;
    const auto made = std::make_shared<const WithLora<Network>>(
        WithLora<Network>{withPatches(*base, patches, strength), base, std::move(lora)});
    return {made, &made->network};
}

Value patchedModel(const NodeRun& run, const std::shared_ptr<const Lora>& lora, const NamedLora& applied)
{
    if (!run.has("model"))
        return {};
    ModelValue model = run.input<ModelValue>("model");
    model.net = withLora(model.net, lora, lora->net, applied.strength);
    model.loras.push_back(applied);
    return shared(std::move(model));
}

Value patchedTexts(const NodeRun& run, const std::shared_ptr<const Lora>& lora, double strength)
{
    if (!run.has("text_encoder"))
        return {};
    TextEncoderValue encoder = run.input<TextEncoderValue>("text_encoder");
    for (size_t i = 0; i < encoder.nets.size(); ++i)
        if (auto* clip = std::get_if<ClipNet>(&encoder.nets[i]))
            clip->text = withLora(clip->text, lora, lora->texts[i], strength);
    return shared(std::move(encoder));
}

Values runLoadLora(NodeRun& run)
{
    RunHost& host = run.host;
    const auto* model = run.has("model") ? &run.input<ModelValue>("model") : nullptr;
    const auto* encoder = run.has("text_encoder") ? &run.input<TextEncoderValue>("text_encoder") : nullptr;
    if (!model && !encoder)
        throw Error(ErrorKind::BadArgument, "nothing is linked that the LoRA could change; link a model");
    const std::string path = chosenFile(run, FileKind::Lora);
    std::vector<std::string> warnings;
    const DeviceStage stage(host.gpu(), run.hooks.stop);
    const auto lora = host.models().lora(host.gpu(), modelFile(run, path), model, encoder, loadHooks(run), warnings);
    for (const std::string& warning : warnings)
        run.warn(warning);
    const NamedLora applied{std::filesystem::path(path).stem().string(), run.number("model_strength"),
        encoder ? run.number("text_strength") : 0};
    return {patchedModel(run, lora, applied), patchedTexts(run, lora, applied.textStrength)};
}

}

// ComfyUI's LoraLoader and LoraLoaderModelOnly.
NodeType loadLoraNode()
{
    return {
        .id = "load_lora",
        .title = "Load LoRA",
        .category = "Load",
        .text = "Changes a model a little: towards a style, a person, a thing. Several follow one another.",
        .inputs = {{"model", PortType::Model, "What it changes", true},
            {"text_encoder", PortType::TextEncoder, "The model's, which many change too", true}},
        .params = {{"file", ParamKind::LoraFile, std::string(),
                       "Path of a LoRA, LoCon, LoHa, LoKr or DoRA, or its name in the folder of LoRAs"},
            {"model_strength", ParamKind::Float, 1.0, "Of what it adds to the model; 0 nothing, below 0 the opposite",
                -100, 100, 0.05},
            {"text_strength", ParamKind::Float, 1.0, "Of what it adds to the text encoder", -100, 100, 0.05}},
        .outputs = {{"model", PortType::Model, "The model with it"},
            {"text_encoder", PortType::TextEncoder, "The text encoder with it"}},
        .run = runLoadLora,
    };
}

}
