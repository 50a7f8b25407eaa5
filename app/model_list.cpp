#include "app/model_list.h"

#include "inference/weights/model_files.h"
#include "render/error.h"

#include <algorithm>
#include <filesystem>
#include <functional>

namespace athanor {

namespace {

namespace fs = std::filesystem;

constexpr int maxFiles = 100'000, maxDepth = 16;

bool endsIn(const fs::path& path, std::initializer_list<const char*> endings)
{
    return std::ranges::any_of(endings, [ending = path.extension()](const char* other) { return ending == other; });
}

bool isModelFolder(const fs::path& path)
{
    std::error_code error;
    return fs::exists(path / "model_index.json", error) || fs::exists(path / "config.json", error);
}

// Calls `take` with files, and with folders that `isWhole` says are one thing.
void walk(const std::string& folder, const std::function<bool(const fs::path&)>& isWhole,
    const std::function<void(const fs::path&)>& take)
{
    std::error_code error;
    int count = 0;
    fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end;
    for (; it != end && !error && count < maxFiles; it.increment(error), ++count) {
        std::error_code ignored;
        if (it->is_directory(ignored) && isWhole(it->path())) {
            take(it->path());
            if (!fs::exists(it->path() / "model_index.json", ignored))
                it.disable_recursion_pending(); // a network alone; a whole model may have others beside its parts
        } else if (it.depth() >= maxDepth) {
            it.disable_recursion_pending();
        } else if (it->is_regular_file(ignored)) {
            take(it->path());
        }
    }
}

void addModel(std::map<ParamKind, QStringList>& files, const fs::path& path, const QString& name)
{
    std::error_code error;
    const bool folder = fs::is_directory(path, error);
    if (!folder && !endsIn(path, {".safetensors", ".ckpt", ".pt", ".pth", ".bin"}))
        return;
    const std::string own = path.filename().string();
    const bool part = fs::exists(path.parent_path() / "model_index.json", error)
        && (own == "unet" || own == "vae" || own == "text_encoder");
    if (part || (!folder && isModelFolder(path.parent_path())))
        return;
    try {
        switch (openModel(path.string()).family.kind) {
        case ModelKind::Checkpoint:
            files[ParamKind::ModelFile] << name;
            files[ParamKind::VaeFile] << name;
            break;
        case ModelKind::Vae:
            files[ParamKind::VaeFile] << name;
            break;
        case ModelKind::ControlNet:
            files[ParamKind::ControlNetFile] << name;
            break;
        default:
            break;
        }
    } catch (const Error&) { // its loader says what is wrong when it is named
    }
}

}

std::map<ParamKind, QStringList> listFiles(
    const std::vector<std::string>& modelFolders, const std::vector<std::string>& imageFolders)
{
    std::map<ParamKind, QStringList> files;
    const auto relative = [](const fs::path& path, const std::string& folder) {
        return QString::fromStdString(path.lexically_relative(folder).string());
    };
    for (const std::string& folder : modelFolders)
        walk(folder, isModelFolder, [&](const fs::path& path) { addModel(files, path, relative(path, folder)); });
    const auto nothingWhole = [](const fs::path&) { return false; };
    for (const std::string& folder : imageFolders)
        walk(folder, nothingWhole, [&](const fs::path& path) {
            if (endsIn(path, {".png", ".jpg", ".jpeg", ".webp", ".bmp"}))
                files[ParamKind::ImageFile] << relative(path, folder);
        });
    for (auto& [kind, names] : files) {
        names.sort(Qt::CaseInsensitive);
        names.removeDuplicates();
    }
    return files;
}

}
