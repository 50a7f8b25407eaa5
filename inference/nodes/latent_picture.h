// Pictures and masks as nodes bring them to a VAE: with sides that are multiples of its pixels a latent.
#pragma once
#include "inference/diffusion/latent_codec.h"
#include "inference/diffusion/mask.h"
#include "inference/nodes/common.h"
#include "inference/values/resample.h"

#include <string>
#include <utility>
#include <vector>

namespace athanor {

// What is too much is left out at both ends.
inline ImageValue latentPictures(const NodeRun& run, ImageValue value)
{
    const int unit = latentPixels(run.input<VaeValue>("vae"));
    const std::string units = std::to_string(unit);
    for (RgbImage& image : value.images) {
        const int width = image.width / unit * unit, height = image.height / unit * unit;
        if (width == image.width && height == image.height)
            continue;
        if (width == 0 || height == 0)
            throw Error(ErrorKind::BadArgument,
                "the picture has " + std::to_string(image.width) + "×" + std::to_string(image.height)
                    + " pixels, at least " + units + "×" + units + " are needed; enlarge it first");
        if (&image == &value.images.front())
            run.warn("the picture of " + std::to_string(image.width) + "×" + std::to_string(image.height)
                + " pixels is cut to " + std::to_string(width) + "×" + std::to_string(height)
                + ": sides are multiples of " + units);
        image = cropped(image, {(image.width - width) / 2, (image.height - height) / 2, width, height});
    }
    return value;
}

// The mask as large as the pictures were, cut like them; 0 or 1.
inline Mask latentMask(const Mask& mask, const RgbImage& was, const RgbImage& is)
{
    const std::vector<float> whole =
        resampled(mask.pixels, 1, mask.height, mask.width, was.height, was.width, Resample::Bilinear);
    return rounded({is.width, is.height,
        cropped(whole, 1, {was.width, was.height},
            {(was.width - is.width) / 2, (was.height - is.height) / 2, is.width, is.height})});
}

}
