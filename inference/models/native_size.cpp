#include "inference/models/native_size.h"

namespace athanor {

int nativeSize(const ModelFiles& model)
{
    constexpr int usual = 512, latentPixels = 8, largestLatent = 1'024;
    const nlohmann::json& config = model.unet.config;
    const auto it = config.is_object() ? config.find("sample_size") : config.end();
    if (it == config.end() || !it->is_number_unsigned() || *it > largestLatent)
        return usual;
    return it->get<int>() * latentPixels;
}

}
