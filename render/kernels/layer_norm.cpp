#include "render/kernels/launch.h"

namespace athanor {

namespace {

enum class NormForm : uint32_t { Layer, Rms, Modulated }; // as the shader numbers them

// Modulated: weight and bias are images × channels, and each image has rowsPerImage rows. Else channels; RMS norm reads
// no bias.
struct NormArguments {
    NormForm form = NormForm::Layer;
    Operand x, weight, bias, y;
    uint64_t rows = 0, rowsPerImage = 0, channels = 0;
    float epsilon = 0;
};

void norm(const NormArguments& a)
{
    struct Push {
        uint32_t rows;
        uint32_t xFirst, yFirst;
        uint32_t channels;
        float epsilon;
        uint32_t weightFirst, biasFirst;
        uint32_t rowFirst, rowsPerImage;
    };
    Gpu& gpu = a.x.buffer->gpu();
    const uint64_t channels = a.channels;
    const bool modulated = a.form == NormForm::Modulated;
    const uint32_t width = widthFor(channels);
    const std::string shader = variant("layer_norm", {a.x.type}, width);
    const uint32_t lanes = lanesPerRow(gpu.info());
    const uint32_t constants[] = {lanes, uint32_t(a.form)};
    // Rows are of no more images than there are rows, so that their weights fit where fp32 rows do.
    const uint64_t rowBytes = channels * elementBytes(modulated ? DType::F32 : a.x.type);
    forRows(gpu.info(), a.rows, rowBytes, groupSize / lanes, [&](uint64_t row, uint64_t part) {
        const Window from = window(a.x, Access::Read, row * channels, part * channels, width);
        const Window to = window(a.y, Access::Write, row * channels, part * channels, width);
        Window weight{{a.weight.buffer, Access::Read}}, bias{{a.bias.buffer, Access::Read}};
        if (modulated) {
            const uint64_t image = row / a.rowsPerImage, images = (row + part - 1) / a.rowsPerImage - image + 1;
            weight = window(a.weight, Access::Read, image * channels, images * channels, width);
            bias = window(a.bias, Access::Read, image * channels, images * channels, width);
        }
        const Push push{uint32_t(part), from.first, to.first, uint32_t(channels / width), a.epsilon, weight.first,
            bias.first, modulated ? uint32_t(row % a.rowsPerImage) : 0, uint32_t(a.rowsPerImage)};
        const Binding bindings[] = {from.binding, weight.binding, bias.binding, to.binding};
        gpu.commands().dispatch(
            {shader, constants, bindings, pushBytes(push), {groupsFor(part * lanes), 1, 1}, double(part * channels)});
    });
}

}

void layerNorm(Operand x, Operand weight, Operand bias, Operand y, uint64_t rows, uint64_t channels, float epsilon)
{
    norm({NormForm::Layer, x, weight, bias, y, rows, 0, channels, epsilon});
}

void rmsNorm(Operand x, Operand weight, Operand y, uint64_t rows, uint64_t channels, float epsilon)
{
    norm({NormForm::Rms, x, weight, weight, y, rows, 0, channels, epsilon});
}

void modulatedNorm(Operand x, Operand scale, Operand shift, Operand y, uint64_t rows, uint64_t rowsPerImage,
    uint64_t channels, float epsilon)
{
    norm({NormForm::Modulated, x, scale, shift, y, rows, rowsPerImage, channels, epsilon});
}

}
