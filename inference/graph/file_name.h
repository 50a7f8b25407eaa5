// Names of files that a workflow of someone else brings along: they may name files within our folders and nothing else.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

// What stands between the slashes, empty parts too; at least one.
std::vector<std::string_view> pathParts(std::string_view path);

// Why the name could lead out of a folder, or mean something else on another system; empty: it is a plain name such as
// "sd15/model.safetensors". Nothing is looked up on disk: whether a link there leads out is for who opens it.
std::string fileNameProblem(std::string_view name);

}
