// Every kernel's launcher. A launcher records dispatches and returns at once; it cuts operands that are larger than a
// device can bind or index into pieces. Shapes are the caller's business: inference/tensor/ops checks them.
#pragma once
#include "render/gpu.h"

#include <cstdint>
#include <span>

namespace athanor {

// How elements are stored; arithmetic is always fp32.
enum class DType : uint8_t { F32, F16 };

constexpr uint64_t elementBytes(DType type)
{
    return type == DType::F32 ? 4 : 2;
}

enum class Activation : uint8_t { None, Silu, Gelu, QuickGelu, GeluTanh, Relu }; // as math.glsl numbers them

// A dense array a kernel reads or writes, the last axis fastest.
struct Operand {
    const Buffer* buffer = nullptr;
    DType type = DType::F32;
};

// y[i] = a[i] + b[i mod period]; y has a's type.
void add(Operand a, Operand b, Operand y, uint64_t count, uint64_t period);
// y[i] = a[i] · b[i mod period]; y has a's type.
void multiply(Operand a, Operand b, Operand y, uint64_t count, uint64_t period);
// y[i] = x[i], times slopes[i mod channels] where it is negative (PReLU, He et al. 2015); y has x's type.
void prelu(Operand x, Operand slopes, Operand y, uint64_t count, uint64_t channels);
// z = x + gate · y. x, y and z: rows × C of one type; gate: images × C, fp32.
void addGated(Operand x, Operand y, Operand gate, Operand z, uint64_t rows, uint64_t rowsPerImage, uint64_t channels);
// y = x · factor + offset, in x's type.
void scale(Operand x, Operand y, uint64_t count, float factor, float offset);
// y = activation(x), in x's type.
void activate(Operand x, Operand y, uint64_t count, Activation activation);
// x: rows × 2C → y: rows × C, first half times gelu(second half).
void geglu(Operand x, Operand y, uint64_t rows, uint64_t channels);

// One axis of a strided copy; strides in elements of x and of y.
struct CopyAxis {
    uint64_t extent = 1;
    uint64_t xStride = 0, yStride = 0;
};
// y[yFirst + …] = x[xFirst + …] over a box of one to four axes, the last fastest, converting between the types.
void copy(Operand x, Operand y, uint64_t xFirst, uint64_t yFirst, std::span<const CopyAxis> axes);
// x: rows × columns × C → y: 2·rows × 2·columns × C, every pixel four times. The rows of all images in one.
void upsampleNearest(Operand x, Operand y, uint64_t rows, uint64_t columns, uint64_t channels);

// x: images × pixels × C. Each image's group of C / groups channels to mean 0 and variance 1, then · weight + bias
// (fp32, C), then SiLU if asked. Statistics in fp32 by Welford's method, merged by Chan's.
struct GroupNorm {
    uint64_t images = 1, pixels = 1, channels = 1;
    uint32_t groups = 1;
    float epsilon = 1e-5f;
    bool silu = false;
};
void groupNorm(Operand x, Operand weight, Operand bias, Operand y, const GroupNorm& shape);
// x: rows × C, each row to mean 0 and variance 1, then · weight + bias (fp32, C).
void layerNorm(Operand x, Operand weight, Operand bias, Operand y, uint64_t rows, uint64_t channels, float epsilon);
// x: rows × C, each row to mean square 1, then · weight (fp32, C).
void rmsNorm(Operand x, Operand weight, Operand y, uint64_t rows, uint64_t channels, float epsilon);
// x: rows × C, each row to mean 0 and variance 1, then · (1 + scale) + shift of its image (fp32, images × C).
void modulatedNorm(Operand x, Operand scale, Operand shift, Operand y, uint64_t rows, uint64_t rowsPerImage,
    uint64_t channels, float epsilon);

// table: rows × C; y: ids.size() × C, row i is the table's row ids[i], converted to y's type.
void gather(Operand table, std::span<const int32_t> ids, Operand y, uint64_t channels);

// Outputs of a linear layer or convolution that lie together in a packed weight:
// [ceil(outputs / packedTile)][kernelHeight × kernelWidth × inputs][packedTile], zeros where the last tile is not full.
constexpr int packedTile = 64;

// What follows a product, in this order; each operand may be missing (no buffer).
struct ProductEnd {
    Operand bias; // outputs, fp32
    Activation activation = Activation::None;
    Operand perImage; // images × outputs, in y's type, added to every row of its image
    Operand residual; // y's shape and type
};

// x: rows × inputs, weight packed → y: rows × outputs, in x's type. All of one type, or fp32 with the weight in fp16.
struct LinearArguments {
    Operand x, weight, y;
    uint64_t rows = 0, inputs = 0, outputs = 0;
    uint64_t rowsPerImage = 0; // for perImage
    ProductEnd end;
};
void linear(const LinearArguments& arguments);

// x: images × height × width × inputs, weight packed → y: images × outHeight × outWidth × outputs, in x's type.
// Zero padding before and after in both directions; with upsample the input is first enlarged ×2, nearest.
struct ConvArguments {
    Operand x, weight, y;
    uint64_t images = 1, height = 0, width = 0, inputs = 0;
    uint64_t outHeight = 0, outWidth = 0, outputs = 0;
    uint32_t kernelHeight = 3, kernelWidth = 3, stride = 1, padBefore = 1;
    bool upsample = false;
    ProductEnd end;
};
void conv2d(const ConvArguments& arguments);

// a: batch × m × k, b: batch × k × n (n × k with transposeB) → y = scale · a·b: batch × m × n, all of one type.
struct MatmulArguments {
    Operand a, b, y;
    uint64_t batch = 1, m = 0, n = 0, k = 0;
    bool transposeB = false;
    float scale = 1;
};
void matmul(const MatmulArguments& arguments);

// q: images × queries × (heads · headSize), k and v: images × keys × the same → y as q, all of one type.
struct AttentionArguments {
    Operand q, k, v, y;
    uint64_t images = 1, queries = 0, keys = 0;
    uint32_t heads = 1, headSize = 0;
    bool causal = false; // query i sees keys 0…i
    Operand bias; // heads × queries × keys, fp32, added to the scores of every image; may be missing
    float scale = 0; // of q·k; 0: 1 / √headSize
};
void attention(const AttentionArguments& arguments);

}
