// Steps with weights or windows, each with the sizes that OpenCV divides by, multiplies or reads past.
#include "inference/networks/onnx_check.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

namespace {

constexpr int64_t longestWindow = 65'536;

struct Window {
    OnnxShape kernel, strides, dilations, begin, end; // along height and width, or the one length
};

std::vector<int64_t> lengths(const OnnxCheck& check, std::string_view name, const OnnxShape& otherwise, int64_t least)
{
    std::vector<int64_t> list = check.saidIntegers(name, otherwise);
    if (list.size() != otherwise.size())
        check.refuse(std::string(name) + " has " + std::to_string(list.size()) + " numbers, expected "
            + std::to_string(otherwise.size()));
    for (const int64_t number : list)
        check.requireRange(std::string(name).c_str(), number, least, longestWindow);
    return list;
}

// "SAME": as many windows as strides fit, what is needed beyond the edges shared out on both sides.
void padLikeInput(Window& w, const OnnxShape& shape, bool moreAtBegin)
{
    for (size_t i = 0; i < w.kernel.size(); ++i) {
        const int64_t side = shape[i + 2], count = (side + w.strides[i] - 1) / w.strides[i];
        const int64_t covered = (count - 1) * w.strides[i] + (w.kernel[i] - 1) * w.dilations[i] + 1;
        const int64_t more = std::max<int64_t>(covered - side, 0);
        w.begin[i] = moreAtBegin ? more - more / 2 : more / 2;
        w.end[i] = more - w.begin[i];
    }
}

Window windowOf(const OnnxCheck& check, const OnnxShape& shape, const OnnxShape& kernel)
{
    const OnnxShape ones(shape.size() - 2, 1);
    Window w{kernel, lengths(check, "strides", ones, 1), lengths(check, "dilations", ones, 1), ones, ones};
    const std::vector<int64_t> pads = lengths(check, "pads", OnnxShape(2 * ones.size(), 0), 0);
    std::copy_n(pads.begin(), ones.size(), w.begin.begin());
    std::copy_n(pads.begin() + int64_t(ones.size()), ones.size(), w.end.begin());
    const std::string mode = check.saidText("auto_pad", "NOTSET");
    if (mode == "SAME_UPPER" || mode == "SAME_LOWER")
        padLikeInput(w, shape, mode == "SAME_LOWER");
    else if (mode == "VALID")
        w.begin = w.end = OnnxShape(ones.size(), 0);
    else if (mode != "NOTSET" && !mode.empty())
        check.refuse("auto_pad is of a kind that is not supported");
    return w;
}

// How many windows fit.
int64_t windows(const OnnxCheck& check, const Window& w, size_t i, int64_t side, bool up)
{
    const int64_t room = side + w.begin[i] + w.end[i] - (w.kernel[i] - 1) * w.dilations[i] - 1;
    if (room < 0)
        check.refuse("its window is larger than what it looks at, " + std::to_string(side));
    int64_t count = (room + (up ? w.strides[i] - 1 : 0)) / w.strides[i] + 1;
    if (up && (count - 1) * w.strides[i] >= side + w.begin[i])
        --count;
    return count;
}

std::vector<OnnxSetting> settingsOf(const Window& w)
{
    std::vector<int64_t> pads = w.begin;
    pads.insert(pads.end(), w.end.begin(), w.end.end());
    return {{"kernel_shape", w.kernel}, {"strides", w.strides}, {"pads", pads}};
}

int64_t groupsOf(const OnnxCheck& check, int64_t channels, int64_t fromEach, int64_t others)
{
    const int64_t groups = check.saidInteger("group", 1);
    check.requireRange("group", groups, 1, longestWindow);
    if (fromEach * groups != channels || others % groups != 0)
        check.refuse("its weights are for " + std::to_string(fromEach * groups) + " channels in "
            + std::to_string(groups) + " groups, and there are " + std::to_string(channels));
    return groups;
}

// Weights with the kernel's sides last, as many as the data has.
const OnnxArray& kernelWeights(const OnnxCheck& check, const OnnxArray& x)
{
    const OnnxArray& weights = check.weights(1, "weights");
    if (weights.shape.size() != x.shape.size())
        check.refuse("its weights are " + shapeText(weights.shape) + " for an array of "
            + std::to_string(x.shape.size()) + " sides");
    const OnnxShape kernel(weights.shape.begin() + 2, weights.shape.end());
    if (check.saidIntegers("kernel_shape", kernel) != kernel)
        check.refuse("its weights are not of the size of its window");
    for (const int64_t side : weights.shape)
        check.requireRange("a side of its weights", side, 1, longestWindow);
    return weights;
}

std::vector<OnnxArray> withBias(const OnnxCheck& check, std::vector<OnnxArray> taken, size_t index, int64_t channels)
{
    if (check.has(index))
        taken.push_back(check.channelWeights(index, "biases", channels));
    return taken;
}

OnnxArray conv(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0, 3, 4);
    const OnnxArray& weights = kernelWeights(check, x);
    const Window w = windowOf(check, x.shape, {weights.shape.begin() + 2, weights.shape.end()});
    if (x.shape.size() == 3 && w.begin != w.end)
        check.refuse("its pads differ at both ends");
    const int64_t groups = groupsOf(check, x.shape[1], weights.shape[1], weights.shape[0]);
    OnnxShape shape{x.shape[0], weights.shape[0]};
    for (size_t i = 0; i < w.kernel.size(); ++i)
        shape.push_back(windows(check, w, i, x.shape[i + 2], false));
    std::vector<OnnxSetting> settings = settingsOf(w);
    settings.push_back({"dilations", w.dilations});
    settings.push_back({"group", groups});
    return check.emit("Conv", withBias(check, {x, weights}, 2, weights.shape[0]), shape, settings,
        double(countOf(weights.shape)) / double(weights.shape[0]));
}

OnnxArray convTranspose(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0, 4, 4);
    const OnnxArray& weights = kernelWeights(check, x);
    const Window w = windowOf(check, x.shape, {weights.shape.begin() + 2, weights.shape.end()});
    if (check.says("output_shape") || check.saidText("auto_pad", "NOTSET") != "NOTSET" || w.begin != w.end
        || w.dilations != OnnxShape{1, 1})
        check.refuse("only even pads, no given size and no dilations are supported");
    const int64_t groups = check.saidInteger("group", 1);
    check.requireRange("group", groups, 1, longestWindow);
    if (weights.shape[0] != x.shape[1] || x.shape[1] % groups != 0)
        check.refuse("its weights are for " + std::to_string(weights.shape[0]) + " channels in "
            + std::to_string(groups) + " groups, and there are " + std::to_string(x.shape[1]));
    const std::vector<int64_t> more = lengths(check, "output_padding", {0, 0}, 0);
    OnnxShape shape{x.shape[0], weights.shape[1] * groups};
    for (size_t i = 0; i < 2; ++i) {
        check.requireRange("output_padding", more[i], 0, w.strides[i] - 1);
        shape.push_back((x.shape[i + 2] - 1) * w.strides[i] - 2 * w.begin[i] + w.kernel[i] + more[i]);
    }
    std::vector<OnnxSetting> settings = settingsOf(w);
    settings.push_back({"group", groups});
    if (check.says("output_padding"))
        settings.push_back({"output_padding", more});
    return check.emit("ConvTranspose", withBias(check, {x, weights}, 2, shape[1]), shape, settings,
        double(countOf(weights.shape)) / double(weights.shape[1]));
}

OnnxArray pooled(const OnnxCheck& check, std::string_view op)
{
    const OnnxArray& x = check.data(0, 4, 4);
    check.requireOneOutput();
    Window w = windowOf(check, x.shape, lengths(check, "kernel_shape", {0, 0}, 1));
    if (w.dilations != OnnxShape{1, 1} || check.saidInteger("storage_order", 0) != 0)
        check.refuse("dilations are not supported");
    const int64_t up = check.saidInteger("ceil_mode", 0);
    OnnxShape shape{x.shape[0], x.shape[1]};
    for (size_t i = 0; i < 2; ++i) {
        if (std::max(w.begin[i], w.end[i]) >= w.kernel[i])
            check.refuse("its pads are as large as its window");
        shape.push_back(windows(check, w, i, x.shape[i + 2], up != 0));
    }
    std::vector<OnnxSetting> settings = settingsOf(w);
    if (up)
        settings.push_back({"ceil_mode", up});
    return check.emit(op, {x}, shape, settings, double(w.kernel[0] * w.kernel[1]));
}

OnnxArray maxPool(const OnnxCheck& check)
{
    return pooled(check, "MaxPool");
}

OnnxArray averagePool(const OnnxCheck& check)
{
    return pooled(check, "AveragePool");
}

OnnxArray pooledAway(const OnnxCheck& check, std::string_view op)
{
    const OnnxArray& x = check.data(0, 4, 4);
    return check.emit(op, {x}, {x.shape[0], x.shape[1], 1, 1}, {}, double(x.shape[2] * x.shape[3]));
}

OnnxArray globalAveragePool(const OnnxCheck& check)
{
    return pooledAway(check, "GlobalAveragePool");
}

OnnxArray globalMaxPool(const OnnxCheck& check)
{
    return pooledAway(check, "GlobalMaxPool");
}

OnnxArray batchNormalization(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0, 2, 4);
    check.requireOneOutput();
    if (check.saidInteger("training_mode", 0) != 0)
        check.refuse("it is made for training; export the network for use");
    std::vector<OnnxArray> taken{x};
    constexpr const char* names[] = {"scales", "biases", "means", "variances"};
    for (size_t i = 0; i < std::size(names); ++i)
        taken.push_back(check.channelWeights(i + 1, names[i], x.shape[1]));
    return check.emit(
        "BatchNormalization", std::move(taken), x.shape, {{"epsilon", check.saidNumber("epsilon", 1e-5f)}});
}

OnnxArray instanceNormalization(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0, 3, 4);
    return check.emit("InstanceNormalization",
        {x, check.channelWeights(1, "scales", x.shape[1]), check.channelWeights(2, "biases", x.shape[1])}, x.shape,
        {{"epsilon", check.saidNumber("epsilon", 1e-5f)}}, 2);
}

OnnxArray gemm(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0, 2, 2);
    const OnnxArray& weights = check.weights(1, "weights");
    if (weights.shape.size() != 2 || check.saidInteger("transA", 0) != 0 || check.saidNumber("alpha", 1) != 1
        || check.saidNumber("beta", 1) != 1)
        check.refuse("only an array times weights of two sides is supported");
    const int64_t turned = check.saidInteger("transB", 0);
    const int64_t taken = weights.shape[turned ? 1 : 0], given = weights.shape[turned ? 0 : 1];
    if (taken != x.shape[1])
        check.refuse(
            "its weights are for " + std::to_string(taken) + " numbers, and there are " + std::to_string(x.shape[1]));
    const OnnxShape shape{x.shape[0], given};
    if (turned)
        return check.emit(
            "Gemm", withBias(check, {x, weights}, 2, given), shape, {{"transB", int64_t(1)}}, double(taken));
    const OnnxArray product = check.emit("MatMul", {x, weights}, shape, {}, double(taken));
    if (!check.has(2))
        return product;
    const OnnxArray biases = check.channelWeights(2, "biases", given);
    return check.emit("Add", {product, biases}, shape);
}

OnnxArray matMul(const OnnxCheck& check)
{
    const OnnxArray& a = check.data(0);
    const OnnxArray& b = check.isConstant(1) ? check.weights(1, "weights") : check.data(1);
    const size_t rank = a.shape.size(), other = b.shape.size();
    if (other < 2 || (b.constant ? other != 2 : other != rank)
        || !std::equal(b.shape.begin(), b.shape.end() - 2, a.shape.begin()) || a.shape.back() != b.shape[other - 2])
        check.refuse("it multiplies " + shapeText(a.shape) + " with " + shapeText(b.shape) + " numbers");
    OnnxShape shape = a.shape;
    shape.back() = b.shape.back();
    return check.emit("MatMul", {a, b}, shape, {}, double(a.shape.back()));
}

// How nearest and bilinear resizing are told; what else there is OpenCV does not know.
std::vector<OnnxSetting> resizeSettings(const OnnxCheck& check, bool tellsCoordinates)
{
    const std::string mode = check.saidText("mode", "nearest");
    if (mode != "nearest" && mode != "linear")
        check.refuse("only nearest and linear resizing are supported; export the network with one of them");
    std::vector<OnnxSetting> settings{{"mode", mode}};
    const std::string coordinates = check.saidText("coordinate_transformation_mode", "half_pixel");
    if (tellsCoordinates && coordinates != "half_pixel" && coordinates != "pytorch_half_pixel"
        && coordinates != "align_corners" && coordinates != "asymmetric")
        check.refuse("its coordinates are of a kind that is not supported");
    if (tellsCoordinates)
        settings.push_back({"coordinate_transformation_mode", coordinates});
    if (check.says("axes") || check.saidInteger("antialias", 0) != 0)
        check.refuse("axes and antialiasing are not supported");
    return settings;
}

OnnxArray scaled(const OnnxCheck& check, const OnnxArray& x, const std::vector<double>& scales, std::string_view op,
    bool tellsCoordinates)
{
    if (scales.size() != 4 || scales[0] != 1 || scales[1] != 1)
        check.refuse("its scales are not 1, 1 and those of height and width");
    OnnxShape shape{x.shape[0], x.shape[1]};
    for (size_t i = 2; i < 4; ++i) {
        const float side = float(x.shape[i]) * float(scales[i]); // as OpenCV counts
        if (!(side >= 1 && side <= float(longestWindow)))
            check.refuse("it makes a side of less than 1 or more than " + std::to_string(longestWindow));
        shape.push_back(int64_t(side));
    }
    std::vector<OnnxArray> taken{x};
    if (op == "Resize")
        taken.emplace_back();
    taken.push_back(constantOf({4}, scales, false));
    return check.emit(op, std::move(taken), shape, resizeSettings(check, tellsCoordinates), 4);
}

std::vector<double> scalesAt(const OnnxCheck& check, size_t index)
{
    const OnnxArray& array = check.weights(index, "scales");
    if (countOf(array.shape) != 4)
        check.refuse("its scales are not 1, 1 and those of height and width");
    std::vector<double> scales;
    for (int64_t i = 0; i < 4; ++i)
        scales.push_back(array.constant->number(i));
    return scales;
}

OnnxArray resize(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0, 4, 4);
    if (check.has(3)) {
        const std::vector<int64_t> sizes = check.integers(3, "sizes");
        if (sizes.size() != 4 || sizes[0] != x.shape[0] || sizes[1] != x.shape[1])
            check.refuse("its sizes are not those of the array besides height and width");
        for (const int64_t side : sizes)
            check.requireRange("a size", side, 1, longestWindow);
        return check.emit("Resize", {x, {}, {}, constantOf({4}, {sizes.begin(), sizes.end()}, true)}, sizes,
            resizeSettings(check, true), 4);
    }
    const bool old = check.inputs.size() == 2; // before opset 11
    return scaled(check, x, scalesAt(check, old ? 1 : 2), "Resize", !old);
}

OnnxArray upsample(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0, 4, 4);
    const auto it = check.node.attributes.find("scales");
    if (it == check.node.attributes.end())
        return scaled(check, x, scalesAt(check, 1), "Upsample", false);
    return scaled(check, x, {it->second.floats.begin(), it->second.floats.end()}, "Upsample", false);
}

OnnxArray pad(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0);
    const size_t rank = x.shape.size();
    const std::vector<int64_t> pads = check.says("pads") ? check.saidIntegers("pads", {}) : check.integers(1, "pads");
    const std::string mode = check.saidText("mode", "constant");
    if (pads.size() != 2 * rank || check.has(3))
        check.refuse("its pads are not two for each side of the array");
    if (mode != "constant" && mode != "reflect")
        check.refuse("only constant and reflected pads are supported");
    OnnxShape shape = x.shape;
    for (size_t i = 0; i < 2 * rank; ++i) {
        const size_t side = i % rank;
        const bool reflects = mode == "reflect";
        if (reflects && side + 2 < rank && pads[i] != 0)
            check.refuse("only height and width can be reflected");
        check.requireRange("a pad", pads[i], 0, reflects ? x.shape[side] - 1 : longestWindow);
        shape[side] += pads[i];
    }
    const float value = check.has(2) ? float(check.number(2, "value")) : check.saidNumber("value", 0);
    return check.emit("Pad", {x}, shape, {{"mode", mode}, {"pads", pads}, {"value", value}});
}

OnnxArray depthToSpace(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0, 4, 4);
    const int64_t block = check.saidInteger("blocksize", 0);
    check.requireRange("blocksize", block, 1, 64);
    const std::string mode = check.saidText("mode", "DCR");
    if (x.shape[1] % (block * block) != 0 || (mode != "DCR" && mode != "CRD"))
        check.refuse(
            "blocks of " + std::to_string(block) + " do not go into " + std::to_string(x.shape[1]) + " channels");
    return check.emit("DepthToSpace", {x},
        {x.shape[0], x.shape[1] / (block * block), x.shape[2] * block, x.shape[3] * block},
        {{"blocksize", block}, {"mode", mode}});
}

OnnxArray spaceToDepth(const OnnxCheck& check)
{
    const OnnxArray& x = check.data(0, 4, 4);
    const int64_t block = check.saidInteger("blocksize", 0);
    check.requireRange("blocksize", block, 1, 64);
    if (x.shape[2] % block != 0 || x.shape[3] % block != 0)
        check.refuse("blocks of " + std::to_string(block) + " do not go into " + shapeText(x.shape));
    return check.emit("SpaceToDepth", {x},
        {x.shape[0], x.shape[1] * block * block, x.shape[2] / block, x.shape[3] / block}, {{"blocksize", block}});
}

}

OnnxRule layerNamed(std::string_view op)
{
    static const std::map<std::string_view, OnnxRule> all{{"AveragePool", averagePool},
        {"BatchNormalization", batchNormalization}, {"Conv", conv}, {"ConvTranspose", convTranspose},
        {"DepthToSpace", depthToSpace}, {"Gemm", gemm}, {"GlobalAveragePool", globalAveragePool},
        {"GlobalMaxPool", globalMaxPool}, {"InstanceNormalization", instanceNormalization}, {"MatMul", matMul},
        {"MaxPool", maxPool}, {"Pad", pad}, {"Resize", resize}, {"SpaceToDepth", spaceToDepth}, {"Upsample", upsample}};
    const auto it = all.find(op);
    return it == all.end() ? nullptr : it->second;
}

}
