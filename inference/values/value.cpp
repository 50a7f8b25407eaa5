#include "inference/values/value.h"

#include "inference/values/applied_control.h"

#include "inference/models/autoencoder_kl.h"
#include "inference/models/controlnet.h"
#include "inference/models/denoiser.h"
#include "inference/values/text_net.h"
#include "render/error.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace athanor {

namespace {

uint64_t bytesOfFloats(const std::shared_ptr<const std::vector<float>>& floats)
{
    return floats ? floats->size() * sizeof(float) : 0;
}

uint64_t bytesOfMask(const std::shared_ptr<const Mask>& mask)
{
    return mask ? mask->pixels.size() * sizeof(float) : 0;
}

uint64_t bytesOfPictures(const std::vector<RgbImage>& pictures)
{
    uint64_t bytes = 0;
    for (const RgbImage& picture : pictures)
        bytes += picture.pixels.size();
    return bytes;
}

uint64_t bytesOfList(const ValueList& list)
{
    uint64_t bytes = list.values.size() * sizeof(Value);
    for (const Value& value : list.values)
        bytes += bytesOf(value); // lists hold no lists
    return bytes;
}

// A network with LoRAs shares all else with the one that they are for.
uint64_t ownBytes(const Weights& weights)
{
    if (weights.patches.empty())
        return bytesOf(weights);
    Weights own;
    own.patches = weights.patches;
    return bytesOf(own);
}

struct Counter {
    template <class T> uint64_t operator()(const Shared<T>& value) const { return value ? (*this)(*value) : 0; }
    template <class T> uint64_t operator()(const T&) const { return 0; }
    uint64_t operator()(const std::string& text) const { return text.size(); }
    uint64_t operator()(const ModelValue& model) const { return model.net ? ownBytes(weightsOf(*model.net)) : 0; }
    uint64_t operator()(const TextEncoderValue& text) const
    {
        uint64_t bytes = 0;
        for (const TextNet& net : text.nets)
            if (const Weights* weights = weightsOf(net))
                bytes += ownBytes(*weights);
        return bytes;
    }
    uint64_t operator()(const VaeValue& vae) const { return vae.vae ? bytesOf(vae.vae->weights) : 0; }
    uint64_t operator()(const ControlNetValue& control) const
    {
        return control.net ? bytesOf(control.net->weights) : 0;
    }
    uint64_t operator()(const ConditioningValue& conditioning) const
    {
        uint64_t bytes = bytesOfFloats(conditioning.states) + bytesOfFloats(conditioning.laterStates)
            + conditioning.pooled.size() * sizeof(float);
        for (const auto& control : conditioning.controls)
            bytes += bytesOfPictures(control->maps) + bytesOfMask(control->hidden) + bytesOfMask(control->mask);
        if (conditioning.inpaint)
            bytes += (conditioning.inpaint->masked.size() + conditioning.inpaint->mask.pixels.size()) * sizeof(float);
        return bytes;
    }
    uint64_t operator()(const LatentValue& latent) const
    {
        return bytesOfFloats(latent.values) + bytesOfMask(latent.mask);
    }
    uint64_t operator()(const ImageValue& image) const
    {
        return bytesOfPictures(image.images) + image.transparency.alpha.size();
    }
    uint64_t operator()(const Mask& mask) const { return mask.pixels.size() * sizeof(float); }
    uint64_t operator()(const ControlMapValue& map) const
    {
        return bytesOfPictures(map.maps) + bytesOfMask(map.hidden);
    }
    uint64_t operator()(const ValueList& list) const { return bytesOfList(list); }
};

}

uint64_t bytesOf(const Value& value)
{
    return std::visit(Counter{}, static_cast<const Value::variant&>(value));
}

LatentValue ofScale(LatentValue latent, double scale)
{
    if (latent.scale && scale && latent.scale != scale && latent.values) {
        std::vector<float> values = *latent.values;
        for (float& value : values)
            value = float(value * (scale / latent.scale));
        latent.values = std::make_shared<const std::vector<float>>(std::move(values));
    }
    if (scale)
        latent.scale = scale;
    return latent;
}

LatentValue ofPixels(LatentValue latent, int downsamplings, const char* what)
{
    if (latent.downsamplings == downsamplings)
        return latent;
    if (latent.values)
        throw Error(ErrorKind::BadArgument,
            "the latent has " + std::to_string(1 << latent.downsamplings)
                + " pixels a side for each of its values, this " + what + " has " + std::to_string(1 << downsamplings)
                + "; take the model and the VAE that belong together");
    const auto resized = [&](int64_t side) {
        return std::max<int64_t>((side << latent.downsamplings) >> downsamplings, 1);
    };
    latent.height = resized(latent.height);
    latent.width = resized(latent.width);
    latent.downsamplings = downsamplings;
    return latent;
}

}
