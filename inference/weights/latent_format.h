// What the latents of a family of models are, and what its networks take beside them.
#pragma once
#include <array>
#include <vector>

namespace athanor {

// What previews make of latents: for each channel what it adds to red, green and blue in −1…1. Not the autoencoder.
struct LatentColours {
    std::vector<std::array<float, 3>> factors;
    std::array<float, 3> bias{};
};

struct LatentFormat {
    int channels = 0;
    int downsamplings = 0; // 2^3 = 8 pixels a side for each value
    double scale = 1; // the autoencoder's values, less shift, are multiplied by it
    double shift = 0;
    bool quantConvs = true; // its autoencoder has 1×1 convolutions between the two halves and the latent
    LatentColours colours;
    std::vector<float> grey; // each channel's value where the picture is grey
};

// Further channels behind those of the noisy latent.
enum class ExtraInput {
    Mask, // one: 1 where the picture is made anew
    MaskedLatent, // as many as the latent has: the picture with grey there
};

// What networks are told of the size of the picture beside its pooled prompt, a number each (Podell et al. 2023).
enum class SizeInput { OriginalHeight, OriginalWidth, CropTop, CropLeft, TargetHeight, TargetWidth, AestheticScore };

// How many they are together.
inline int channelsOf(const std::vector<ExtraInput>& inputs, int latentChannels)
{
    int sum = 0;
    for (const ExtraInput input : inputs)
        sum += input == ExtraInput::Mask ? 1 : latentChannels;
    return sum;
}

}
