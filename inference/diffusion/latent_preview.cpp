#include "inference/diffusion/latent_preview.h"

#include "inference/values/pixels.h"

#include <cassert>
#include <cstddef>
#include <vector>

namespace athanor {

RgbImage latentPreview(std::span<const float> latent, int width, int height, const LatentColours& colours)
{
    const size_t pixels = size_t(width) * size_t(height);
    assert(latent.size() == pixels * colours.factors.size() && "a factor for each channel");
    std::vector<float> rgb(pixels * 3);
    for (size_t i = 0; i < pixels; ++i)
        for (size_t c = 0; c < 3; ++c) {
            float sum = colours.bias[c];
            for (size_t k = 0; k < colours.factors.size(); ++k)
                sum += colours.factors[k][c] * latent[k * pixels + i];
            rgb[i * 3 + c] = sum;
        }
    return toImage(rgb, width, height, -1);
}

}
