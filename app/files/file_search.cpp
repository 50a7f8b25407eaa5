#include "app/files/file_search.h"

#include "app/files/folder_walk.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

namespace athanor {

namespace fs = std::filesystem;

namespace {

struct KindRow {
    const char* name; // for people
    std::vector<const char*> folders; // within those of models
    std::vector<std::string_view> endings;
};

const KindRow& rowOf(FileKind kind)
{
    static const std::vector<std::string_view> weights{".safetensors", ".ckpt", ".pth", ".pt", ".bin"};
    static const KindRow rows[] = {
        {"model",
            {"checkpoints", "Stable-diffusion", "diffusion_models", "unet", "upscale_models", "ESRGAN", "RealESRGAN"},
            weights},
        {"VAE", {"vae", "VAE"}, weights},
        {"ControlNet", {"controlnet", "ControlNet"}, weights},
        {"LoRA", {"loras", "Lora", "LyCORIS"}, weights},
        {"text encoder", {"text_encoders", "clip", "text_encoder"}, weights},
        {"picture", {}, {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"}},
    };
    return rows[size_t(kind)];
}

std::vector<std::string> placesIn(const std::vector<std::string>& folders, const KindRow& row)
{
    std::vector<std::string> places = folders;
    for (const std::string& folder : folders)
        for (const char* inner : row.folders)
            places.push_back(folder + '/' + inner);
    return places;
}

// Names of files of the kind, in order.
std::set<std::string> namesIn(const std::string& folder, const KindRow& row)
{
    constexpr size_t most = 10'000;
    std::set<std::string> names;
    size_t seen = 0;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; it != end && !error && ++seen < most; it.increment(error)) {
        const std::string name = it->path().filename().string();
        const auto ends = [&](std::string_view ending) { return name.ends_with(ending); };
        if (std::ranges::any_of(row.endings, ends))
            names.insert(name);
    }
    return names;
}

std::string namesInOrder(const std::set<std::string>& names)
{
    constexpr size_t most = 8;
    std::string text;
    size_t told = 0;
    for (const std::string& name : names) {
        if (told++ == most)
            return text + " and " + std::to_string(names.size() - most) + " more";
        text += (text.empty() ? "" : ", ") + printable(name, 100);
    }
    return text;
}

// "name [0123456789]" of A1111 without the hash.
std::string withoutHash(const std::string& name)
{
    const size_t at = name.rfind(" [");
    return at != std::string::npos && at > 0 && name.ends_with(']') ? name.substr(0, at) : name;
}

// How well a file is what the name means: 3 its path within the place, 2 its name, 1 either without ending; 0 not.
int likeness(const fs::path& path, const std::string& within, const std::string& wanted)
{
    const std::string whole = inLowerCase(within), name = inLowerCase(path.filename().string());
    if (whole == wanted)
        return 3;
    if (name == wanted)
        return 2;
    const std::string ending = inLowerCase(path.extension().string());
    return whole == wanted + ending || name == wanted + ending ? 1 : 0;
}

// Folders of other kinds of files.
bool isOthersFolder(const std::string& name, const KindRow& row)
{
    static constexpr std::string_view never[] = {"clip_vision", "embeddings", "hypernetworks", "style_models", "gligen",
        "photomaker", "preprocessors", "configs"};
    if (std::ranges::find(row.folders, std::string_view(name)) != row.folders.end())
        return false;
    if (std::ranges::find(never, name) != std::end(never))
        return true;
    for (int kind = 0; kind <= int(FileKind::Image); ++kind)
        if (const auto& folders = rowOf(FileKind(kind)).folders;
            std::ranges::find(folders, std::string_view(name)) != folders.end())
            return true;
    return false;
}

// What is most like the name, and how much.
struct Alike {
    int likeness = 0;
    std::set<std::string> paths;

    void take(int other, const std::set<std::string>& more)
    {
        if (other == 0 || other < likeness)
            return;
        if (other > likeness)
            paths.clear();
        likeness = other;
        paths.insert(more.begin(), more.end());
    }
};

Alike alikeIn(const std::string& place, const KindRow& row, const std::string& wanted)
{
    constexpr FolderBounds bounds{.entries = 20'000, .depth = 6};
    Alike alike;
    walkFolders(place, bounds, {}, [&](const fs::path& folder, const FolderListing& listing) {
        const auto consider = [&](const std::string& name) {
            const fs::path path = folder / name;
            std::error_code ignored;
            if (const int like = likeness(path, path.lexically_relative(place).generic_string(), wanted))
                alike.take(like, {fs::weakly_canonical(path, ignored).string()});
        };
        for (const std::string& name : listing.files)
            if (std::ranges::find(row.endings, endingOf(name)) != row.endings.end())
                consider(name);
        std::vector<std::string> inner;
        for (const std::string& name : listing.folders)
            if (isPipeline(folder / name))
                consider(name);
            else if (!isOthersFolder(name, row))
                inner.push_back(name);
        return inner;
    });
    return alike;
}

}

bool isFileOf(FileKind kind, const std::string& path)
{
    std::error_code error;
    if (!fs::is_directory(path, error))
        return fs::exists(path, error);
    return kind != FileKind::Image && kind != FileKind::Lora && kind != FileKind::TextEncoder
        && (isPipeline(path) || fs::exists(fs::path(path) / "config.json", error));
}

std::string fileIn(const std::vector<std::string>& folders, FileKind kind, const std::string& name)
{
    if (name.empty())
        return {};
    const KindRow& row = rowOf(kind);
    for (const std::string& place : placesIn(folders, row))
        if (std::string path = place + '/' + name; isFileOf(kind, path))
            return path;
    if (kind == FileKind::Image) // whose names are whole
        return {};
    for (const std::string& folder : folders) {
        Alike all;
        for (const std::string& place : placesIn({folder}, row)) {
            const Alike alike = alikeIn(place, row, inLowerCase(withoutHash(name)));
            all.take(alike.likeness, alike.paths);
        }
        const std::set<std::string>& paths = all.paths;
        if (paths.size() > 1)
            throw Error(ErrorKind::BadArgument,
                inQuotes(name, 200) + " fits several files: " + namesInOrder(paths)
                    + "; name one of them with its ending and the folder that it is in");
        if (!paths.empty())
            return *paths.begin();
    }
    return {};
}

std::string missingFileText(const std::vector<std::string>& folders, FileKind kind, const std::string& name)
{
    const KindRow& row = rowOf(kind);
    std::string where;
    for (const std::string& folder : folders)
        where += (where.empty() ? "" : ", ") + printable(folder, 300);
    std::set<std::string> there;
    for (const std::string& place : placesIn(folders, row))
        there.merge(namesIn(place, row));
    std::string text = printable(name, 1'000) + ": there is no such file";
    if (!where.empty())
        text += "; the " + std::string(row.name) + " was looked for in " + where
            + (row.folders.empty() ? "" : ", and in " + std::string(row.folders.front()) + " within these");
    if (there.empty())
        return where.empty() ? text : text + ", where none is";
    return text + ", where there is " + namesInOrder(there);
}

}
