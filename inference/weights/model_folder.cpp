#include "inference/weights/model_folder.h"

#include "inference/weights/config_keys.h"
#include "inference/weights/json_text.h"
#include "inference/weights/printable.h"
#include "inference/weights/velocity_bias.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

namespace athanor {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const fs::path& path, const std::string& sentence)
{
    throw Error(ErrorKind::BadFile, printable(path.string()) + ": " + sentence);
}

// As Python writes it: an infinite number (diffusers' lambda_min_clipped) is no JSON.
nlohmann::json readConfigFile(const fs::path& path)
{
    return readJsonFile(path.string(), JsonNumbers::Python);
}

bool isPresent(const fs::path& path)
{
    std::error_code ignored;
    return fs::exists(path, ignored);
}

// A text member of a JSON object; empty if it is not there.
std::string textOf(const nlohmann::json& object, const char* key)
{
    const auto at = object.is_object() ? object.find(key) : object.end();
    return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

// "UNet2DConditionModel" of "unet": ["diffusers", "UNet2DConditionModel"]; empty if the part is not there or null.
std::string classOf(const nlohmann::json& index, std::string_view part)
{
    const auto at = index.find(part);
    const bool named = at != index.end() && at->is_array() && at->size() == 2 && (*at)[1].is_string();
    return named ? (*at)[1].get<std::string>() : "";
}

// A shard is a plain file name beside its index, so that an index cannot reach other files.
void requirePlainName(const fs::path& index, const std::string& shard)
{
    if (shard.empty() || shard.front() == '.'
        || shard.find_first_of(std::string_view("/\\:\0", 4)) != std::string::npos)
        refuse(index,
            "the shard name \"" + printable(shard) + "\" leads out of the folder; only plain file names are followed");
}

// Tensor name → shard, as the index tells.
std::map<std::string, std::string> readWeightMap(const fs::path& path)
{
    const nlohmann::json index = readJsonFile(path.string());
    const auto map = index.is_object() ? index.find("weight_map") : index.end();
    if (map == index.end() || !map->is_object())
        refuse(path, "has no weight_map");
    if (map->size() > maxTensors)
        refuse(path, "names " + std::to_string(map->size()) + " tensors, the limit is " + std::to_string(maxTensors));
    std::map<std::string, std::string> shards;
    for (const auto& [tensor, shard] : map->items()) {
        if (!shard.is_string())
            refuse(path, "the shard of \"" + printable(tensor) + "\" is not a text");
        requirePlainName(path, shard.get_ref<const std::string&>());
        shards.emplace(tensor, shard.get<std::string>());
    }
    return shards;
}

// Opens the shards of an index; only the tensors it names are taken.
std::vector<FoundTensor> openShards(ModelFiles& model, const fs::path& indexPath)
{
    const auto shardOf = readWeightMap(indexPath);
    std::map<std::string, size_t> fileOf;
    for (const auto& [tensor, shard] : shardOf) {
        if (!fileOf.emplace(shard, model.files.size()).second)
            continue;
        const fs::path path = indexPath.parent_path() / shard;
        if (!isPresent(path))
            refuse(indexPath, "the shard " + printable(shard) + " is missing");
        model.files.push_back(openTensorFile(path.string()));
    }
    std::vector<FoundTensor> found;
    for (const auto& [tensor, shard] : shardOf) {
        const size_t file = fileOf.at(shard);
        const TensorInfo* info = findTensor(model.files[file], tensor);
        if (!info)
            refuse(indexPath, "the tensor " + printable(tensor) + " is not in its shard " + printable(shard));
        found.push_back({file, info, tensor});
    }
    return found;
}

std::vector<FoundTensor> openWhole(ModelFiles& model, const fs::path& path)
{
    model.files.push_back(openTensorFile(path.string()));
    std::vector<FoundTensor> found;
    for (const TensorInfo& tensor : model.files.back().tensors)
        found.push_back({model.files.size() - 1, &tensor, tensor.name});
    return found;
}

// The first that is there is taken: full precision before half, safetensors before pickles.
std::vector<FoundTensor> openWeights(ModelFiles& model, const PartRow& part, const fs::path& folder)
{
    const std::string stem(part.stem), pickleStem(part.pickleStem);
    for (const std::string& name : {
             stem + ".safetensors",
             stem + ".safetensors.index.json",
             stem + ".fp16.safetensors",
             stem + ".safetensors.index.fp16.json",
             stem + ".fp16.safetensors.index.json",
             pickleStem + ".bin",
             pickleStem + ".bin.index.json",
             pickleStem + ".fp16.bin",
         })
        if (isPresent(folder / name))
            return name.ends_with(".json") ? openShards(model, folder / name) : openWhole(model, folder / name);
    refuse(folder, "holds no weights (" + stem + ".safetensors)");
}

// What a part's config.json says about a dimension of a tensor.
struct ConfigFact {
    Part part;
    const char* key; // of a number, or of an array whose first element counts
    const char* tensor;
    size_t dimension;
};

constexpr ConfigFact configFacts[] = {
    {Part::TextEncoder, "hidden_size", "embeddings.token_embedding.weight", 1},
    {Part::TextEncoder, "vocab_size", "embeddings.token_embedding.weight", 0},
    {Part::TextEncoder, "max_position_embeddings", "embeddings.position_embedding.weight", 0},
    {Part::TextEncoder2, "hidden_size", "embeddings.token_embedding.weight", 1},
    {Part::TextEncoder2, "vocab_size", "embeddings.token_embedding.weight", 0},
    {Part::TextEncoder2, "max_position_embeddings", "embeddings.position_embedding.weight", 0},
    {Part::TextEncoder2, "projection_dim", "text_projection.weight", 0},
    {Part::UNet, "block_out_channels", "input_blocks.0.0.weight", 0},
    {Part::UNet, "in_channels", "input_blocks.0.0.weight", 1},
    {Part::UNet, "out_channels", "out.2.weight", 0},
    {Part::UNet, "projection_class_embeddings_input_dim", "label_emb.0.0.weight", 1},
    {Part::UNet, "cross_attention_dim", "middle_block.1.transformer_blocks.0.attn2.to_k.weight", 1},
    {Part::ControlNet, "block_out_channels", "input_blocks.0.0.weight", 0},
    {Part::ControlNet, "cross_attention_dim", "middle_block.1.transformer_blocks.0.attn2.to_k.weight", 1},
    {Part::Vae, "block_out_channels", "encoder.conv_in.weight", 0},
    {Part::Vae, "latent_channels", "decoder.conv_in.weight", 1},
};

void checkConfig(const ModelPart& part, Part which, const fs::path& configPath)
{
    for (const ConfigFact& fact : configFacts) {
        const PartTensor* tensor = findTensor(part, fact.tensor);
        if (fact.part != which || !part.config.contains(fact.key) || !tensor
            || tensor->info.shape.size() <= fact.dimension)
            continue;
        const nlohmann::json& value = part.config[fact.key];
        const nlohmann::json& said = value.is_array() && !value.empty() ? value.front() : value;
        const int64_t found = tensor->info.shape[fact.dimension];
        if (!said.is_number_integer() || said != found)
            refuse(configPath,
                std::string(fact.key) + " is " + printable(said.dump(-1, ' ', true), 40) + " but the tensor "
                    + printable(tensor->info.name) + " has " + shapeText(tensor->info.shape)
                    + "; the files do not belong together");
    }
}

void openPartFolder(ModelFiles& model, const PartRow& part, const fs::path& folder)
{
    ModelPart& target = partOf(model, part.part);
    const fs::path configPath = folder / "config.json";
    target.config = readConfigFile(configPath);
    target.configPath = configPath.string();
    if (!target.config.is_object())
        refuse(configPath, "is not a JSON object");
    fillPart(model, part.part, openWeights(model, part, folder));
    checkConfig(target, part.part, configPath);
}

void openPart(ModelFiles& model, const PartRow& part, const nlohmann::json& index, const fs::path& root)
{
    const std::string className = classOf(index, part.folder);
    if (className.empty() || !partOf(model, part.part).tensors.empty())
        return;
    if (className != part.className)
        refuse(root / "model_index.json",
            std::string(part.folder) + " is a " + printable(className, 80) + ", this program knows "
                + std::string(part.className));
    openPartFolder(model, part, root / part.folder);
    if (!part.tokenizer.empty() && isPresent(root / part.tokenizer))
        partOf(model, part.part).tokenizer = (root / part.tokenizer).string();
}

// Null if the folder's config.json is not there.
nlohmann::json configIn(const fs::path& folder)
{
    const fs::path path = folder / "config.json";
    return isPresent(path) ? readConfigFile(path) : nlohmann::json();
}

// Null if the configuration is of none of them.
const PartRow* lonePartOf(const nlohmann::json& config)
{
    const std::string className = textOf(config, "_class_name");
    const auto it = std::ranges::find(loneParts(), className, &PartRow::className);
    return it == loneParts().end() ? nullptr : &*it;
}

ModelFiles openLonePart(const PartRow& part, const fs::path& root)
{
    ModelFiles model;
    model.path = root.string();
    openPartFolder(model, part, root);
    std::vector<NamedShape> shapes;
    for (const TensorFile& file : model.files) {
        for (const TensorInfo& tensor : file.tensors)
            shapes.push_back({tensor.name, tensor.shape});
        model.warnings.insert(model.warnings.end(), file.warnings.begin(), file.warnings.end());
    }
    model.family = identify(shapes, model.files.front().metadata);
    if (model.family.kind == ModelKind::UNet)
        settlePrediction(model);
    return model;
}

// By the tensors under the names they would have in a single file.
Family identifyParts(const ModelFiles& model, std::span<const PartRow> parts)
{
    std::vector<std::string> names;
    std::vector<NamedShape> shapes;
    for (const PartRow& part : parts)
        for (const PartTensor& tensor : partOf(model, part.part).tensors)
            names.push_back(std::string(part.prefix) + tensor.name);
    size_t next = 0;
    for (const PartRow& part : parts)
        for (const PartTensor& tensor : partOf(model, part.part).tensors)
            shapes.push_back({names[next++], tensor.info.shape});
    return identify(shapes, {});
}

}

void addConfigBeside(ModelFiles& model, Part which)
{
    const fs::path folder = fs::path(model.path).parent_path();
    nlohmann::json config = configIn(folder);
    const PartRow* part = lonePartOf(config);
    if (!part || part->part != which)
        return;
    partOf(model, which).config = std::move(config);
    partOf(model, which).configPath = (folder / "config.json").string();
}

ModelFiles openModelFolder(const std::string& path)
{
    const fs::path root = path;
    const fs::path indexPath = root / "model_index.json";
    const PartRow* lone = isPresent(indexPath) ? nullptr : lonePartOf(configIn(root));
    if (lone)
        return openLonePart(*lone, root);
    if (!isPresent(indexPath))
        refuse(root, "is not a diffusers model folder: it has no model_index.json");
    const nlohmann::json index = readJsonFile(indexPath.string());
    const std::string className = textOf(index, "_class_name");
    ModelFiles model;
    model.path = path;
    model.family = identifyPipelineClass(className);
    if (model.family.kind == ModelKind::Unknown)
        refuse(indexPath, "the pipeline class \"" + printable(className, 80) + "\" is not known to this program");
    const FamilyRow* family = findFamily(model.family.architecture);
    if (!family)
        return model;

    for (const PartRow& part : family->parts)
        openPart(model, part, index, root);
    if (const Family byTensors = identifyParts(model, family->parts); byTensors.kind == ModelKind::Checkpoint)
        model.family = byTensors;
    const fs::path schedulerPath = root / "scheduler" / "scheduler_config.json";
    if (isPresent(schedulerPath)) {
        model.schedulerConfig = readConfigFile(schedulerPath);
        model.schedulerPath = schedulerPath.string();
    }
    model.family.vPrediction = textOf(model.schedulerConfig, "prediction_type") == "v_prediction";
    checkConfigKeys("Pipeline", index, indexPath.string(), &model.warnings);
    for (const TensorFile& file : model.files)
        model.warnings.insert(model.warnings.end(), file.warnings.begin(), file.warnings.end());
    return model;
}

}
