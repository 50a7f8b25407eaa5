// Where files are that workflows name: models and pictures in the folders for them.
#pragma once
#include "inference/run/run_host.h"

#include <string>
#include <vector>

namespace athanor {

// Whether there is a file of that kind, or, of models, a folder that is one.
bool isFileOf(FileKind kind, const std::string& path);

// The file's path in the first of the folders that has it, or in those that other programs keep within them for its
// kind ("controlnet", "Stable-diffusion"), at any depth; empty: it is not there. The name leads out of none of them; it
// may lack its ending and folders, be in any case, and carry A1111's hash behind it. Throws Error(BadArgument) naming
// the files where several of one folder fit equally.
std::string fileIn(const std::vector<std::string>& folders, FileKind kind, const std::string& name);

// What to tell of a file that is in none of them: the name, where it was looked for, and what of its kind is there.
std::string missingFileText(const std::vector<std::string>& folders, FileKind kind, const std::string& name);

}
