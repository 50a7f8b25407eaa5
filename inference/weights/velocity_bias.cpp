#include "inference/weights/velocity_bias.h"

#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

namespace athanor {

bool predictsVelocity(const ModelFiles& model, const FamilyRow& family)
{
    constexpr int64_t most = 65'536; // values; no layer is as wide
    const PartTensor* bias = family.velocityBias.empty() ? nullptr : findTensor(model.unet, family.velocityBias);
    if (!bias || !isFloating(bias->info.type) || !bias->info.problem.empty() || bias->info.shape.size() != 1
        || bias->info.shape[0] < 1 || bias->info.shape[0] > most)
        return false;
    std::vector<float> values(size_t(bias->info.shape[0]));
    ValueCount seen;
    readFloats(model.files[bias->file], bias->info, 0, values, seen);
    const double count = double(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.) / count;
    const double squares = std::accumulate(values.begin(), values.end(), 0.,
        [&](double sum, float value) { return sum + (value - mean) * (value - mean); });
    return std::sqrt(squares / count) > family.velocityDeviation;
}

void settlePrediction(ModelFiles& model)
{
    const auto& config = model.schedulerConfig;
    const auto told = config.is_object() ? config.find("prediction_type") : config.end();
    const FamilyRow* row = findFamily(model.family.architecture, model.family.variant);
    if (told != config.end())
        model.family.vPrediction = *told == "v_prediction";
    else if (row && !tellsPrediction(model.files[0].metadata))
        model.family.vPrediction = model.family.vPrediction || predictsVelocity(model, *row);
}

}
