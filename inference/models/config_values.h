// Values of a part's configuration that shapes cannot tell, in all the types there are: from the file's metadata where
// it has them, else from the part's config.json, else what the family has. All throw Error(BadFile) naming
// file, key, value and what is supported.
#pragma once
#include "inference/weights/model_files.h"
#include "render/kernels.h"

#include <span>
#include <string>

namespace athanor {

struct NumberRange {
    double low, high;
};

// metadataKey may be empty: there is none.
double numberSetting(const ModelFiles& files, Part part, const std::string& metadataKey, const char* configKey,
    double standard, NumberRange range);
bool flagSetting(const ModelFiles& files, Part part, const char* configKey, bool standard);
// One of `names`, in any case; its index.
size_t choiceSetting(const ModelFiles& files, Part part, const std::string& metadataKey, const char* configKey,
    std::span<const std::string_view> names, size_t standard);

// act_fn of the UNet and ControlNet, hidden_act of the text encoder (metadata: athanor.text.activation).
Activation unetActivation(const ModelFiles& files, Part part);
Activation textActivation(const ModelFiles& files, Part part, Activation standard);

// Null where the configuration does not have it or has null.
const nlohmann::json* configValue(const ModelFiles& files, Part part, const char* key);

// The metadata's value under this key in any of the model's files; null if there is none.
const std::string* metadataValue(const ModelFiles& files, const std::string& key);
// For messages: where the part's configuration stands.
std::string configPlace(const ModelFiles& files, Part part);

}
