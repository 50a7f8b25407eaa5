#include "app/files/file_search.h"

#include "inference/weights/printable.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

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
        {"model", {"checkpoints", "upscale_models"}, weights},
        {"VAE", {"vae", "VAE"}, weights},
        {"ControlNet", {"controlnet", "ControlNet"}, weights},
        {"LoRA", {"loras", "Lora", "LyCORIS"}, weights},
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

}

std::string fileIn(const std::vector<std::string>& folders, FileKind kind, const std::string& name)
{
    std::error_code error;
    for (const std::string& place : placesIn(folders, rowOf(kind)))
        if (const std::string path = place + '/' + name; !name.empty() && fs::exists(path, error))
            return path;
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
