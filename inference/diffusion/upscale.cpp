#include "inference/diffusion/upscale.h"

#include "inference/diffusion/device_stage.h"
#include "inference/models/upscaler.h"
#include "inference/values/pixels.h"
#include "render/error.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace athanor {

namespace {

constexpr int smallestUpscalerTile = 32;
constexpr int longestSide = 16'384;

struct Area {
    int x = 0, y = 0, width = 0, height = 0;
};

// Mirrored at the outermost pixels, as often as it takes.
int mirrored(int at, int length)
{
    const int period = std::max(2 * (length - 1), 1);
    at = std::abs(at) % period;
    return at < length ? at : period - at;
}

// 0…1. The area may reach beyond the picture, which goes on mirrored there: networks take what is missing for black.
std::vector<float> valuesOf(const RgbImage& image, const Area& area)
{
    std::vector<float> values;
    values.reserve(size_t(area.width) * size_t(area.height) * 3);
    for (int y = area.y; y < area.y + area.height; ++y)
        for (int x = area.x; x < area.x + area.width; ++x) {
            const size_t pixel =
                size_t(mirrored(y, image.height)) * size_t(image.width) + size_t(mirrored(x, image.width));
            for (size_t c = 0; c < 3; ++c)
                values.push_back(float(image.pixels[pixel * 3 + c]) / 255);
        }
    return values;
}

void enlarge(Gpu& gpu, const Upscaler& model, const RgbImage& image, const Area& area, RgbImage& result)
{
    const int margin = model.convolutions;
    const Area seen{area.x - margin, area.y - margin, area.width + 2 * margin, area.height + 2 * margin};
    const Tensor large = upscale(model, tensorFrom(gpu, {1, seen.height, seen.width, 3}, valuesOf(image, seen)));
    const std::vector<float> values = toHost(large);
    if (!std::ranges::all_of(values, [](float v) { return std::isfinite(v); }))
        throw Error(ErrorKind::BadFile,
            "the upscaler returned values that are not numbers; its weights are damaged or need fp32 precision");
    const int f = model.factor;
    const RgbImage tile = toImage(values, seen.width * f, seen.height * f, 0);
    for (int y = 0; y < area.height * f; ++y) {
        const size_t from = size_t(margin * f + y) * size_t(tile.width) + size_t(margin * f);
        const size_t to = size_t(area.y * f + y) * size_t(result.width) + size_t(area.x * f);
        std::copy_n(&tile.pixels[from * 3], area.width * f * 3, &result.pixels[to * 3]);
    }
}

// The largest tile up to `tile` that fits into what the device has left.
int fitting(Gpu& gpu, const Upscaler& model, int tile)
{
    const uint64_t left = freeMemory(gpu);
    const auto need = [&](int side) {
        return upscaleMemory(model, side + 2 * model.convolutions, side + 2 * model.convolutions);
    };
    while (tile / 2 >= smallestUpscalerTile && need(tile) > left)
        tile /= 2;
    return tile;
}

}

RgbImage upscaled(Gpu& gpu, const Upscaler& model, const RgbImage& image, int tile,
    const std::function<void(int done, int all)>& onTile)
{
    const int64_t width = int64_t(image.width) * model.factor, height = int64_t(image.height) * model.factor;
    if (std::max(width, height) > longestSide)
        throw Error(ErrorKind::BadArgument,
            "the picture would have " + std::to_string(width) + "×" + std::to_string(height) + " pixels, at most "
                + std::to_string(longestSide) + " a side are possible");
    RgbImage result{int(width), int(height), std::vector<uint8_t>(size_t(width * height * 3))};
    tile = fitting(gpu, model, tile);
    const int columns = (image.width + tile - 1) / tile, rows = (image.height + tile - 1) / tile;
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column) {
            onTile(row * columns + column, rows * columns);
            const Area area{column * tile, row * tile, std::min(tile, image.width - column * tile),
                std::min(tile, image.height - row * tile)};
            try {
                enlarge(gpu, model, image, area, result);
            } catch (const Error& error) {
                if (error.kind != ErrorKind::OutOfMemory || tile / 2 < smallestUpscalerTile)
                    throw;
                return upscaled(gpu, model, image, tile / 2, onTile);
            }
        }
    onTile(rows * columns, rows * columns);
    return result;
}

}
