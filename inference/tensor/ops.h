// Operations on tensors: each checks shapes, allocates its result and launches a kernel of the same name. They return
// at once; the recorder runs them in order. A wrong shape is a programmer's error and asserts.
#pragma once
#include "inference/tensor/tensor.h"

#include <cstdint>
#include <span>
#include <vector>

namespace athanor {

// The weight of a linear layer or convolution, packed for the kernels (render/kernels.h): tiles of 64 outputs,
// [ceil(outputs/64)][kernelHeight × kernelWidth × inputs][64], zeros where the last tile is not full.
struct PackedWeight {
    Tensor data;
    int64_t outputs = 0, inputs = 0;
    int64_t kernelHeight = 1, kernelWidth = 1;
};

// values: O × I × kH × kW as files hold them (kH = kW = 1 for linear layers).
PackedWeight packWeight(Gpu& gpu, std::span<const float> values, int64_t outputs, int64_t inputs, int64_t kernelHeight,
    int64_t kernelWidth, DType type);

// The values as packWeight took them, in fp32.
std::vector<float> unpackWeight(const PackedWeight& weight);

// What a linear layer or convolution does besides its product, in this order.
struct Epilogue {
    Tensor bias; // outputs, fp32; optional
    Activation activation = Activation::None;
    Tensor perImage; // N × outputs, added to each row of its image; optional (time embedding)
    Tensor residual; // the result's shape, added last; optional
};

// x: … × inputs → … × outputs, in x's type. The weight has the same type, or x is fp32 and the weight fp16.
Tensor linear(const PackedWeight& weight, const Tensor& x, const Epilogue& epilogue = {});
// a: B × M × K, b: B × K × N (or B × N × K with transposeB) → B × M × N, times scale.
Tensor matmul(const Tensor& a, const Tensor& b, bool transposeB = false, float scale = 1);

// Zero padding: pixels added before and after, the same in both directions of the image.
struct ConvOptions {
    int stride = 1;
    int padBefore = 1, padAfter = 1; // both 0 for a 1×1 kernel
    bool upsample = false; // the input is first enlarged ×2, nearest
};
// x: N H W inputs → N H' W' outputs.
Tensor conv2d(const PackedWeight& weight, const Tensor& x, const ConvOptions& options, const Epilogue& epilogue = {});

struct AttentionOptions {
    bool causal = false; // position i sees keys 0…i
    Tensor bias; // heads Lq Lk, fp32, added to the scores of every image; optional
    float scale = 0; // of q·kᵀ; 0: 1 / √headSize
};
// q: N Lq C, k and v: N Lk C, C = heads × head size → N Lq C. softmax(scale · q·kᵀ + bias)·v, online over tiles of keys
// (Dao et al. 2022, FlashAttention).
Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, int heads, const AttentionOptions& options = {});

// x: N … C. Statistics over each image and group of C / groups channels, then × weight + bias (fp32, C), then SiLU if
// asked.
Tensor groupNorm(
    const Tensor& x, const Tensor& weight, const Tensor& bias, int groups, float epsilon, bool silu = false);
// Over the last axis; weight and bias fp32, C.
Tensor layerNorm(const Tensor& x, const Tensor& weight, const Tensor& bias, float epsilon = 1e-5f);
// Over the last axis: x / √(mean(x²) + epsilon) · weight (Zhang and Sennrich 2019); weight fp32, C.
Tensor rmsNorm(const Tensor& x, const Tensor& weight, float epsilon);
// x: N … C, rows to mean 0 and variance 1, then · (1 + scale) + shift of their image (adaLN, Peebles and Xie 2023).
// scale and shift: N C, always fp32.
Tensor modulatedNorm(const Tensor& x, const Tensor& scale, const Tensor& shift, float epsilon);

Tensor activate(const Tensor& x, Activation activation);
Tensor silu(const Tensor& x);
// x: … × 2C → … × C: first half × gelu(second half) (Shazeer 2020; exact erf form).
Tensor geglu(const Tensor& x);

// Element by element. b has a's shape, or b's shape is a suffix of a's (then it repeats over the leading axes).
Tensor add(const Tensor& a, const Tensor& b);
Tensor multiply(const Tensor& a, const Tensor& b);
Tensor scale(const Tensor& x, float factor, float offset = 0);
inline Tensor operator+(const Tensor& a, const Tensor& b)
{
    return add(a, b);
}

// x + gate · y; x and y: N … C of one type, gate: N C, always fp32.
Tensor addGated(const Tensor& x, const Tensor& y, const Tensor& gate);

// x's positive values as they are, negative ones times their channel's slope (fp32, C).
Tensor prelu(const Tensor& x, const Tensor& slopes);

// Along the last axis: … × Ca and … × Cb → … × (Ca + Cb).
Tensor concat(const Tensor& a, const Tensor& b);
// Along the last axis: channels [from, from + count).
Tensor slice(const Tensor& x, int64_t from, int64_t count);
// Along axis 1: N La C and N Lb C → N (La + Lb) C.
Tensor concatRows(const Tensor& a, const Tensor& b);
// Along axis 1 of N L C: rows [from, from + count).
Tensor rows(const Tensor& x, int64_t from, int64_t count);
// Axes in the new order, rank ≤ 4.
Tensor permute(const Tensor& x, const std::vector<int>& order);
// Rows [y, y + height) and columns [x, x + width) of N H W C.
Tensor crop(const Tensor& image, int64_t y, int64_t x, int64_t height, int64_t width);
Tensor convert(const Tensor& x, DType type);
// N H W (C · factor²) → N fH fW C: each pixel's channels become factor × factor pixels, row by row (Shi et al. 2016).
Tensor pixelShuffle(const Tensor& x, int factor);
// N H W (patch² · C) → N pH pW C: each pixel's values become patch × patch pixels, row by row, each with all its
// channels (Dosovitskiy et al. 2021).
Tensor fromPatches(const Tensor& x, int patch);
// N H W C → N 2H 2W C, nearest.
Tensor upsampleNearest(const Tensor& x);

// table: rows × C; ids → ids.size() × C. Every id is checked against the rows on the host. The table may be larger
// than one storage binding.
Tensor gather(const Tensor& table, std::span<const int32_t> ids, DType type);

}
