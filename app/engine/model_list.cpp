#include "app/engine/model_list.h"

#include "app/files/folder_walk.h"
#include "inference/weights/model_files.h"
#include "inference/weights/printable.h"
#include "render/error.h"
#include "render/regular_file.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <system_error>

namespace athanor {

namespace {

namespace fs = std::filesystem;

constexpr FolderBounds bounds{.entries = 100'000, .depth = 16};

bool endsIn(const std::string& name, std::initializer_list<std::string_view> endings)
{
    return std::ranges::find(endings, endingOf(name)) != endings.end();
}

bool isModelName(const std::string& name)
{
    return endsIn(name, {".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".bin", ".gguf", ".onnx"});
}

bool isPictureName(const std::string& name)
{
    return endsIn(name, {".png", ".jpg", ".jpeg", ".webp", ".bmp"});
}

// A network alone, as diffusers saves it.
bool isNetwork(const fs::path& folder)
{
    constexpr size_t most = 1 << 20;
    const auto text = readSmallFile((folder / "config.json").string(), most);
    return text && text->find("\"_class_name\"") != std::string::npos;
}

// Folders of a pipeline that are part of it.
bool isPart(const std::string& name)
{
    static const std::set<std::string, std::less<>> parts{"unet", "vae", "text_encoder", "text_encoder_2",
        "text_encoder_3", "tokenizer", "tokenizer_2", "tokenizer_3", "scheduler", "safety_checker", "feature_extractor",
        "image_encoder", "transformer"};
    return parts.contains(name);
}

std::string pictureBeside(const fs::path& folder, const std::string& stem, const std::vector<std::string>& files)
{
    for (const char* ending : {".png", ".jpg", ".jpeg", ".webp", ".preview.png", ".preview.jpg", ".preview.jpeg"})
        if (std::ranges::binary_search(files, stem + ending))
            return (folder / (stem + ending)).string();
    return {};
}

ModelEntry entryOf(const ModelFolder& top, const fs::path& path)
{
    ModelEntry entry;
    entry.path = QString::fromStdString(path.string());
    entry.name = QString::fromStdString(path.lexically_relative(top.path).string());
    entry.shown = QString::fromStdString(printable(path.filename().string()));
    entry.isShipped = top.isShipped;
    return entry;
}

// By bytes: what nine tenths are stored as, else the two commonest.
QString precisionOf(const ModelFiles& model)
{
    std::map<StoredType, uint64_t> bytes;
    uint64_t all = 0;
    for (const TensorFile& file : model.files)
        for (const TensorInfo& tensor : file.tensors) {
            bytes[tensor.type] += tensor.bytes;
            all += tensor.bytes;
        }
    std::vector<std::pair<uint64_t, StoredType>> types;
    for (const auto& [type, count] : bytes)
        types.push_back({count, type});
    std::ranges::sort(types, std::greater());
    if (types.empty())
        return {};
    const auto nameOf = [](StoredType type) {
        const QString name = QString::fromLatin1(storedTypeName(type).data(), qsizetype(storedTypeName(type).size()));
        return type == StoredType::F16 || type == StoredType::F32 || type == StoredType::F64
            ? QStringLiteral("fp") + name.mid(1)
            : name.toLower();
    };
    QString text = nameOf(types[0].second);
    if (types.size() > 1 && types[0].first * 10 < all * 9)
        text += QStringLiteral(" + ") + nameOf(types[1].second);
    return text;
}

ModelFamily familyOf(Family family)
{
    const bool supported = findFamily(family.architecture, family.variant);
    switch (family.kind) {
    case ModelKind::Checkpoint:
        return supported ? ModelFamily::Checkpoint : ModelFamily::Unsupported;
    case ModelKind::UNet:
        return supported ? ModelFamily::DiffusionModel : ModelFamily::Unsupported;
    case ModelKind::TextEncoder:
    case ModelKind::T5Encoder:
        return ModelFamily::TextEncoder;
    case ModelKind::ControlNet:
        return hasControlNets(family.architecture) ? ModelFamily::ControlNet : ModelFamily::Unsupported;
    case ModelKind::Vae:
        return ModelFamily::Vae;
    case ModelKind::Lora:
    case ModelKind::Lycoris:
        return ModelFamily::Lora;
    case ModelKind::Embedding:
        return ModelFamily::Embedding;
    case ModelKind::Upscaler:
        return ModelFamily::Upscaler;
    default:
        return ModelFamily::Unsupported;
    }
}

// "an SDXL checkpoint" → "SDXL checkpoint".
QString kindOf(Family family)
{
    QString text = QString::fromStdString(describe(family));
    text = text.mid(text.indexOf(QLatin1Char(' ')) + 1);
    text[0] = text[0].toUpper();
    return text;
}

// Without the path that messages begin with.
QString reasonOf(const Error& error, const std::string& path)
{
    QString text = QString::fromStdString(error.what());
    const QString front = QString::fromStdString(printable(path)) + QStringLiteral(": ");
    return text.startsWith(front) ? text.mid(front.size()) : text;
}

}

FolderContents findModels(
    const ModelFolder& top, const std::stop_token& stop, const std::function<void(std::vector<ModelEntry>)>& take)
{
    FolderContents contents;
    walkFolders(top.path, bounds, stop, [&](const fs::path& folder, const FolderListing& listing) {
        contents.folders.push_back(folder.string());
        const bool parts = isPipeline(folder);
        std::vector<ModelEntry> entries;
        std::vector<std::string> inner;
        const auto add = [&](const std::string& name, uint64_t bytes) {
            if (!isUtf8(name)) {
                ++contents.skipped;
                return;
            }
            entries.push_back(entryOf(top, folder / name));
            entries.back().bytes = bytes;
            const std::string stem = name.substr(0, name.size() - (bytes ? endingOf(name).size() : 0));
            entries.back().picture = QString::fromStdString(pictureBeside(folder, stem, listing.files));
        };
        for (const std::string& name : listing.files) {
            std::error_code error;
            if (isModelName(name))
                add(name, std::max<uint64_t>(1, fs::file_size(folder / name, error)));
        }
        for (const std::string& name : listing.folders) {
            if (parts && isPart(name))
                continue;
            const bool pipeline = isPipeline(folder / name), network = !pipeline && isNetwork(folder / name);
            if (pipeline || network)
                add(name, 0);
            if (!network) // a pipeline may have others beside its parts
                inner.push_back(name);
        }
        if (!entries.empty())
            take(std::move(entries));
        return inner;
    });
    return contents;
}

ModelEntry withHeader(ModelEntry entry)
{
    const std::string path = entry.path.toStdString();
    if (endingOf(path) == ".onnx") {
        entry.family = ModelFamily::Preprocessor;
        return entry;
    }
    try {
        const ModelFiles model = openModel(path);
        entry.family = familyOf(model.family);
        entry.kind = kindOf(model.family);
        entry.precision = precisionOf(model);
        entry.bytes = 0;
        for (const TensorFile& file : model.files)
            entry.bytes += file.source->size();
    } catch (const Error& error) {
        entry.family = ModelFamily::Damaged;
        entry.problem = reasonOf(error, path);
    } catch (const std::exception& error) { // out of memory, at worst
        entry.family = ModelFamily::Damaged;
        entry.problem = QString::fromLatin1(error.what());
    }
    return entry;
}

QStringList listPictures(const std::vector<std::string>& folders)
{
    QStringList names;
    for (const std::string& top : folders)
        walkFolders(top, bounds, {}, [&](const fs::path& folder, const FolderListing& listing) {
            for (const std::string& name : listing.files)
                if (isPictureName(name))
                    names << QString::fromStdString((folder / name).lexically_relative(top).string());
            return listing.folders;
        });
    names.sort(Qt::CaseInsensitive);
    names.removeDuplicates();
    return names;
}

}
