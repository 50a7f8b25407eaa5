#include "inference/formats/formats.h"
#include "inference/formats/settings_reader.h"

namespace athanor {

namespace {

constexpr const char* novelAiComment = "Comment";

bool knowsNovelAi(const MetadataSource& source)
{
    return source.text("Software") == "NovelAI" && source.texts.contains(novelAiComment);
}

// Its {x} weighs 1.05, its [x] as much less, and round brackets are letters: in A1111's words.
std::string fromNovelAi(std::string_view text)
{
    std::string out, open; // the brackets that are not closed yet
    for (const char c : text) {
        if (c == '(' || c == ')' || c == '\\')
            out += '\\';
        if (c == '{' || c == '[') {
            open += c;
            out += '(';
        } else if ((c == '}' || c == ']') && open.ends_with(c == '}' ? '{' : '[')) {
            open.pop_back();
            out += c == '}' ? ":1.05)" : ":0.9524)";
        } else {
            out += c;
        }
    }
    for (; !open.empty(); open.pop_back())
        out += open.back() == '{' ? ":1.05)" : ":0.9524)";
    return out;
}

// "NovelAI Diffusion V4 37442FCA": a name and eight digits of a hash.
void addNovelAiModel(SettingsReader& settings, std::string_view source)
{
    const size_t blank = source.rfind(' ');
    const std::string_view last = source.substr(blank == source.npos ? 0 : blank + 1);
    const bool isHash = last.size() == 8 && last.find_first_not_of("0123456789abcdefABCDEF") == last.npos;
    if (isHash)
        settings.add("Model hash", std::string(last));
    settings.add("Model", std::string(isHash ? source.substr(0, blank == source.npos ? 0 : blank) : source));
}

Metadata readNovelAi(const MetadataSource& source)
{
    Metadata made{"NovelAI", {}, {}};
    const nlohmann::json json = settingsIn(source.name, novelAiComment, source.text(novelAiComment));
    SettingsReader settings(json, made.info);
    const std::string prompt = settings.take("prompt");
    made.info.prompt = fromNovelAi(prompt.empty() ? source.text("Description") : prompt);
    made.info.negativePrompt = fromNovelAi(settings.take("uc"));
    settings.move("steps", "Steps");
    settings.move("sampler", "Sampler");
    settings.move("noise_schedule", "Schedule type");
    settings.move("scale", "CFG scale");
    settings.move("seed", "Seed");
    settings.moveSize("width", "height");
    addNovelAiModel(settings, source.text("Source"));
    // Pictures from noise alone have a strength too, which says nothing there.
    if (const std::string kind = settings.take("request_type"); kind == "Img2ImgRequest")
        settings.move("strength", "Denoising strength");
    settings.drop({"n_samples", "signed_hash", "version"});
    for (const char* neutral : {"cfg_rescale", "uncond_scale"})
        settings.dropIf(neutral, "0");
    settings.keepRest();
    return made;
}

}

MetadataFormat novelAiFormat()
{
    return {"NovelAI", knowsNovelAi, readNovelAi};
}

}
