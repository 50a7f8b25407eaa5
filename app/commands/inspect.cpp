#include "app/commands/inspect.h"

#include "app/pictures/picture_info.h"
#include "inference/graph/workflow_json.h"
#include "inference/models/autoencoder_kl.h"
#include "inference/models/clip_text.h"
#include "inference/models/controlnet.h"
#include "inference/models/mmdit.h"
#include "inference/models/noise_config.h"
#include "inference/models/t5_text.h"
#include "inference/models/unet.h"
#include "inference/weights/model_files.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <system_error>
#include <vector>

namespace athanor {

namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr size_t kindsShown = 8;
constexpr size_t maxLineBytes = 4'000;

using Counts = std::map<std::string, size_t>;

// The commonest first: "[320] × 51, [320, 320] × 40, and 12 others".
std::string commonest(const Counts& counts)
{
    std::vector<std::pair<std::string, size_t>> kinds(counts.begin(), counts.end());
    std::ranges::stable_sort(kinds, std::greater(), [](const auto& kind) { return kind.second; });
    std::string text;
    for (size_t i = 0; i < std::min(kinds.size(), kindsShown); ++i)
        text.append(i ? ", " : "").append(kinds[i].first).append(" × ").append(std::to_string(kinds[i].second));
    if (kinds.size() > kindsShown)
        text += ", and " + std::to_string(kinds.size() - kindsShown) + " others";
    return text;
}

OrderedJson summary(const std::vector<TensorInfo>& tensors)
{
    Counts types, shapes;
    uint64_t parameters = 0;
    for (const TensorInfo& tensor : tensors) {
        parameters += uint64_t(elementCount(tensor.shape).value_or(0));
        ++types[std::string(storedTypeName(tensor.type))];
        ++shapes[shapeText(tensor.shape)];
    }
    return {{"tensors", tensors.size()}, {"parameters", parameters}, {"types", commonest(types)},
        {"shapes", commonest(shapes)}};
}

// How many, or where their width is what all levels share, that.
OrderedJson headsOf(const UNetConfig& c)
{
    return c.headChannels ? OrderedJson("of " + std::to_string(c.headChannels) + " channels") : OrderedJson(c.heads);
}

OrderedJson configOf(const ModelFiles& model, Part part, std::vector<std::string>& warnings)
{
    switch (part) {
    case Part::TextEncoder:
    case Part::TextEncoder2: {
        const ClipTextConfig c = detectClipText(model, &warnings, part).config;
        OrderedJson config{{"layers", c.layers}, {"width", c.width}, {"heads", c.heads}, {"positions", c.positions},
            {"vocabulary", c.vocabulary}};
        if (c.pooledWidth)
            config["pooled width"] = c.pooledWidth;
        return config;
    }
    case Part::UNet: {
        const UNetConfig c = detectUNet(model, &warnings).config;
        OrderedJson config{{"input channels", c.inputChannels}, {"output channels", c.outputChannels},
            {"channels", c.channels}, {"context width", c.contextWidth}, {"heads", headsOf(c)},
            {"norm groups", c.normGroups}, {"downsamplings", c.downsamplings}};
        if (c.addedWidth)
            config["added width"] = c.addedWidth;
        return config;
    }
    case Part::ControlNet: {
        const ControlNetConfig c = detectControlNet(model, &warnings).config;
        return {{"channels", c.encoder.channels}, {"context width", c.encoder.contextWidth},
            {"heads", headsOf(c.encoder)}, {"norm groups", c.encoder.normGroups}, {"residuals", c.residuals},
            {"hint downsamplings", c.hintDownsamplings}, {"difference", c.difference}};
    }
    case Part::Vae: {
        const AutoencoderKlConfig c = detectAutoencoderKl(model, &warnings).config;
        return {{"latent channels", c.latent.channels}, {"downsamplings", c.latent.downsamplings},
            {"norm groups", c.normGroups}, {"scaling factor", c.latent.scale}};
    }
    case Part::TextEncoder3: {
        const T5TextConfig c = detectT5Text(model, &warnings).config;
        return {{"layers", c.layers}, {"width", c.width}, {"heads", c.heads}, {"vocabulary", c.vocabulary}};
    }
    case Part::Transformer: {
        const MmDitConfig c = detectMmDit(model, &warnings).config;
        return {{"input channels", c.inputChannels}, {"patch", c.patch}, {"blocks", c.depth}, {"width", c.width},
            {"heads", c.heads}, {"context width", c.contextWidth}, {"pooled width", c.addedWidth},
            {"positions", c.positions}};
    }
    }
    return {};
}

OrderedJson partReport(const ModelFiles& model, Part part, std::vector<std::string>& warnings)
{
    std::vector<TensorInfo> tensors;
    for (const PartTensor& tensor : partOf(model, part).tensors)
        tensors.push_back(tensor.info);
    OrderedJson report = summary(tensors);
    try {
        if (findFamily(model.family.architecture) || part == Part::TextEncoder3)
            report["config"] = configOf(model, part, warnings);
    } catch (const Error& error) {
        warnings.push_back(error.what());
    }
    return report;
}

// With a summary where the file is not already told part by part.
OrderedJson fileReport(const TensorFile& file, bool inParts)
{
    OrderedJson report{{"file", std::filesystem::path(file.source->path()).filename().string()},
        {"format", file.format}, {"bytes", file.source->size()}};
    if (!inParts)
        report.update(summary(file.tensors));
    if (!file.metadata.empty())
        report["metadata"] = file.metadata;
    return report;
}

OrderedJson modelReport(const std::string& path)
{
    const ModelFiles model = openModel(path);
    std::vector<std::string> warnings = model.warnings;
    OrderedJson parts = OrderedJson::object(), files = OrderedJson::array(), tensors = OrderedJson::array();
    for (const Part part : allParts) {
        if (!partOf(model, part).tensors.empty())
            parts[std::string(partName(part))] = partReport(model, part, warnings);
    }
    for (const TensorFile& file : model.files) {
        files.push_back(fileReport(file, !parts.empty()));
        for (const TensorInfo& tensor : file.tensors) {
            tensors.push_back({{"name", tensor.name}, {"type", storedTypeName(tensor.type)}, {"shape", tensor.shape}});
            if (!tensor.problem.empty())
                tensors.back()["problem"] = tensor.problem;
        }
    }
    OrderedJson report{{"path", path}, {"kind", describe(model.family)}};
    const bool predicts = model.family.kind == ModelKind::Checkpoint || model.family.kind == ModelKind::UNet;
    if (predicts && findFamily(model.family.architecture, model.family.variant))
        try {
            report["prediction"] = predictionName(detectNoise(model, &warnings).prediction);
        } catch (const Error& error) {
            warnings.push_back(error.what());
        }
    if (!parts.empty())
        report["parts"] = parts;
    report["files"] = files;
    if (!warnings.empty())
        report["warnings"] = warnings;
    report["tensors"] = tensors;
    return report;
}

// Of the settings in a program's format, or why they cannot be read; nothing where there are none.
OrderedJson parametersReport(const std::vector<PictureText>& texts, const std::string& path)
{
    try {
        const std::optional<Metadata> made = readMetadata(metadataTexts(texts), path);
        if (!made)
            return nullptr;
        OrderedJson report{{"prompt", made->info.prompt}, {"negative prompt", made->info.negativePrompt}};
        if (made->tool != "A1111")
            report["written by"] = made->tool;
        for (const auto& [name, value] : made->info.fields)
            report.emplace(name, value); // of a name that comes twice the first counts
        if (!made->notes.empty())
            report["notes"] = made->notes;
        return report;
    } catch (const Error& error) {
        return error.what();
    }
}

// What a workflow consists of, or why it cannot be read.
OrderedJson workflowReport(const std::string& text, const std::string& source)
{
    try {
        const Graph graph = readWorkflow(text, source).graph;
        Counts types;
        for (const auto& [id, node] : graph.nodes)
            ++types[node.type];
        return {{"nodes", graph.nodes.size()}, {"links", graph.links.size()}, {"types", commonest(types)}};
    } catch (const Error& error) {
        return error.what();
    }
}

OrderedJson pictureReport(const std::string& path, const ByteSource& file)
{
    const PictureInfo picture = readPictureInfo(file);
    OrderedJson report{{"path", path}, {"kind", "a " + std::string(picture.format) + " picture"}};
    if (picture.width > 0)
        report.update({{"width", picture.width}, {"height", picture.height}, {"bit depth", picture.bitDepth},
            {"colours", picture.colours}, {"interlaced", picture.interlaced}});
    if (picture.frames > 1)
        report["pictures"] = picture.frames;
    if (OrderedJson parameters = parametersReport(picture.texts, path); !parameters.is_null())
        report["parameters"] = std::move(parameters);
    OrderedJson texts = OrderedJson::object();
    for (const PictureText& text : picture.texts) {
        if (text.key == workflowKey && !report.contains("workflow"))
            report["workflow"] = workflowReport(text.text, path);
        texts.emplace(text.key, text.text);
    }
    if (!texts.empty())
        report["texts"] = texts;
    if (!picture.warnings.empty())
        report["warnings"] = picture.warnings;
    return report;
}

void appendLines(std::string& out, const OrderedJson& value, const std::string& indent);

void appendEntry(std::string& out, const std::string& label, const OrderedJson& value, const std::string& indent)
{
    const bool isText = value.is_string() && value.get_ref<const std::string&>().find('\n') == std::string::npos;
    out += indent + label;
    if (isText)
        out += ' ' + printable(value.get_ref<const std::string&>(), maxLineBytes) + '\n';
    else if (!value.is_structured() && !value.is_string())
        out += ' ' + value.dump() + '\n';
    else
        appendLines(out += '\n', value, indent + "  ");
}

void appendLines(std::string& out, const OrderedJson& value, const std::string& indent)
{
    if (value.is_object()) {
        for (const auto& [key, entry] : value.items())
            appendEntry(out, printable(key) + ':', entry, indent);
    } else if (value.is_array()) {
        for (const OrderedJson& entry : value)
            appendEntry(out, "-", entry, indent);
    } else {
        std::string_view text = value.get_ref<const std::string&>();
        while (!text.empty()) {
            const size_t end = std::min(text.find('\n'), text.size());
            out += indent + printable(text.substr(0, end), maxLineBytes) + '\n';
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }
}

}

OrderedJson inspect(const std::string& path)
{
    std::error_code error; // then opening it says what is wrong
    if (!std::filesystem::is_directory(path, error)) {
        const ByteSource file(path);
        if (!pictureFormatOf(file).empty())
            return pictureReport(path, file);
    }
    return modelReport(path);
}

std::string reportText(const OrderedJson& report)
{
    OrderedJson shown = report;
    shown.erase("tensors");
    if (shown.contains("workflow") && shown.contains("texts")) // its JSON is told in a few numbers
        shown["texts"].erase(std::string(workflowKey));
    std::string text;
    appendLines(text, shown, "");
    return text;
}

}
