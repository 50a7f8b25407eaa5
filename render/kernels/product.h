// What the launchers of linear and conv2d share. Not for use outside render/kernels.
#pragma once
#include "render/kernels/launch.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace athanor {

// The variant of the lavapipe kernels for a device: "texel8", "address8" or "address16" by the way they load and the
// lanes of a subgroup; empty where the kernels for GPUs must do.
std::string_view lavapipeVariant(const DeviceInfo& info);
// Of a variant.
inline uint32_t lavapipeLanes(std::string_view variant)
{
    return variant == "address16" ? 16 : 8;
}
// A whole operand as a lavapipe kernel reads it.
Binding lavapipeInput(Operand x, std::string_view variant);

// y = end(x · weight), seen as a product of matrices.
struct Product {
    Operand x, weight, y; // of one type, or fp32 with the weight in fp16 (linear only)
    uint64_t rows = 0, outputs = 0, depth = 0; // of y and of one output's weights
    uint64_t inputs = 0; // length of a row of x
    uint64_t rowsPerImage = 0;
    const ProductEnd& end;
};

// "_f32", "_f16" or "_f32_f16".
inline std::string typesOf(const Product& product)
{
    return product.x.type == product.weight.type ? variant("", {product.x.type}, 1)
                                                 : variant("", {product.x.type, product.weight.type}, 1);
}

// As the lavapipe kernels take it; conv2d's goes on behind.
struct LavapipePush {
    uint64_t x, weight, y, bias, perImage, residual;
    int32_t rows, outputs, depth, rowsPerImage;
};
LavapipePush lavapipePush(const Product& product);
void dispatchLavapipe(
    std::string_view kernel, std::string_view variant, const Product& product, std::span<const std::byte> push);

// As the kernels for GPUs take it; conv2d's goes on behind.
struct TilePush {
    int32_t rows, outputs, depth, rowsPerImage;
    int32_t xFirst, weightFirst, yFirst;
    int32_t rowFirst, columnFirst;
};
// Some rows of a product on a GPU, in as many dispatches as the weight's size asks for. x and y are windows of those
// rows; fill(push) gives each dispatch's push constants out of the common part.
struct TilePiece {
    Window x;
    uint64_t firstRow = 0, rows = 0;
};
template <class Fill>
void dispatchTiles(std::string_view kernel, const Product& product, const TilePiece& piece, Fill fill);

std::array<uint32_t, 6> productConstants(const Product& product);

template <class Fill> void dispatchTiles(std::string_view kernel, const Product& p, const TilePiece& piece, Fill fill)
{
    Gpu& gpu = p.x.buffer->gpu();
    const std::string shader = std::string(kernel) + "_tiles" + typesOf(p);
    const auto constants = productConstants(p);
    const uint64_t tileElements = p.depth * packedTile;
    const uint64_t tiles = (p.outputs + packedTile - 1) / packedTile;
    const uint64_t step = itemsAtOnce(gpu.info(), tiles, tileElements * elementBytes(p.weight.type), tiles);
    const uint64_t yStart = piece.firstRow * p.outputs, yCount = piece.rows * p.outputs;
    const Window y = window(p.y, Access::Write, yStart, yCount, 1);
    // A missing operand is bound as x and never read.
    const Binding bias =
        p.end.bias.buffer ? window(p.end.bias, Access::Read, 0, p.outputs, 1).binding : piece.x.binding;
    const Binding perImage = p.end.perImage.buffer
        ? window(p.end.perImage, Access::Read, 0, p.rows / p.rowsPerImage * p.outputs, 1).binding
        : piece.x.binding;
    const Binding residual =
        p.end.residual.buffer ? window(p.end.residual, Access::Read, yStart, yCount, 1).binding : piece.x.binding;
    for (uint64_t tile = 0, part; tile < tiles; tile += part) {
        part = std::min(step, tiles - tile);
        const Window weight = window(p.weight, Access::Read, tile * tileElements, part * tileElements, 1);
        const TilePush push{int32_t(piece.rows), int32_t(p.outputs), int32_t(p.depth), int32_t(p.rowsPerImage),
            int32_t(piece.x.first), int32_t(weight.first), int32_t(y.first), int32_t(piece.firstRow),
            int32_t(tile * packedTile)};
        const auto filled = fill(push);
        const Binding bindings[] = {piece.x.binding, weight.binding, y.binding, bias, perImage, residual};
        gpu.commands().dispatch({shader, std::span(constants).first(4), bindings, pushBytes(filled),
            {uint32_t((piece.rows + 63) / 64), uint32_t(part), 1},
            double(piece.rows) * double(part * packedTile) * double(p.depth)});
    }
}

}
