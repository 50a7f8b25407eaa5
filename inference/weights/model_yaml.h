// The .yaml that tools keep beside a checkpoint (A1111: the same name with another ending), read as data from
// strangers: a small part of YAML for the few keys that change a Stable Diffusion model, in bounded time and
// memory. Not a YAML parser.
#pragma once
#include "inference/weights/model_files.h"

#include <cstdint>
#include <map>
#include <string>

namespace athanor {

constexpr uint64_t maxYamlBytes = 256 << 10;

// Path of keys → scalar without quotes ("model.params.parameterization" → "v"), of all lines "key: value" in block
// style. Lists, texts over lines and what stands in braces are passed over. Throws BadFile where one of the few keys,
// or what leads to one, is there twice or written in a way that is not read; name is for messages.
std::map<std::string, std::string> readYaml(std::string_view text, const std::string& name);

// Reads the .yaml beside the single file `model` if there is one, into schedulerConfig and the parts' config. Throws
// BadFile: too large, unreadable, a value that is not supported.
void addYamlBeside(ModelFiles& model);

}
