// InvokeAI up to version 2: JSON, and the command line that made the picture.
#include "inference/formats/formats.h"
#include "inference/formats/settings_reader.h"

#include <algorithm>
#include <vector>

namespace athanor {

namespace {

constexpr const char* invoke2Settings = "sd-metadata";
constexpr const char* invoke2Command = "Dream";

bool knowsInvoke2(const MetadataSource& source)
{
    return source.texts.contains(invoke2Settings) || source.texts.contains(invoke2Command);
}

// "a house [blurry, dark]": what stands in square brackets is the negative prompt.
void setInvoke2Prompt(Infotext& info, std::string_view text)
{
    const auto append = [](std::string& to, std::string_view part) {
        const size_t first = part.find_first_not_of(' ');
        if (first == part.npos)
            return;
        part = part.substr(first, part.find_last_not_of(' ') + 1 - first);
        to.append(to.empty() ? "" : " ").append(part);
    };
    while (!text.empty()) {
        const size_t open = text.find('['), close = open == text.npos ? text.npos : text.find(']', open);
        append(info.prompt, text.substr(0, close == text.npos ? text.size() : open));
        if (close == text.npos)
            return;
        append(info.negativePrompt, text.substr(open + 1, close - open - 1));
        text.remove_prefix(close + 1);
    }
}

// Either a text or [{"prompt": …, "weight": 1.0}, …].
std::string invoke2Prompt(const nlohmann::json& prompts, std::vector<std::string>& notes)
{
    if (!prompts.is_array())
        return settingText(prompts);
    std::string text;
    for (const auto& row : prompts)
        if (row.is_object())
            text.append(text.empty() ? "" : ", ").append(settingText(row.value("prompt", nlohmann::json())));
    if (prompts.size() > 1)
        notes.emplace_back("it was made of several prompts with weights of their own, which stand in one prompt here");
    return text;
}

void readInvoke2Settings(const MetadataSource& source, Metadata& made)
{
    const nlohmann::json json = settingsIn(source.name, invoke2Settings, source.text(invoke2Settings));
    SettingsReader file(json, made.info);
    SettingsReader image(file.value("image"), made.info);
    setInvoke2Prompt(made.info, invoke2Prompt(image.value("prompt"), made.notes));
    image.move("steps", "Steps");
    image.move("sampler", "Sampler");
    image.move("cfg_scale", "CFG scale");
    image.move("seed", "Seed");
    image.moveSize("width", "height");
    file.move("model_hash", "Model hash");
    const std::string weights = file.take("model_weights"), model = file.take("model");
    image.add("Model", weights.empty() ? model : weights);
    if (image.take("type") == "img2img")
        image.move("strength", "Denoising strength");
    image.keepRest();
    file.drop({"app_id", "app_version"});
    file.keepRest();
}

// "a house [blurry]" -s 20 -S 42 -W 512 -H 512 -C 7.5 -A k_lms
void readInvoke2Command(std::string_view line, Metadata& made)
{
    const size_t quote = line.starts_with('"') ? line.rfind('"') : 0; // the one that closes, if any
    const size_t end = quote > 0 ? quote : std::min(line.find(" -"), line.size());
    setInvoke2Prompt(made.info, quote > 0 ? line.substr(1, quote - 1) : line.substr(0, end));
    line.remove_prefix(quote > 0 ? end + 1 : end);
    const auto word = [&] {
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        const std::string_view found = line.substr(0, line.find(' '));
        line.remove_prefix(found.size());
        return std::string(found);
    };
    constexpr std::pair<std::string_view, const char*> options[] = {
        {"-s", "Steps"}, {"-S", "Seed"}, {"-C", "CFG scale"}, {"-A", "Sampler"}, {"-f", "Denoising strength"}};
    std::string width, height;
    const auto add = [&](const char* field, std::string text) {
        made.info.fields.emplace_back(field, std::move(text));
    };
    for (std::string option = word(); !option.empty(); option = word()) {
        const std::string value = word();
        const auto row = std::ranges::find(options, option, [](const auto& pair) { return pair.first; });
        if (option == "-W" || option == "-H")
            (option == "-W" ? width : height) = value;
        else if (row != std::end(options))
            add(row->second, value);
        else
            made.notes.push_back("not taken over: " + option + ' ' + value);
    }
    if (!width.empty() && !height.empty())
        add("Size", width + 'x' + height);
}

Metadata readInvoke2(const MetadataSource& source)
{
    Metadata made{"InvokeAI", {}, {}};
    if (source.texts.contains(invoke2Settings))
        readInvoke2Settings(source, made);
    else
        readInvoke2Command(source.text(invoke2Command), made);
    return made;
}

}

MetadataFormat invoke2Format()
{
    return {"InvokeAI", knowsInvoke2, readInvoke2};
}

}
