#include "inference/formats/formats.h"
#include "inference/formats/settings_reader.h"

#include <algorithm>

namespace athanor {

namespace {

constexpr const char* drawThingsXmp = "XML:com.adobe.xmp";

bool isDrawThings(const nlohmann::json& json)
{
    return json.is_object() && json.contains("c") && json.contains("uc") && json.contains("sampler");
}

// The text of the first element of that name, without the elements in it and with its entities read.
std::string xmpText(std::string_view xmp, std::string_view name)
{
    const size_t start = xmp.find('<' + std::string(name) + '>'), end = xmp.find("</" + std::string(name) + '>');
    if (start == xmp.npos || end == xmp.npos || end < start)
        return {};
    xmp = xmp.substr(start, end - start);
    constexpr std::pair<std::string_view, char> entities[] = {
        {"&quot;", '"'}, {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&apos;", '\''}, {"&#xA;", '\n'}};
    std::string text;
    for (size_t at = 0; at < xmp.size();) {
        const std::string_view rest = xmp.substr(at);
        const auto entity =
            std::ranges::find_if(entities, [&](const auto& row) { return rest.starts_with(row.first); });
        if (rest[0] == '<') {
            at += std::min(rest.find('>'), rest.size() - 1) + 1;
        } else if (entity != std::end(entities)) {
            text += entity->second;
            at += entity->first.size();
        } else {
            text += xmp[at++];
        }
    }
    return text;
}

nlohmann::json drawThingsJson(const MetadataSource& source)
{
    if (isDrawThings(source.json))
        return source.json;
    const std::string_view xmp = source.text(drawThingsXmp);
    if (xmp.find("Draw Things") == xmp.npos)
        return nullptr;
    nlohmann::json json = nlohmann::json::parse(xmpText(xmp, "exif:UserComment"), nullptr, false);
    return isDrawThings(json) ? std::move(json) : nlohmann::json();
}

bool knowsDrawThings(const MetadataSource& source)
{
    return !drawThingsJson(source).is_null();
}

// {"c": "a red house", "uc": "blurry", "scale": 7.5, "size": "512x512", …}
Metadata readDrawThings(const MetadataSource& source)
{
    Metadata made{"Draw Things", {}, {}};
    const nlohmann::json json = drawThingsJson(source);
    SettingsReader settings(json, made.info);
    made.info.prompt = settings.take("c");
    made.info.negativePrompt = settings.take("uc");
    settings.move("steps", "Steps");
    settings.move("sampler", "Sampler");
    settings.move("scale", "CFG scale");
    settings.move("seed", "Seed");
    settings.move("size", "Size");
    settings.move("model", "Model");
    settings.move("strength", "Denoising strength");
    addStrengthMode(made.info, "share"); // as diffusers
    settings.keepRest();
    return made;
}

}

MetadataFormat drawThingsFormat()
{
    return {"Draw Things", knowsDrawThings, readDrawThings};
}

}
