#include "app/files/folder_walk.h"

#include "inference/weights/byte_source.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <system_error>
#include <utility>

namespace athanor {

namespace fs = std::filesystem;

namespace {

FolderListing list(const fs::path& folder, int& room)
{
    FolderListing listing;
    std::error_code error;
    fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end;
    for (; !error && it != end && room > 0; it.increment(error), --room) {
        std::error_code ignored;
        std::string name = it->path().filename().string();
        if (it->is_regular_file(ignored))
            listing.files.push_back(std::move(name));
        else if (it->is_directory(ignored) && !name.starts_with('.'))
            listing.folders.push_back(std::move(name));
    }
    std::ranges::sort(listing.files);
    return listing;
}

// Enters each folder once: links may lead back.
class Entered {
public:
    bool isNew(const fs::path& folder)
    {
        try {
            const FileStamp stamp = stampOf(folder.string());
            return m_seen.insert({stamp.device, stamp.inode}).second;
        } catch (const Error&) { // gone again
            return false;
        }
    }

private:
    std::set<std::pair<uint64_t, uint64_t>> m_seen;
};

}

std::string inLowerCase(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return text;
}

std::string endingOf(const std::string& name)
{
    const size_t dot = name.rfind('.');
    return dot == std::string::npos ? "" : inLowerCase(name.substr(dot));
}

bool isPipeline(const fs::path& folder)
{
    std::error_code error;
    return fs::is_regular_file(folder / "model_index.json", error);
}

void walkFolders(const std::string& top, const FolderBounds& bounds, const std::stop_token& stop,
    const std::function<std::vector<std::string>(const fs::path&, const FolderListing&)>& look)
{
    struct Place {
        fs::path path;
        size_t depth;
    };
    Entered entered;
    int room = bounds.entries;
    std::vector<Place> open{{top, 0}};
    while (!open.empty() && room > 0 && !stop.stop_requested()) {
        const Place place = std::move(open.back());
        open.pop_back();
        if (!entered.isNew(place.path))
            continue;
        const std::vector<std::string> inner = look(place.path, list(place.path, room));
        for (const std::string& name : inner)
            if (place.depth < bounds.depth)
                open.push_back({place.path / name, place.depth + 1});
    }
}

}
