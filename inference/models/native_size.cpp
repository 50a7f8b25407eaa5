#include "inference/models/native_size.h"

#include "inference/models/autoencoder_kl.h"
#include "inference/weights/model_files.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace athanor {

namespace {

// Whether diffusers before 0.9 wrote the file.
bool isOld(const nlohmann::json& config)
{
    const auto version = config.find("_diffusers_version");
    if (version == config.end() || !version->is_string())
        return false;
    const std::string& text = version->get_ref<const std::string&>();
    int minor = 9;
    if (text.starts_with("0."))
        std::from_chars(text.data() + 2, text.data() + text.size(), minor);
    return minor < 9;
}

}

int nativeSize(const ModelFiles& model)
{
    constexpr int largest = 1'024; // latents
    const FamilyRow* family = findFamily(model.family.architecture, model.family.variant);
    const int usual = !family ? 64 : model.family.vPrediction ? family->velocitySide : family->side;
    const nlohmann::json& config = (model.unet.tensors.empty() ? model.transformer : model.unet).config;
    const auto it = config.is_object() ? config.find("sample_size") : config.end();
    int side = usual;
    if (it != config.end()) {
        const nlohmann::json& told = it->is_array() && !it->empty() ? it->front() : *it; // height and width
        if (told.is_number_unsigned() && told > 0 && told <= largest)
            side = told.get<int>();
        if (side < 64 && isOld(config)) // which wrote 32 for all; newer ones take it for 64
            side = 64;
    }
    return side << std::min(vaeDownsamplings(model), 8);
}

}
