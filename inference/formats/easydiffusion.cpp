#include "inference/formats/formats.h"
#include "inference/formats/settings_reader.h"

#include <algorithm>

namespace athanor {

namespace {

constexpr const char* easyDiffusionKeys[] = {"num_inference_steps", "guidance_scale", "use_stable_diffusion_model"};

// In PNG each setting is a text of its own; elsewhere they are one JSON object.
bool knowsEasyDiffusion(const MetadataSource& source)
{
    return std::ranges::any_of(easyDiffusionKeys, [&](const char* key) {
        return (source.texts.contains(key) && source.texts.contains("prompt"))
            || (source.json.is_object() && source.json.contains(key) && source.json.contains("prompt"));
    });
}

// Keywords of the PNG specification, which are not settings.
bool isOfPng(std::string_view key)
{
    constexpr std::string_view keys[] = {"Author", "Comment", "Copyright", "Creation Time", "Description", "Disclaimer",
        "Software", "Source", "Title", "Warning", "XML:com.adobe.xmp"};
    return std::ranges::find(keys, key) != std::end(keys);
}

Metadata readEasyDiffusion(const MetadataSource& source)
{
    Metadata made{"Easy Diffusion", {}, {}};
    nlohmann::json json = source.json;
    if (!json.is_object())
        for (const auto& [key, text] : source.texts)
            if (!isOfPng(key))
                json[key] = text;
    SettingsReader settings(json, made.info);
    made.info.prompt = settings.take("prompt");
    made.info.negativePrompt = settings.take("negative_prompt");
    settings.move("num_inference_steps", "Steps");
    settings.move("sampler_name", "Sampler");
    settings.move("scheduler_name", "Schedule type");
    settings.move("guidance_scale", "CFG scale");
    settings.move("seed", "Seed");
    settings.moveSize("width", "height");
    settings.move("use_stable_diffusion_model", "Model");
    for (const char* none : {"", "None"})
        settings.dropIf("use_vae_model", none);
    if (const std::string vae = settings.take("use_vae_model"); vae != "None")
        settings.add("VAE", vae);
    if (const std::string skip = settings.take("clip_skip"); skip == "true" || skip == "True")
        settings.add("Clip skip", "2");
    settings.move("prompt_strength", "Denoising strength");
    addStrengthMode(made.info, "share"); // as diffusers
    settings.drop({"output_format", "output_quality", "output_lossless", "vram_usage_level", "metadata_output_format"});
    settings.keepRest();
    return made;
}

}

MetadataFormat easyDiffusionFormat()
{
    return {"Easy Diffusion", knowsEasyDiffusion, readEasyDiffusion};
}

}
