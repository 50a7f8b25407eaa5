#include "inference/weights/model_files.h"

#include "inference/weights/model_folder.h"
#include "inference/weights/model_yaml.h"
#include "inference/weights/printable.h"
#include "inference/weights/velocity_bias.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <sys/stat.h>
#include <utility>

namespace athanor {

namespace {

// Of OpenCLIP's larger encoder, whose files have its own names or CLIP's.
bool isLargerClip(const TensorFile& file)
{
    constexpr int64_t width = 1280;
    for (const char* name :
        {"text_model.embeddings.token_embedding.weight", "embeddings.token_embedding.weight", "token_embedding.weight"})
        if (const TensorInfo* tensor = findTensor(file, name))
            return tensor->shape.size() == 2 && tensor->shape[1] >= width;
    return false;
}

// The part that stands alone in this file.
Part partAlone(Family family, const TensorFile& file)
{
    const FamilyRow* row = nearestFamily(family);
    switch (family.kind) {
    case ModelKind::UNet:
        return row ? row->denoiser : Part::UNet;
    case ModelKind::Vae:
        return Part::Vae;
    case ModelKind::T5Encoder:
        return Part::TextEncoder3;
    default:
        return isLargerClip(file) ? Part::TextEncoder2 : Part::TextEncoder;
    }
}

// Tensors that only say something about the model: what it predicts, with which noise, and of a ControlNet that its
// weights are differences.
bool isMark(std::string_view name)
{
    return name == "v_pred" || name == "ztsnr" || name == "difference";
}

// The index-th of so many tensors of the same shape whose rows lie behind one another in this one.
TensorInfo rowsOf(TensorInfo tensor, int index, int count)
{
    tensor.shape[0] /= count;
    tensor.bytes /= uint64_t(count);
    tensor.offset += tensor.bytes * uint64_t(index);
    return tensor;
}

// What stands beside quantised tensors in ComfyUI's files: of each the number that its values are times, and what is
// for another way to compute.
struct Scales {
    std::map<std::string, FoundTensor, std::less<>> byTensor; // under the tensor's name
    std::vector<FoundTensor> others; // all that is none of these
};

Scales scalesOf(const std::string& path, const std::vector<FoundTensor>& tensors)
{
    static constexpr std::string_view scaleEndings[] = {".scale_weight", ".weight_scale"},
                                      ignored[] = {".scale_input", ".input_scale", "scaled_fp8"};
    Scales scales;
    for (const FoundTensor& tensor : tensors) {
        const auto endsName = [&](std::string_view ending) { return tensor.name.ends_with(ending); };
        const auto scale = std::ranges::find_if(scaleEndings, endsName);
        const bool isScale = scale != std::end(scaleEndings);
        if (isScale && !(isFloating(tensor.info->type) && elementCount(tensor.info->shape) == 1))
            throw Error(ErrorKind::BadFile,
                printable(path) + ": " + printable(tensor.name) + " is "
                    + std::string(storedTypeName(tensor.info->type)) + ' ' + shapeText(tensor.info->shape)
                    + ", supported is one floating-point number for each tensor; take another quantisation");
        if (isScale)
            scales.byTensor.emplace(tensor.name.substr(0, tensor.name.size() - scale->size()) + ".weight", tensor);
        else if (std::ranges::none_of(ignored, endsName))
            scales.others.push_back(tensor);
    }
    return scales;
}

// Tensors that are several layers' rows behind one another, and these layers.
struct JoinedRows {
    std::string_view name;
    std::vector<std::string_view> layers;
};
const JoinedRows joinedRows[] = {
    {".self_attn.in_proj.", {".self_attn.q_proj.", ".self_attn.k_proj.", ".self_attn.v_proj."}},
    {".attn.qkv.", {".attn.q.", ".attn.k.", ".attn.v."}},
    {".attn2.qkv.", {".attn2.q.", ".attn2.k.", ".attn2.v."}},
    {".shift_scale.", {".shift.", ".scale."}},
    {".scale_shift.", {".scale.", ".shift."}},
};

// The tensor, or those that it is made of.
void addRows(std::vector<PartTensor>& filled, PartTensor tensor)
{
    for (const JoinedRows& joined : joinedRows) {
        const size_t at = tensor.name.find(joined.name);
        const auto count = int(joined.layers.size());
        if (at == std::string::npos || tensor.info.shape.empty() || tensor.info.shape[0] % count)
            continue;
        for (int i = 0; i < count; ++i)
            filled.push_back({tensor.name.substr(0, at) + std::string(joined.layers[size_t(i)])
                    + tensor.name.substr(at + joined.name.size()),
                tensor.file, rowsOf(tensor.info, i, count), false, tensor.scale, tensor.scaleFile});
        return;
    }
    filled.push_back(std::move(tensor));
}

// Sorts the file's tensors into parts by prefix; what has none of the prefixes is extra.
void fillFromCheckpoint(ModelFiles& model, std::span<const PartRow> parts)
{
    std::vector<std::vector<FoundTensor>> tensors(parts.size());
    std::vector<std::string_view> extra;
    for (const TensorInfo& tensor : model.files[0].tensors) {
        const auto part =
            std::ranges::find_if(parts, [&](const PartRow& row) { return tensor.name.starts_with(row.prefix); });
        if (part == parts.end()) {
            if (!isMark(tensor.name))
                extra.push_back(tensor.name);
        } else
            tensors[size_t(part - parts.begin())].push_back({0, &tensor, tensor.name.substr(part->prefix.size())});
    }
    for (size_t i = 0; i < parts.size(); ++i)
        fillPart(model, parts[i].part, tensors[i]);
    if (!extra.empty())
        model.warnings.push_back(extraTensorsText(extra, "the model"));
}

// A part alone in its file, with or without the prefix it has in checkpoints.
void fillFromPart(ModelFiles& model, const PartRow& row)
{
    const auto& all = model.files[0].tensors;
    std::string_view prefix = row.prefix;
    if (std::ranges::none_of(all, [&](const TensorInfo& t) { return t.name.starts_with(prefix); }))
        prefix = "";
    std::vector<FoundTensor> tensors;
    std::vector<std::string_view> extra;
    for (const TensorInfo& tensor : all)
        if (tensor.name.starts_with(prefix))
            tensors.push_back({0, &tensor, tensor.name.substr(prefix.size())});
        else if (!isMark(tensor.name))
            extra.push_back(tensor.name);
    fillPart(model, row.part, tensors);
    if (!extra.empty())
        model.warnings.push_back(extraTensorsText(extra, "the " + std::string(partName(row.part))));
}

// What the network predicts, and with which noise, as marks among the tensors and values tell.
void settleNoise(ModelFiles& model)
{
    settlePrediction(model);
    if (findTensor(model.files[0], "ztsnr"))
        model.schedulerConfig["rescale_betas_zero_snr"] = true;
}

ModelFiles openSingleFile(const std::string& path)
{
    ModelFiles model;
    model.path = path;
    model.files.push_back(openTensorFile(path));
    const TensorFile& file = model.files[0];
    std::vector<NamedShape> shapes;
    for (const TensorInfo& tensor : file.tensors)
        shapes.push_back({tensor.name, tensor.shape});
    model.family = identify(shapes, file.metadata);
    model.warnings = file.warnings;
    const FamilyRow* family = nearestFamily(model.family);
    switch (model.family.kind) {
    case ModelKind::Checkpoint:
        if (!family)
            break;
        fillFromCheckpoint(model, family->parts);
        addYamlBeside(model);
        settleNoise(model);
        break;
    case ModelKind::UNet:
    case ModelKind::Vae:
    case ModelKind::TextEncoder:
    case ModelKind::T5Encoder:
        fillFromPart(model, lonePart(partAlone(model.family, file)));
        if (model.family.kind == ModelKind::UNet)
            settleNoise(model);
        if (model.family.kind == ModelKind::Vae
            && std::filesystem::path(path).filename().string().starts_with("diffusion_pytorch_model."))
            addConfigBeside(model, Part::Vae); // out of a folder of its own
        break;
    case ModelKind::ControlNet:
        fillFromPart(model, lonePart(Part::ControlNet));
        addConfigBeside(model, Part::ControlNet);
        break;
    default:
        break;
    }
    return model;
}

}

const ModelPart& partOf(const ModelFiles& model, Part part)
{
    switch (part) {
    case Part::TextEncoder:
        return model.textEncoder;
    case Part::TextEncoder2:
        return model.textEncoder2;
    case Part::TextEncoder3:
        return model.textEncoder3;
    case Part::UNet:
        return model.unet;
    case Part::Transformer:
        return model.transformer;
    case Part::Vae:
        return model.vae;
    case Part::ControlNet:
        break;
    }
    return model.controlNet;
}

ModelPart& partOf(ModelFiles& model, Part part)
{
    return const_cast<ModelPart&>(partOf(std::as_const(model), part));
}

const PartTensor* findTensor(const ModelPart& part, std::string_view name)
{
    const auto at = std::ranges::lower_bound(
        part.tensors, name, {}, [](const PartTensor& t) -> std::string_view { return t.name; });
    return at != part.tensors.end() && at->name == name ? &*at : nullptr;
}

ModelFiles openModel(const std::string& path)
{
    struct stat status;
    if (stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
        return openModelFolder(path);
    return openSingleFile(path); // says what is wrong if there is nothing
}

namespace {

// Of the part in single files of the family.
std::string_view prefixOf(Family family, Part part)
{
    const FamilyRow* row = nearestFamily(family);
    if (!row)
        return lonePart(part).prefix;
    const auto it = std::ranges::find(row->parts, part, &PartRow::part);
    return it == row->parts.end() ? lonePart(part).prefix : it->prefix;
}

}

void requireParts(const ModelFiles& model, std::initializer_list<Part> need)
{
    for (const Part part : need)
        if (partOf(model, part).tensors.empty())
            throw Error(ErrorKind::BadFile,
                printable(model.path) + ": the " + std::string(partName(part)) + " is missing (no tensors under "
                    + std::string(prefixOf(model.family, part)) + "); take a complete checkpoint");
}

void refuseMissing(const ModelFiles& model, Part part, const std::vector<std::string>& missing)
{
    if (missing.empty())
        return;
    std::string text = printable(model.path) + ": the " + std::string(partName(part)) + " lacks "
        + std::to_string(missing.size()) + (missing.size() == 1 ? " tensor: " : " tensors: ");
    for (size_t i = 0; i < std::min<size_t>(missing.size(), 5); ++i)
        text += (i ? ", " : "") + missing[i];
    throw Error(ErrorKind::BadFile, text + (missing.size() > 5 ? ", …" : ""));
}

std::string extraTensorsText(std::span<const std::string_view> names, const std::string& ofWhat)
{
    std::string text = std::to_string(names.size())
        + (names.size() == 1 ? " tensor is not part of " : " tensors are not part of ") + ofWhat
        + (names.size() == 1 ? " and is ignored: " : " and are ignored: ");
    for (size_t i = 0; i < std::min<size_t>(names.size(), 3); ++i)
        text += (i ? ", " : "") + printable(names[i], 80);
    return text + (names.size() > 3 ? ", …" : "");
}

void fillPart(ModelFiles& model, Part part, const std::vector<FoundTensor>& all)
{
    const auto [scales, tensors] = scalesOf(model.path, all);
    std::vector<std::string> names;
    for (const FoundTensor& tensor : tensors)
        names.push_back(tensor.name);
    names = singleFileNames(part, names);
    auto& filled = partOf(model, part).tensors;
    for (size_t i = 0; i < tensors.size(); ++i) {
        // Token positions 0, 1, 2 …, stored by older versions of the reference.
        if (isText(part) && names[i] == "embeddings.position_ids")
            continue;
        PartTensor added{names[i], tensors[i].file, *tensors[i].info};
        if (const auto scale = scales.find(tensors[i].name); scale != scales.end()) {
            added.scale = *scale->second.info;
            added.scaleFile = scale->second.file;
        }
        // Folders store the VAE's attention as matrices, single files as 1×1 convolutions: the same bytes.
        if (part == Part::Vae && added.name.find(".attn_1.") != std::string::npos && added.info.shape.size() == 2)
            added.info.shape.insert(added.info.shape.end(), {1, 1});
        // A table whose rows are tokens of a picture.
        if (part == Part::Transformer && added.name == "pos_embed" && added.info.shape.size() == 3
            && added.info.shape[0] == 1)
            added.info.shape.erase(added.info.shape.begin());
        // OpenCLIP multiplies by it from the right.
        if (isText(part) && added.name == "text_projection" && added.info.shape.size() == 2) {
            added.name += ".weight";
            added.transposed = true;
            std::swap(added.info.shape[0], added.info.shape[1]);
        }
        addRows(filled, std::move(added));
    }
    std::ranges::sort(filled, {}, &PartTensor::name);
    const auto twice = std::ranges::adjacent_find(filled, {}, &PartTensor::name);
    if (twice != filled.end())
        throw Error(ErrorKind::BadFile,
            printable(model.path) + ": two tensors of the " + std::string(partName(part)) + " are both "
                + printable(twice->name));
}

}
