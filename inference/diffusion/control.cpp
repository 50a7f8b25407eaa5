#include "inference/diffusion/control.h"

#include "inference/graph/param_check.h"
#include "inference/preprocess/map_resize.h"
#include "inference/sampling/names.h"
#include "inference/values/resample.h"
#include "render/error.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace athanor {

namespace {

// Each channel's median over the outermost rows and columns.
std::array<uint8_t, 3> borderColour(const RgbImage& image)
{
    std::array<uint8_t, 3> colour{};
    for (int c = 0; c < 3; ++c) {
        std::vector<uint8_t> values;
        const auto take = [&](int x, int y) {
            values.push_back(image.pixels[(size_t(y) * size_t(image.width) + size_t(x)) * 3 + size_t(c)]);
        };
        for (int x = 0; x < image.width; ++x) {
            take(x, 0);
            take(x, image.height - 1);
        }
        for (int y = 0; y < image.height; ++y) {
            take(0, y);
            take(image.width - 1, y);
        }
        const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2); // of an even number: there are two
        std::nth_element(values.begin(), middle, values.end());
        colour[size_t(c)] = uint8_t((*middle + *std::max_element(values.begin(), middle)) / 2);
    }
    return colour;
}

using MapResize = RgbImage (*)(const RgbImage&, int width, int height);

int sideAt(int side, double scale)
{
    return std::max(int(std::nearbyint(side * scale)), 1);
}

// Fills the size, what is over is cut off.
RgbImage filledBy(const RgbImage& map, int width, int height, MapResize resize)
{
    constexpr int longest = 16'384;
    const double scale = std::max(double(width) / map.width, double(height) / map.height);
    const int wide = std::max(sideAt(map.width, scale), width), high = std::max(sideAt(map.height, scale), height);
    if (std::max(wide, high) > longest) // much that would be cut off
        return resize(cropped(map, middle({map.width, map.height}, {width, height})), width, height);
    return cropped(resize(map, wide, high), {(wide - width) / 2, (high - height) / 2, width, height});
}

RgbImage padded(const RgbImage& map, int width, int height, MapResize resize)
{
    const double scale = std::min(double(width) / map.width, double(height) / map.height);
    const RgbImage inner =
        resize(map, std::min(sideAt(map.width, scale), width), std::min(sideAt(map.height, scale), height));
    const std::array<uint8_t, 3> colour = borderColour(map);
    RgbImage result{width, height, std::vector<uint8_t>(size_t(width) * size_t(height) * 3)};
    for (size_t i = 0; i < result.pixels.size(); ++i)
        result.pixels[i] = colour[i % 3];
    const int left = (width - inner.width) / 2, top = (height - inner.height) / 2;
    for (int y = 0; y < inner.height; ++y)
        std::copy_n(inner.pixels.begin() + std::ptrdiff_t(y) * inner.width * 3, inner.width * 3,
            result.pixels.begin() + (std::ptrdiff_t(y + top) * width + left) * 3);
    return result;
}

// The mask for feature maps of this shape (N H W C): H W C.
Tensor maskFor(const Mask& mask, const Tensor& x)
{
    const int64_t height = x.dim(1), width = x.dim(2), channels = x.dim(3);
    const bool smaller = height * width < int64_t(mask.width) * mask.height;
    const std::vector<float> values = resampled(
        mask.pixels, 1, mask.height, mask.width, height, width, smaller ? Resample::Area : Resample::Bilinear);
    std::vector<float> all;
    for (const float value : values) // means of ones are not quite one
        all.insert(all.end(), size_t(channels), value > 1 - 1e-5f ? 1 : value);
    return tensorFrom(x.gpu(), {height, width, channels}, all, x.type);
}

}

void check(const AppliedControl& control)
{
    requireRange("control strength", control.strength, -10, 10);
    requireRange("control end", control.end, 0, 1);
    requireRange("control start", control.start, 0, control.end);
    for (const double value : control.curve)
        requireRange("control curve", value, -10, 10);
    for (const double value : control.blockWeights)
        requireRange("control block weight", value, -10, 10);
    const auto given = control.blockWeights.size(), wanted = size_t(control.net->config.residuals);
    if (given != 0 && given != wanted)
        throw Error(ErrorKind::BadArgument,
            "the control has " + std::to_string(given) + " block weights, this ControlNet takes "
                + std::to_string(wanted) + ", from its first block to its middle");
}

bool reachesNegative(const AppliedControl& control)
{
    const bool both = control.mode == ControlMode::Balanced || control.mode == ControlMode::Prompt;
    return both && !control.net->config.globalPool;
}

double strengthAt(const AppliedControl& control, int index, int count)
{
    // As diffusers' controlnet_keep, to the bit.
    if (double(index) / count < control.start || double(index + 1) / count > control.end)
        return 0;
    if (control.curve.empty())
        return control.strength;
    const double last = double(control.curve.size() - 1);
    const double at = count > 1 ? last * index / (count - 1) : 0;
    const auto below = size_t(std::min(std::floor(at), last)), above = std::min(below + 1, control.curve.size() - 1);
    return control.strength * std::lerp(control.curve[below], control.curve[above], at - double(below));
}

std::vector<double> blockFactors(const AppliedControl& control)
{
    const int count = control.net->config.residuals;
    std::vector<double> factors;
    for (int i = 0; i < count; ++i) {
        double factor = control.blockWeights.empty() ? 1 : control.blockWeights[size_t(i)];
        if (control.mode == ControlMode::Prompt || control.mode == ControlMode::Control)
            factor *= std::pow(0.825, count - 1 - i);
        if (control.mode == ControlMode::Guess)
            factor *= std::pow(10, double(i - count + 1) / (count - 1));
        factors.push_back(factor);
    }
    return factors;
}

namespace {

RgbImage fittedBy(MapResize resize, const RgbImage& map, int width, int height, MapFit fit)
{
    if (fit == MapFit::Pad)
        return padded(map, width, height, resize);
    return fit == MapFit::Stretch ? resize(map, width, height) : filledBy(map, width, height, resize);
}

}

RgbImage fitted(const RgbImage& map, int width, int height, MapFit fit)
{
    return fittedBy(resizedMap, map, width, height, fit);
}

namespace {

RgbImage picture(const Mask& mask)
{
    RgbImage image{mask.width, mask.height, {}};
    for (const float value : mask.pixels)
        image.pixels.insert(image.pixels.end(), 3, value > 0.5f ? 255 : 0);
    return image;
}

// −1 where the mask is white: what the network for inpainting is to fill.
void hide(std::vector<float>& values, const RgbImage& mask)
{
    for (size_t i = 0; i < values.size(); ++i)
        if (mask.pixels[i] > 127)
            values[i] = -1;
}

// The map as the network is shown it.
std::vector<float> hintOf(const AppliedControl& control, const RgbImage& map, int width, int height)
{
    const RgbImage image = fitted(map, width, height, control.fit);
    std::vector<float> values(image.pixels.begin(), image.pixels.end());
    for (float& value : values)
        value /= 255;
    if (control.hidden)
        hide(values, fittedBy(resizedShades, picture(*control.hidden), width, height, control.fit));
    return values;
}

// One for each row; a single map stays alone, which serves all rows.
Tensor hintsFor(const Tensor& hints, std::span<const int32_t> pictures)
{
    const auto maps = int32_t(hints.dim(0)), height = int32_t(hints.dim(1));
    if (maps == 1)
        return hints;
    std::vector<int32_t> lines;
    for (const int32_t index : pictures)
        for (int32_t y = 0; y < height; ++y)
            lines.push_back(index % maps * height + y);
    const Tensor all = hints.reshaped({int64_t(maps) * height, hints.dim(2) * hints.dim(3)});
    return gather(all, lines, hints.type).reshaped({int64_t(pictures.size()), height, hints.dim(2), hints.dim(3)});
}

}

std::vector<ActiveControl> activeControls(const ControlList& controls, const StepAt& at)
{
    std::vector<ActiveControl> result;
    for (const auto& control : controls)
        if (const double strength = strengthAt(*control, at.index, at.count); strength != 0)
            result.push_back({control.get(), strength});
    return result;
}

ControlRun::ControlRun(Gpu& gpu, const Denoiser& net, int64_t height, int64_t width)
    : m_gpu(gpu)
    , m_net(net)
    , m_height(height)
    , m_width(width)
{
}

const ControlRun::Prepared& ControlRun::prepared(const AppliedControl& control)
{
    const auto [it, isNew] = m_prepared.try_emplace(&control);
    if (isNew) {
        requireFit(*control.net, requireUNet(m_net));
        const int shift = control.net->config.hintDownsamplings;
        const int width = int(m_width << shift), height = int(m_height << shift);
        std::vector<float> values;
        for (const RgbImage& map : control.maps) {
            const std::vector<float> shown = hintOf(control, map, width, height);
            values.insert(values.end(), shown.begin(), shown.end());
        }
        it->second.hints =
            embedHint(*control.net, tensorFrom(m_gpu, {int64_t(control.maps.size()), height, width, 3}, values));
    }
    return it->second;
}

std::vector<Tensor> ControlRun::residuals(std::span<const ActiveControl> controls, const Tensor& x,
    std::span<const float> timesteps, const Conditions& conditions, std::span<const int32_t> pictures)
{
    std::vector<Tensor> total;
    for (const auto& [control, strength] : controls) {
        const Tensor hint = hintsFor(prepared(*control).hints, pictures);
        std::vector<Tensor> found = evaluate(*control->net, x, timesteps, conditions, hint);
        total.resize(found.size());
        const std::vector<double> factors = blockFactors(*control);
        std::vector<Tensor>& masks = m_prepared.at(control).masks;
        masks.resize(found.size());
        for (size_t i = 0; i < found.size(); ++i) {
            const float factor = float(strength * factors[i]);
            if (factor == 0)
                continue;
            Tensor part = factor == 1 ? found[i] : scale(found[i], factor);
            if (control->mask) {
                masks[i] = masks[i] ? masks[i] : maskFor(*control->mask, part);
                part = multiply(part, masks[i]);
            }
            total[i] = total[i] ? total[i] + part : part;
        }
    }
    return total;
}

}
