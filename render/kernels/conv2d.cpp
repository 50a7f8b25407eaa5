#include "render/kernels/product.h"

namespace athanor {

namespace {

void convLavapipe(const ConvArguments& a, const Product& product, std::string_view variant)
{
    struct Push : LavapipePush {
        int32_t height, width, inputs, outWidth;
        int32_t kernelHeight, kernelWidth, stride, padBefore;
        int32_t enlarge;
    };
    const Push push{lavapipePush(product), int32_t(a.height), int32_t(a.width), int32_t(a.inputs), int32_t(a.outWidth),
        int32_t(a.kernelHeight), int32_t(a.kernelWidth), int32_t(a.stride), int32_t(a.padBefore), int32_t(a.upsample)};
    dispatchLavapipe("conv2d", variant, product, pushBytes(push));
}

// Rows of the input that output rows [first, first + count) of an image touch, clamped to it; never empty.
struct Band {
    int64_t first, end;
};
Band inputBand(const ConvArguments& a, uint64_t first, uint64_t count)
{
    const int64_t top = int64_t(first * a.stride) - a.padBefore;
    const int64_t bottom = int64_t((first + count - 1) * a.stride) - a.padBefore + a.kernelHeight - 1;
    const int64_t height = int64_t(a.height);
    const Band band{std::clamp<int64_t>(top >> a.upsample, 0, height - 1),
        std::clamp<int64_t>((bottom >> a.upsample) + 1, 1, height)};
    return {band.first, std::max(band.end, band.first + 1)};
}

void convTiles(const ConvArguments& a, const Product& product)
{
    struct Push : TilePush {
        int32_t height, width, inputs, outWidth;
        int32_t kernelWidth, stride, padBefore, enlarge;
        int32_t outTop, inputTop;
    };
    const DeviceInfo& info = a.x.buffer->gpu().info();
    const uint64_t element = elementBytes(a.x.type), rowElements = a.width * a.inputs;
    const auto fits = [&](uint64_t outRows) {
        const uint64_t inRows = std::min(a.height, (((outRows - 1) * a.stride + a.kernelHeight - 1) >> a.upsample) + 2);
        return inRows * rowElements * element <= maxWindowBytes(info)
            && outRows * a.outWidth * a.outputs * element <= maxWindowBytes(info)
            && outRows * a.outWidth <= uint64_t(info.limits.maxGroups[0]) * 64;
    };
    uint64_t step = a.outHeight; // output rows in one piece
    while (step > 1 && !fits(step))
        step = (step + 1) / 2;
    for (uint64_t image = 0; image < a.images; ++image)
        for (uint64_t first = 0; first < a.outHeight; first += step) {
            const uint64_t count = std::min(step, a.outHeight - first);
            const Band band = inputBand(a, first, count);
            const Window x = window(a.x, Access::Read, (image * a.height + uint64_t(band.first)) * rowElements,
                uint64_t(band.end - band.first) * rowElements, 1);
            const uint64_t firstRow = (image * a.outHeight + first) * a.outWidth;
            dispatchTiles("conv2d", product, {x, firstRow, count * a.outWidth}, [&](const TilePush& common) {
                return Push{common, int32_t(a.height), int32_t(a.width), int32_t(a.inputs), int32_t(a.outWidth),
                    int32_t(a.kernelWidth), int32_t(a.stride), int32_t(a.padBefore), int32_t(a.upsample),
                    int32_t(first), int32_t(band.first)};
            });
        }
}

}

void conv2d(const ConvArguments& a)
{
    const uint64_t pixels = a.outHeight * a.outWidth;
    const Product product{a.x, a.weight, a.y, a.images * pixels, a.outputs, a.kernelHeight * a.kernelWidth * a.inputs,
        a.inputs, pixels, a.end};
    const std::string_view variant = lavapipeVariant(a.x.buffer->gpu().info());
    if (variant.empty())
        convTiles(a, product);
    else
        convLavapipe(a, product, variant);
}

}
