// Reads the layout of a diffusers folder: model_index.json, each part's config.json and weight files, sharded or not.
// Python files beside them are never looked at.
#pragma once
#include "inference/weights/model_files.h"

#include <string>

namespace athanor {

// A folder of a pipeline, a ControlNet or a VAE. Throws BadFile, FileMissing. openModel calls this for folders.
ModelFiles openModelFolder(const std::string& path);

// The config.json of a ControlNet whose file lies in the folder; null if there is none. Throws BadFile where it is no
// JSON.
nlohmann::json readControlNetConfig(const std::string& folder);

}
