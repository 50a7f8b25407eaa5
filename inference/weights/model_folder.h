// Reads the layout of a diffusers folder: model_index.json, each part's config.json and weight files, sharded or not.
// Python files beside them are never looked at.
#pragma once
#include "inference/weights/model_files.h"

namespace athanor {

// Throws BadFile, FileMissing. openModel calls this for folders.
ModelFiles openModelFolder(const std::string& path);

}
