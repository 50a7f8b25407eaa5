// What a model was trained to predict and with which noise, from its scheduler's configuration, its .yaml or metadata.
#pragma once
#include "inference/sampling/prediction.h"
#include "inference/sampling/schedule.h"
#include "inference/weights/model_files.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

struct NoiseConfig {
    Prediction prediction = Prediction::Epsilon;
    std::shared_ptr<const NoiseModel> noise; // null: Stable Diffusion's
};

// As diffusers names it: "epsilon", "sample", "v_prediction", "flow_prediction".
std::string_view predictionName(Prediction prediction);

// Keys that nobody asks for are told in warnings, which may be null. Throws BadFile where a value is not supported,
// naming file, key and value.
NoiseConfig detectNoise(const ModelFiles& files, std::vector<std::string>* warnings = nullptr);

}
