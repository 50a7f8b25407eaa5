// What linear and convolution tests share: values for everything that may follow a product, and how far a product in
// fp32 may be off.
#pragma once
#include "tests/support/activation_reference.h"
#include "tests/support/gpu_fixture.h"

namespace athanor {

// Which parts of an Epilogue a test row uses.
enum End {
    Bias = 1,
    PerImage = 2,
    Residual = 4,
    UseSilu = 8,
    UseGelu = 16,
    UseQuickGelu = 32,
    UseGeluTanh = 64,
    UseRelu = 128
};

struct EndValues {
    int images, rows, outputs; // rows of an image
    std::vector<float> bias, perImage, residual;

    static Activation activation(int end)
    {
        return end & UseSilu     ? Activation::Silu
            : end & UseGelu      ? Activation::Gelu
            : end & UseQuickGelu ? Activation::QuickGelu
            : end & UseGeluTanh  ? Activation::GeluTanh
            : end & UseRelu      ? Activation::Relu
                                 : Activation::None;
    }

    // In double; row counts over all images.
    double apply(double sum, int end, size_t row, size_t output) const
    {
        if (end & Bias)
            sum += bias[output];
        sum = activated(activation(end), sum);
        if (end & PerImage)
            sum += perImage[row / size_t(rows) * size_t(outputs) + output];
        if (end & Residual)
            sum += residual[row * size_t(outputs) + output];
        return sum;
    }

    Epilogue epilogue(Gpu& gpu, int end, DType type) const
    {
        Epilogue result;
        result.activation = activation(end);
        if (end & Bias)
            result.bias = tensorFrom(gpu, {outputs}, bias);
        if (end & PerImage)
            result.perImage = tensorFrom(gpu, {images, outputs}, perImage, type);
        if (end & Residual)
            result.residual = tensorFrom(gpu, {int64_t(images) * rows, outputs}, residual, type);
        return result;
    }
};

inline EndValues endValues(int images, int rows, int outputs)
{
    return {images, rows, outputs, randomValues(outputs, -2, 2, 3), randomValues(int64_t(images) * outputs, -2, 2, 4),
        randomValues(int64_t(images) * rows * outputs, -2, 2, 5)};
}

// Error of a sum of `depth` products in fp32, relative to its typical size (values of size 1): each addition rounds a
// partial sum of up to √depth by 2^-24 of it, and such errors add up as a random walk does. Four times that for the
// worst of the elements, and a few units for the activation.
inline double productError(int depth)
{
    return 0x1p-24 * (4 * std::sqrt(double(depth)) + 8);
}

}
