// Walks folders of models and pictures, whatever lies in them: links that lead back, too much, too deep.
#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace athanor {

// Letters of ASCII.
std::string inLowerCase(std::string text);
// From the last dot, in lower case; empty: there is none.
std::string endingOf(const std::string& name);

// Whether the folder is a model as diffusers saves it.
bool isPipeline(const std::filesystem::path& folder);

struct FolderListing {
    std::vector<std::string> files, folders; // names; regular files alone, in order, and no hidden folders
};

struct FolderBounds {
    int entries; // in all folders together
    size_t depth; // below the first
};

// Calls `look` with every folder and what is in it; that says which of the folders there are entered in turn. Each is
// entered once, and what cannot be read is passed over.
void walkFolders(const std::string& top, const FolderBounds& bounds, const std::stop_token& stop,
    const std::function<std::vector<std::string>(const std::filesystem::path&, const FolderListing&)>& look);

}
