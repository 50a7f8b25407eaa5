#include "inference/formats/formats.h"
#include "inference/formats/settings_reader.h"

#include <algorithm>

namespace athanor {

namespace {

constexpr std::string_view fooocusOwnVae = "Default (model)";

bool knowsFooocus(const MetadataSource& source)
{
    const auto& json = source.json;
    return json.is_object()
        && (settingText(json.value("metadata_scheme", nlohmann::json())) == "fooocus"
            || (json.contains("base_model") && json.contains("performance")));
}

// "(512, 768)" → "512x768"
std::string fooocusSize(std::string text)
{
    std::erase_if(text, [](char c) { return c == '(' || c == ')' || c == ' '; });
    std::ranges::replace(text, ',', 'x');
    return text;
}

Metadata readFooocus(const MetadataSource& source)
{
    Metadata made{"Fooocus", {}, {}};
    SettingsReader settings(source.json, made.info);
    made.info.prompt = settings.take("prompt");
    made.info.negativePrompt = settings.take("negative_prompt");
    settings.move("steps", "Steps");
    settings.move("sampler", "Sampler");
    settings.move("scheduler", "Schedule type");
    settings.move("guidance_scale", "CFG scale");
    settings.move("seed", "Seed");
    settings.add("Size", fooocusSize(settings.take("resolution")));
    settings.move("base_model_hash", "Model hash");
    settings.move("base_model", "Model");
    settings.dropIf("vae", fooocusOwnVae);
    if (const std::string vae = settings.take("vae"); vae != fooocusOwnVae)
        settings.add("VAE", vae);
    settings.move("clip_skip", "Clip skip");
    settings.add("RNG", "CPU");
    if (settings.take("refiner_model") == "None")
        settings.drop({"refiner_switch"});
    else
        settings.move("refiner_model", "Refiner");
    settings.drop({"metadata_scheme", "version", "created_by"});
    settings.keepRest();
    return made;
}

bool knowsFooocusText(const MetadataSource& source)
{
    return versionBegins(source.info, "Fooocus");
}

// Its text in A1111's shape has the prompt with its styles in it, and the user's own behind.
Metadata readFooocusText(const MetadataSource& source)
{
    Metadata made{"Fooocus", source.info, {}};
    Infotext& info = made.info;
    if (const std::string schedule = takeField(info, "Scheduler");
        !schedule.empty() && fieldValue(info, "Schedule type").empty())
        info.fields.emplace_back("Schedule type", schedule);
    std::erase(info.fields, std::pair<std::string, std::string>("VAE", fooocusOwnVae));
    std::erase(info.fields, std::pair<std::string, std::string>("Raw prompt", info.prompt));
    std::erase(info.fields, std::pair<std::string, std::string>("Raw negative prompt", info.negativePrompt));
    if (fieldValue(info, "RNG").empty())
        info.fields.emplace_back("RNG", "CPU");
    return made;
}

}

MetadataFormat fooocusFormat()
{
    return {"Fooocus", knowsFooocus, readFooocus};
}

MetadataFormat fooocusTextFormat()
{
    return {"Fooocus", knowsFooocusText, readFooocusText, true};
}

}
