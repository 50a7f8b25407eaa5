#include "inference/pipeline/value.h"

#include "inference/pipeline/control.h"

#include "inference/models/autoencoder_kl.h"
#include "inference/models/clip_text.h"
#include "inference/models/controlnet.h"
#include "inference/models/unet.h"

namespace athanor {

namespace {

uint64_t bytesOfWeights(const Weights& weights)
{
    uint64_t bytes = 0;
    for (const auto& [name, tensor] : weights.tensors)
        bytes += tensor.bytes();
    for (const auto& [name, weight] : weights.packed)
        bytes += weight.data.bytes();
    return bytes;
}

uint64_t bytesOfFloats(const std::shared_ptr<const std::vector<float>>& floats)
{
    return floats ? floats->size() * sizeof(float) : 0;
}

uint64_t bytesOfMask(const Mask& mask)
{
    return mask.pixels.size() * sizeof(float);
}

uint64_t bytesOfList(const ValueList& list)
{
    uint64_t bytes = list.values.size() * sizeof(Value);
    for (const Value& value : list.values)
        bytes += bytesOf(value); // lists hold no lists
    return bytes;
}

struct Counter {
    template <class T> uint64_t operator()(const Shared<T>& value) const { return value ? (*this)(*value) : 0; }
    template <class T> uint64_t operator()(const T&) const { return 0; }
    uint64_t operator()(const std::string& text) const { return text.size(); }
    uint64_t operator()(const ModelValue& model) const { return model.unet ? bytesOfWeights(model.unet->weights) : 0; }
    uint64_t operator()(const TextEncoderValue& text) const
    {
        return text.text ? bytesOfWeights(text.text->weights) : 0;
    }
    uint64_t operator()(const VaeValue& vae) const { return vae.vae ? bytesOfWeights(vae.vae->weights) : 0; }
    uint64_t operator()(const ControlNetValue& control) const
    {
        return control.net ? bytesOfWeights(control.net->weights) : 0;
    }
    uint64_t operator()(const ConditioningValue& conditioning) const
    {
        uint64_t bytes = bytesOfFloats(conditioning.states);
        for (const auto& control : conditioning.controls)
            bytes += control->map.pixels.size() + (control->mask ? bytesOfMask(*control->mask) : 0);
        return bytes;
    }
    uint64_t operator()(const LatentValue& latent) const
    {
        return bytesOfFloats(latent.values) + (latent.mask ? bytesOfMask(*latent.mask) : 0);
    }
    uint64_t operator()(const ImageValue& image) const
    {
        uint64_t bytes = 0;
        for (const RgbImage& picture : image.images)
            bytes += picture.pixels.size();
        return bytes;
    }
    uint64_t operator()(const Mask& mask) const { return bytesOfMask(mask); }
    uint64_t operator()(const ControlMapValue& map) const
    {
        return map.map.pixels.size() + (map.hidden ? bytesOfMask(*map.hidden) : 0);
    }
    uint64_t operator()(const ValueList& list) const { return bytesOfList(list); }
};

}

uint64_t bytesOf(const Value& value)
{
    return std::visit(Counter{}, static_cast<const Value::variant&>(value));
}

}
