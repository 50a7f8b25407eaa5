// The T5 encoders of tests/reference/t5.py as the third text encoder of a model.
#pragma once
#include "inference/weights/model_files.h"
#include "tests/support/test_data.h"

#include <string>
#include <vector>

namespace athanor {

// key: "a" or "b".
inline ModelFiles t5Model(const std::string& key)
{
    ModelFiles model;
    model.path = testDataPath("t5_text.safetensors");
    model.files.push_back(openTensorFile(model.path));
    const std::string prefix = key + ".model.";
    std::vector<FoundTensor> tensors;
    for (const TensorInfo& tensor : model.files[0].tensors)
        if (tensor.name.starts_with(prefix))
            tensors.push_back({0, &tensor, tensor.name.substr(prefix.size())});
    fillPart(model, Part::TextEncoder3, tensors);
    model.textEncoder3.config = nlohmann::json::parse(model.files[0].metadata.at(key + ".config"));
    model.textEncoder3.configPath = model.path;
    return model;
}

}
