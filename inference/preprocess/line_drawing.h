// Drawings with white lines on black by networks that users have as ONNX files, all of which draw black on white.
#pragma once
#include "inference/networks/onnx_network.h"
#include "inference/values/image.h"

namespace athanor {

// All throw Error(BadFile) for another network.

// Informative drawings (Chan et al. 2022), "sk_model" and the coarser "sk_model2".
RgbImage drawnLines(OnnxNetwork& network, const RgbImage& image);

// ControlNet's U-Net for anime ("netG"), which takes sides of multiples of 256.
RgbImage animeLines(OnnxNetwork& network, const RgbImage& image);

// Manga line extraction (Li et al. 2017, "erika"), which leaves out screentones.
RgbImage mangaLines(OnnxNetwork& network, const RgbImage& image);

}
