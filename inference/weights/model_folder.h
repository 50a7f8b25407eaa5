// Reads the layout of a diffusers folder: model_index.json, each part's config.json and weight files, sharded or not.
// Python files beside them are never looked at.
#pragma once
#include "inference/weights/model_files.h"

#include <string>

namespace athanor {

// A folder of a pipeline, a ControlNet or a VAE. Throws BadFile, FileMissing. openModel calls this for folders.
ModelFiles openModelFolder(const std::string& path);

// Takes the config.json that lies beside the single file of a ControlNet or VAE, if it is of one. Throws BadFile where
// it is no JSON.
void addConfigBeside(ModelFiles& model, Part part);

}
