// InvokeAI since version 3.
#include "inference/formats/formats.h"
#include "inference/formats/settings_reader.h"

#include <cctype>
#include <charconv>
#include <cstdint>

namespace athanor {

namespace {

constexpr const char* invokeSettings = "invokeai_metadata";

bool knowsInvoke(const MetadataSource& source)
{
    return source.texts.contains(invokeSettings);
}

// {"name": …} since version 4, {"model_name": …} before, or the name itself.
std::string invokeModel(const nlohmann::json& model)
{
    if (!model.is_object())
        return settingText(model);
    return settingText(model.value(model.contains("name") ? "name" : "model_name", nlohmann::json()));
}

// It counts the layers left out: 0 for none.
void addInvokeClipSkip(SettingsReader& settings)
{
    const std::string text = settings.take("clip_skip");
    int skipped = 0;
    std::from_chars(text.data(), text.data() + text.size(), skipped);
    if (skipped > 0 && skipped < 100)
        settings.add("Clip skip", std::to_string(skipped + 1));
}

// "word++" and "(two words)1.2" are how it weighs.
bool hasInvokeWeights(std::string_view prompt)
{
    for (size_t i = 0; i + 1 < prompt.size(); ++i) {
        const char next = prompt[i + 1];
        const bool ends =
            i + 2 == prompt.size() || std::string_view(" ,.+-)").find(prompt[i + 2]) != std::string_view::npos;
        if (prompt[i] == ')' && ((next >= '0' && next <= '9') || next == '+' || next == '-'))
            return true;
        if (std::isalnum(uint8_t(prompt[i])) && next == '+' && ends)
            return true;
    }
    return false;
}

Metadata readInvoke(const MetadataSource& source)
{
    Metadata made{"InvokeAI", {}, {}};
    const nlohmann::json json = settingsIn(source.name, invokeSettings, source.text(invokeSettings));
    SettingsReader settings(json, made.info);
    made.info.prompt = settings.take("positive_prompt");
    made.info.negativePrompt = settings.take("negative_prompt");
    settings.move("steps", "Steps");
    settings.move("scheduler", "Sampler");
    settings.move("cfg_scale", "CFG scale");
    settings.move("seed", "Seed");
    settings.moveSize("width", "height");
    settings.add("Model", invokeModel(settings.value("model")));
    settings.add("VAE", invokeModel(settings.value("vae")));
    addInvokeClipSkip(settings);
    if (settings.take("generation_mode").find("img2img") != std::string::npos)
        settings.move("strength", "Denoising strength");
    addStrengthMode(made.info, "share"); // as diffusers
    settings.add("RNG", settings.take("rand_device") == "cpu" ? "CPU" : "NV");
    settings.drop({"app_version"});
    settings.dropIf("cfg_rescale_multiplier", "0");
    settings.keepRest();
    if (hasInvokeWeights(made.info.prompt) || hasInvokeWeights(made.info.negativePrompt))
        made.notes.emplace_back("the prompt has weights in InvokeAI's way, as word++ or (words)1.2, which are read as "
                                "words; write (words:1.2)");
    if (source.texts.contains("invokeai_graph") || source.texts.contains("invokeai_workflow"))
        made.notes.emplace_back("InvokeAI's own graph is not read; the workflow is made of its settings");
    return made;
}

}

MetadataFormat invokeFormat()
{
    return {"InvokeAI", knowsInvoke, readInvoke};
}

}
