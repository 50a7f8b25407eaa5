#include "inference/diffusion/inpaint_input.h"

#include "render/error.h"

#include <memory>
#include <string>
#include <utility>

namespace athanor {

namespace {

float maskAt(const Mask& mask, int64_t y, int64_t height, int64_t x, int64_t width)
{
    const int64_t row = y * mask.height / height, column = x * mask.width / width;
    return mask.pixels[size_t(row * mask.width + column)] >= 0.5f ? 1.f : 0.f;
}

}

InpaintInput inpaintOf(const LatentValue& latent, const LatentFormat& format)
{
    InpaintInput told{latent.mask ? *latent.mask : Mask{1, 1, {1}}, 1, latent.channels, latent.height, latent.width,
        latent.scale, {}};
    if (latent.mask && latent.values) {
        told.images = latent.images;
        told.masked = *latent.values;
        return told;
    }
    for (int64_t c = 0; c < latent.channels; ++c)
        told.masked.insert(told.masked.end(), size_t(latent.height * latent.width),
            size_t(c) < format.grey.size() ? format.grey[size_t(c)] : 0);
    return told;
}

std::vector<float> extraChannels(const std::vector<ExtraInput>& inputs, const InpaintInput& told, int64_t index)
{
    const int64_t pixels = told.height * told.width;
    const float* masked = told.masked.data() + index % told.images * told.channels * pixels;
    std::vector<float> values;
    values.reserve(size_t(pixels * channelsOf(inputs, int(told.channels))));
    for (int64_t i = 0; i < pixels; ++i)
        for (const ExtraInput input : inputs)
            if (input == ExtraInput::Mask)
                values.push_back(maskAt(told.mask, i / told.width, told.height, i % told.width, told.width));
            else
                for (int64_t c = 0; c < told.channels; ++c)
                    values.push_back(masked[c * pixels + i]);
    return values;
}

std::shared_ptr<const InpaintInput> ofScale(std::shared_ptr<const InpaintInput> told, double scale)
{
    const LatentValue masked = ofScale(LatentValue{.values = {told, &told->masked}, .scale = told->scale}, scale);
    if (masked.values.get() == &told->masked)
        return told;
    InpaintInput scaled = *told;
    scaled.masked = *masked.values;
    scaled.scale = scale;
    return std::make_shared<const InpaintInput>(std::move(scaled));
}

void requireFit(const InpaintInput& told, const LatentValue& latent)
{
    const auto text = [](const auto& of) {
        return std::to_string(of.channels) + " channels of " + std::to_string(of.width) + "×"
            + std::to_string(of.height);
    };
    if (text(told) != text(latent))
        throw Error(ErrorKind::BadArgument,
            "the picture to inpaint has latents with " + text(told) + ", the latent to sample has " + text(latent)
                + "; both must be of one size and one kind of model");
}

}
