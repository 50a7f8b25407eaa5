// Networks that enlarge pictures: SRVGGNetCompact of Real-ESRGAN (Wang et al. 2021), of any width, depth and factor.
#pragma once
#include "inference/weights/module.h"

#include <cstdint>
#include <string>
#include <vector>

namespace athanor {

struct Upscaler {
    int convolutions = 0; // 3×3, all but the last followed by a PReLU
    int factor = 2; // of each side
    Weights weights; // names below "body."
    PackedWeight repeat; // 3 → 3·factor²: the picture itself, to which the network adds
    DType precision = DType::F32;
};

// image: N H W 3 in 0…1 → N fH fW 3, fp32, about 0…1. A pixel reaches no farther than `convolutions` pixels.
// Source: Real-ESRGAN, realesrgan/archs/srvgg_arch.py.
Tensor upscale(const Upscaler& model, const Tensor& image);

// Bytes of activations that a picture of this size takes at most.
uint64_t upscaleMemory(const Upscaler& model, int64_t height, int64_t width);

// path: a safetensors file or PyTorch checkpoint. Throws Error: FileMissing, BadFile (which tensor is wrong, or what
// the file is instead), OutOfMemory.
Upscaler loadUpscaler(Gpu& gpu, const std::string& path, DType precision, std::vector<std::string>& warnings);
// Throws what loadUpscaler would, as far as it is known without the weights.
void requireUpscalerFile(const std::string& path);

}
