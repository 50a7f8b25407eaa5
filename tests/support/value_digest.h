// Everything of a value that a later node could see, as bytes, by which values are told apart.
#pragma once
#include "inference/diffusion/control.h"
#include "inference/models/autoencoder_kl.h"
#include "inference/models/denoiser.h"
#include "inference/values/text_net.h"
#include "inference/values/value.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace athanor {

// Of what is added to the network's layers.
inline std::vector<double> patchScales(const Weights& weights)
{
    std::vector<double> scales;
    for (const auto& [layer, patches] : weights.patches)
        for (const Patch& patch : patches)
            scales.push_back(patch.scale);
    return scales;
}

struct ValueDigest {
    std::string bytes;

    void add(const void* data, size_t size) { bytes.append(static_cast<const char*>(data), size).push_back('|'); }
    void add(const std::string& value) { add(value.data(), value.size()); }
    void add(int64_t value) { add(std::to_string(value)); }
    void add(const std::vector<float>& values) { add(values.data(), values.size() * sizeof(float)); }
    void add(const std::vector<Infotext>& infos)
    {
        for (const Infotext& info : infos) {
            add(info.prompt);
            for (const auto& [key, value] : info.fields)
                add(key + value);
        }
    }

    void add(const std::vector<double>& values) { add(values.data(), values.size() * sizeof(double)); }
    void operator()(const AppliedControl& c)
    {
        add(c.name);
        for (const RgbImage& map : c.maps)
            add(map.pixels.data(), map.pixels.size());
        add(std::vector<double>{c.strength, c.start, c.end, double(c.mode), double(c.fit)});
        add(c.curve);
        add(c.blockWeights);
        for (const auto& mask : {c.mask, c.hidden})
            if (mask)
                (*this)(mask);
    }

    void operator()(std::monostate) { add("nothing"); }
    void operator()(bool value) { add(int64_t(value)); }
    void operator()(int64_t value) { add(value); }
    void operator()(uint64_t value) { add(std::to_string(value)); }
    void operator()(double value) { add(&value, sizeof value); }
    void operator()(const std::string& value) { add(value); }
    void operator()(const Shared<ModelValue>& v)
    {
        const auto* unet = std::get_if<UNet>(v->net.get());
        add(v->name + std::to_string(unet ? unet->config.channels : std::get<MmDit>(*v->net).config.width));
        add(std::vector<double>{noiseModelOf(*v).shift});
        for (const NamedLora& lora : v->loras)
            add(lora.name + std::to_string(lora.strength));
        add(patchScales(weightsOf(*v->net)));
    }
    void operator()(const Shared<TextEncoderValue>& v)
    {
        for (const TextNet& net : v->nets) {
            add(int64_t(net.index()));
            if (const ClipText* clip = clipOf(net))
                add(clip->config.width);
            if (const Weights* weights = weightsOf(net))
                add(patchScales(*weights));
        }
        add(v->clipSkip);
    }
    void operator()(const Shared<VaeValue>& v) { add(v->name + std::to_string(v->vae->config.normGroups)); }
    void operator()(const Shared<ConditioningValue>& v)
    {
        add(v->prompt);
        add(*v->states);
        add(v->pooled);
        const PictureSizes& s = v->sizes;
        for (const int64_t number :
            {s.originalWidth, s.originalHeight, s.cropLeft, s.cropTop, s.targetWidth, s.targetHeight})
            add(number);
        add(std::vector<double>{s.aestheticScore.value_or(-1)});
        for (const auto& control : v->controls)
            (*this)(*control);
        if (v->inpaint) {
            add(v->inpaint->mask.pixels);
            add(v->inpaint->masked);
        }
    }
    void operator()(const Shared<LatentValue>& v)
    {
        for (const int64_t side : {v->images, v->channels, v->height, v->width})
            add(side);
        if (v->values)
            add(*v->values);
        if (v->mask)
            (*this)(v->mask);
    }
    void operator()(const Shared<ImageValue>& v)
    {
        for (const RgbImage& image : v->images) {
            add(image.width);
            add(image.height);
            add(image.pixels.data(), image.pixels.size());
        }
    }
    void operator()(const Shared<Mask>& v)
    {
        add(v->width);
        add(v->pixels);
    }
    void operator()(const Shared<ControlNetValue>& v) { add(v->name); }
    void operator()(const Shared<ControlMapValue>& v)
    {
        add(v->kind);
        for (const RgbImage& map : v->maps)
            add(map.pixels.data(), map.pixels.size());
        if (v->hidden)
            (*this)(v->hidden);
    }
    void operator()(const Shared<ValueList>& v)
    {
        for (const Value& value : v->values)
            std::visit(*this, static_cast<const Value::variant&>(value));
    }
};

}
