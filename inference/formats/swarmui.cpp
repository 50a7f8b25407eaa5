#include "inference/formats/formats.h"
#include "inference/formats/settings_reader.h"

namespace athanor {

namespace {

constexpr const char* swarmSettings = "sui_image_params";

bool knowsSwarmUi(const MetadataSource& source)
{
    return source.json.is_object() && source.json.contains(swarmSettings);
}

// {"sui_image_params": {"prompt": …, "cfgscale": 7.0, …}, "sui_extra_data": {"date": …}, "sui_models": […]}
Metadata readSwarmUi(const MetadataSource& source)
{
    Metadata made{"SwarmUI", {}, {}};
    SettingsReader file(source.json, made.info);
    SettingsReader settings(file.value(swarmSettings), made.info);
    made.info.prompt = settings.take("prompt");
    made.info.negativePrompt = settings.take("negativeprompt");
    settings.move("steps", "Steps");
    settings.move("sampler", "Sampler");
    settings.move("scheduler", "Schedule type");
    settings.move("cfgscale", "CFG scale");
    settings.move("seed", "Seed");
    settings.moveSize("width", "height");
    settings.move("model", "Model");
    settings.dropIf("vae", "Automatic");
    settings.move("vae", "VAE");
    if (const std::string layer = settings.take("clipstopatlayer");
        layer.starts_with('-')) // -2: the one before the last
        settings.add("Clip skip", layer.substr(1));
    settings.move("initimagecreativity", "Denoising strength");
    addStrengthMode(made.info, "all"); // as ComfyUI's denoise
    settings.add("RNG", "CPU"); // ComfyUI makes its pictures
    settings.drop({"aspectratio", "swarm_version", "images"});
    settings.keepRest();
    SettingsReader extra(file.value("sui_extra_data"), made.info);
    extra.drop({"date", "generation_time", "prep_time"});
    extra.keepRest();
    file.drop({"sui_models"}); // the hashes of their files
    file.keepRest();
    return made;
}

}

MetadataFormat swarmUiFormat()
{
    return {"SwarmUI", knowsSwarmUi, readSwarmUi};
}

}
