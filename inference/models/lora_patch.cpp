#include "inference/models/lora_patch.h"

#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace athanor {

int64_t LoraTensor::columns() const
{
    return int64_t(values.size()) / std::max<int64_t>(dim(0), 1);
}

void LoraReader::refuse(const std::string& sentence) const
{
    throw Error(ErrorKind::BadFile, printable(file.source->path()) + ": " + printable(key) + ' ' + sentence);
}

LoraTensor LoraReader::read(const LoraSlots& slots, LoraSlot slot) const
{
    const auto at = slots.find(slot);
    if (at == slots.end())
        refuse("lacks one of its tensors");
    requireFloats(file, *at->second);
    LoraTensor tensor{at->second->shape, std::vector<float>(size_t(*elementCount(at->second->shape)))};
    ValueCount seen;
    readFloats(file, *at->second, 0, tensor.values, seen);
    damaged += seen.notFinite > 0;
    return tensor;
}

float LoraReader::readNumber(const LoraSlots& slots, LoraSlot slot) const
{
    const TensorInfo& info = *slots.at(slot);
    const bool isWhole = info.type == StoredType::I64 || info.type == StoredType::I32;
    if (elementCount(info.shape) != 1 || (!isWhole && !isFloating(info.type)))
        refuse("has an alpha that is not one number");
    if (!isWhole)
        return read(slots, slot).values[0];
    std::array<std::byte, 8> bytes{};
    readTensor(file, info, 0, std::span(bytes).first(storedTypeBytes(info.type)));
    int64_t whole = 0;
    int32_t half = 0;
    std::memcpy(&whole, bytes.data(), sizeof whole);
    std::memcpy(&half, bytes.data(), sizeof half);
    return info.type == StoredType::I64 ? float(whole) : float(half);
}

LoraTensor LoraReader::product(const LoraTensor& a, const LoraTensor& b) const
{
    const int64_t inner = a.columns(), columns = b.columns();
    if (inner != b.dim(0) || inner == 0 || columns == 0)
        refuse("has factors of " + shapeText(a.shape) + " and " + shapeText(b.shape) + ", which do not fit together");
    const Tensor result =
        matmul(tensorFrom(gpu, {1, a.dim(0), inner}, a.values), tensorFrom(gpu, {1, inner, columns}, b.values));
    return {{a.dim(0), columns}, toHost(result)};
}

namespace {

Shape shapeOf(const PackedWeight& w)
{
    return w.kernelHeight * w.kernelWidth == 1 ? Shape{w.outputs, w.inputs}
                                               : Shape{w.outputs, w.inputs, w.kernelHeight, w.kernelWidth};
}

int64_t weightCount(const PackedWeight& weight)
{
    return weight.outputs * weight.inputs * weight.kernelHeight * weight.kernelWidth;
}

// Before anything is multiplied: a small file could ask for more memory than there is.
void requireCount(const LoraReader& r, std::initializer_list<int64_t> sides, const PackedWeight& of)
{
    int64_t count = 1;
    for (const int64_t side : sides)
        if (side <= 0 || count < 0 || __builtin_mul_overflow(count, side, &count))
            count = -1;
    if (count != weightCount(of))
        r.refuse("is of " + (count < 0 ? std::string("an impossible number of") : std::to_string(count))
            + " numbers, the weight has " + std::to_string(weightCount(of)) + "; it is made for another kind of model");
}

// Ranks are made multiples of this, with zeros: kernels load several inputs at a time.
constexpr int64_t rankStep = 8;

int64_t roundedRank(int64_t rank)
{
    return (rank + rankStep - 1) / rankStep * rankStep;
}

// O × I × kH × kW, as large as this on its first two axes.
PackedWeight packedTo(Gpu& gpu, const LoraTensor& t, int64_t outputs, int64_t inputs, DType type)
{
    const int64_t kernel = t.dim(2) * t.dim(3), own = t.dim(1);
    std::vector<float> values(size_t(outputs * inputs * kernel));
    for (int64_t o = 0; o < t.dim(0); ++o)
        std::copy_n(t.values.begin() + ptrdiff_t(o * own * kernel), own * kernel,
            values.begin() + ptrdiff_t(o * inputs * kernel));
    return packWeight(gpu, values, outputs, inputs, t.dim(2), t.dim(3), type);
}

// A whole difference for a layer of this weight.
Patch wholePatch(Gpu& gpu, std::vector<float> values, const PackedWeight& of, DType type)
{
    return {.up = packWeight(gpu, values, of.outputs, of.inputs, of.kernelHeight, of.kernelWidth, type)};
}

float scaleOf(const LoraReader& r, const LoraSlots& slots, std::optional<int64_t> rank)
{
    if (!slots.contains(LoraSlot::Alpha))
        return r.usualScale;
    if (!rank)
        return 1;
    const float alpha = r.readNumber(slots, LoraSlot::Alpha);
    if (!std::isfinite(alpha))
        r.refuse("has an alpha that is not one number");
    return alpha / float(*rank);
}

Patch lowRank(const LoraReader& r, const LoraSlots& slots, const PackedWeight& of, DType type)
{
    const LoraTensor up = r.read(slots, LoraSlot::Up), down = r.read(slots, LoraSlot::Down);
    const bool hasMid = slots.contains(LoraSlot::Mid);
    const LoraTensor mid = hasMid ? r.read(slots, LoraSlot::Mid) : LoraTensor();
    const LoraTensor& kernel = hasMid ? mid : down;
    const int64_t rank = up.dim(1), inner = down.dim(0);
    const int64_t positions = of.kernelHeight * of.kernelWidth;
    const bool fits = up.dim(0) == of.outputs && up.columns() == rank && down.dim(1) == of.inputs && rank > 0
        && inner > 0 && down.columns() == of.inputs * (hasMid ? 1 : positions) && kernel.dim(2) == of.kernelHeight
        && kernel.dim(3) == of.kernelWidth
        && (hasMid ? mid.dim(0) == rank && mid.dim(1) == inner && mid.columns() == inner * positions : inner == rank);
    if (!fits)
        r.refuse("is for a weight of other than " + shapeText(shapeOf(of)) + " (" + shapeText(up.shape) + " and "
            + shapeText(down.shape) + "); it is made for another kind of model");
    const int64_t wide = roundedRank(rank), innerWide = roundedRank(inner);
    Patch patch{.up = packedTo(r.gpu, up, of.outputs, wide, type),
        .down = packedTo(r.gpu, down, innerWide, of.inputs, type),
        .scale = scaleOf(r, slots, inner)};
    if (hasMid)
        patch.mid = packedTo(r.gpu, mid, wide, innerWide, type);
    return patch;
}

// Of a core i × j × k × l: to p × r × k × l by b (j × r) and a (i × p).
LoraTensor tucker(const LoraReader& r, const LoraTensor& core, const LoraTensor& a, const LoraTensor& b)
{
    const int64_t i = core.dim(0), j = core.dim(1), kernel = core.dim(2) * core.dim(3), p = a.columns(),
                  q = b.columns();
    if (a.dim(0) != i || b.dim(0) != j || i <= 0 || j <= 0 || kernel <= 0 || core.columns() != j * kernel)
        r.refuse("has a core of " + shapeText(core.shape) + ", which does not fit its factors");
    // p × i by i × (j·kernel), then each p's (kernel × j) by j × r.
    LoraTensor turned{{p, i}, std::vector<float>(size_t(p * i))};
    for (int64_t x = 0; x < i; ++x)
        for (int64_t y = 0; y < p; ++y)
            turned.values[size_t(y * i + x)] = a.values[size_t(x * p + y)];
    const LoraTensor half = r.product(turned, core); // p × (j·kernel)
    LoraTensor rows{{p * kernel, j}, std::vector<float>(half.values.size())};
    for (int64_t y = 0; y < p; ++y)
        for (int64_t x = 0; x < j; ++x)
            for (int64_t k = 0; k < kernel; ++k)
                rows.values[size_t((y * kernel + k) * j + x)] = half.values[size_t((y * j + x) * kernel + k)];
    const LoraTensor whole = r.product(rows, b); // (p·kernel) × r
    LoraTensor result{{p, q, core.dim(2), core.dim(3)}, std::vector<float>(whole.values.size())};
    for (int64_t y = 0; y < p; ++y)
        for (int64_t k = 0; k < kernel; ++k)
            for (int64_t x = 0; x < q; ++x)
                result.values[size_t((y * q + x) * kernel + k)] = whole.values[size_t((y * kernel + k) * q + x)];
    return result;
}

// Two products, multiplied number by number.
std::vector<float> hadamard(const LoraReader& r, const LoraSlots& slots, const PackedWeight& of)
{
    const LoraTensor a1 = r.read(slots, LoraSlot::HadaW1A), b1 = r.read(slots, LoraSlot::HadaW1B),
                     a2 = r.read(slots, LoraSlot::HadaW2A), b2 = r.read(slots, LoraSlot::HadaW2B);
    const bool hasCores = slots.contains(LoraSlot::HadaT1) && slots.contains(LoraSlot::HadaT2);
    const int64_t positions = hasCores ? of.kernelHeight * of.kernelWidth : 1;
    for (const auto& [a, b] : {std::pair(&a1, &b1), {&a2, &b2}})
        requireCount(r, {hasCores ? a->columns() : a->dim(0), b->columns(), positions}, of);
    LoraTensor first = hasCores ? tucker(r, r.read(slots, LoraSlot::HadaT1), a1, b1) : r.product(a1, b1);
    const LoraTensor second = hasCores ? tucker(r, r.read(slots, LoraSlot::HadaT2), a2, b2) : r.product(a2, b2);
    if (first.values.size() != second.values.size())
        r.refuse("has two products of different sizes");
    const float scale = scaleOf(r, slots, b1.dim(0));
    for (size_t i = 0; i < first.values.size(); ++i)
        first.values[i] *= second.values[i] * scale;
    return std::move(first.values);
}

// One of LoKr's two matrices, and the rank of its factors where it has some.
LoraTensor kronFactor(const LoraReader& r, const LoraSlots& slots, const PackedWeight& of, LoraSlot whole, LoraSlot a,
    LoraSlot b, std::optional<LoraSlot> core, std::optional<int64_t>& rank)
{
    if (slots.contains(whole))
        return r.read(slots, whole);
    const LoraTensor left = r.read(slots, a), right = r.read(slots, b);
    rank = right.dim(0);
    const bool hasCore = core && slots.contains(*core);
    const int64_t rows = hasCore ? left.columns() : left.dim(0), columns = right.columns();
    if (rows <= 0 || columns <= 0 || rows > weightCount(of) / columns)
        r.refuse("has factors of " + shapeText(left.shape) + " and " + shapeText(right.shape)
            + ", which do not fit a weight of " + shapeText(shapeOf(of)));
    if (hasCore)
        return tucker(r, r.read(slots, *core), left, right);
    LoraTensor made = r.product(left, right);
    if (right.shape.size() == 4) // a convolution's
        made.shape = {left.dim(0), right.dim(1), right.dim(2), right.dim(3)};
    return made;
}

// The Kronecker product of a small matrix and one that may be a convolution's.
std::vector<float> kronecker(const LoraReader& r, const LoraSlots& slots, const PackedWeight& of)
{
    std::optional<int64_t> rank;
    const LoraTensor w1 = kronFactor(r, slots, of, LoraSlot::KronW1, LoraSlot::KronW1A, LoraSlot::KronW1B, {}, rank);
    LoraTensor w2 =
        kronFactor(r, slots, of, LoraSlot::KronW2, LoraSlot::KronW2A, LoraSlot::KronW2B, LoraSlot::KronT2, rank);
    const int64_t kernel = of.kernelHeight * of.kernelWidth;
    if (w1.columns() == 0 || w1.dim(0) == 0 || w2.dim(0) == 0 || w2.columns() % kernel)
        r.refuse("has factors of " + shapeText(w1.shape) + " and " + shapeText(w2.shape)
            + ", which do not fit a weight of " + shapeText(shapeOf(of)));
    requireCount(r, {w1.dim(0), w1.columns(), w2.dim(0), w2.columns()}, of);
    const int64_t rows = w2.dim(0), columns = w2.columns() / kernel, inputs = w1.columns() * columns;
    const float scale = scaleOf(r, slots, rank);
    std::vector<float> values(w1.values.size() * w2.values.size());
    for (int64_t i = 0; i < w1.dim(0); ++i)
        for (int64_t j = 0; j < w1.columns(); ++j)
            for (int64_t y = 0; y < rows; ++y)
                for (int64_t x = 0; x < columns * kernel; ++x)
                    values[size_t(((i * rows + y) * inputs + j * columns) * kernel + x)] =
                        scale * w1.values[size_t(i * w1.columns() + j)] * w2.values[size_t(y * columns * kernel + x)];
    return values;
}

// DoRA: the whole weight gets each output's (or input's) magnitude; what that adds beside the difference is one too.
void addMagnitudes(const LoraReader& r, const LoraSlots& slots, const PackedWeight& of, std::vector<float>& difference)
{
    const bool isTold = slots.contains(LoraSlot::OutputMagnitude);
    const LoraTensor magnitude = r.read(slots, isTold ? LoraSlot::OutputMagnitude : LoraSlot::Magnitude);
    const std::vector<float> weight = unpackWeight(of);
    const int64_t kernel = of.kernelHeight * of.kernelWidth, count = int64_t(magnitude.values.size());
    const bool ofOutputs = count == of.outputs && (isTold || magnitude.dim(0) == count || of.inputs != count);
    if (!ofOutputs && count != of.inputs)
        r.refuse("has " + std::to_string(count) + " magnitudes for a weight of " + shapeText(shapeOf(of)));
    const auto place = [&](size_t i) {
        return size_t(ofOutputs ? int64_t(i) / (of.inputs * kernel) : int64_t(i) / kernel % of.inputs);
    };
    std::vector<double> norms(size_t(count), 0.);
    for (size_t i = 0; i < weight.size(); ++i)
        norms[place(i)] += std::pow(double(weight[i]) + difference[i], 2);
    for (double& norm : norms)
        norm = std::sqrt(norm) + 1.1920929e-7; // as LyCORIS
    for (size_t i = 0; i < weight.size(); ++i) {
        const double merged = double(weight[i]) + difference[i];
        difference[i] = float(merged * magnitude.values[place(i)] / norms[place(i)] - weight[i]);
    }
}

}

Patch patchOf(const LoraReader& r, const LoraSlots& slots, const PackedWeight& of, DType type)
{
    const bool hasMagnitudes = slots.contains(LoraSlot::Magnitude) || slots.contains(LoraSlot::OutputMagnitude);
    std::vector<float> whole;
    if (slots.contains(LoraSlot::Up) || slots.contains(LoraSlot::Down)) {
        Patch patch = lowRank(r, slots, of, hasMagnitudes ? DType::F32 : type);
        if (!hasMagnitudes)
            return patch;
        whole = difference(r.gpu, patch);
    } else if (slots.contains(LoraSlot::HadaW1A))
        whole = hadamard(r, slots, of);
    else if (slots.contains(LoraSlot::KronW1) || slots.contains(LoraSlot::KronW1A))
        whole = kronecker(r, slots, of);
    else if (slots.contains(LoraSlot::Diff))
        whole = r.read(slots, LoraSlot::Diff).values;
    else
        r.refuse("is of a kind that is not supported; LoRA, LoCon, LoHa, LoKr, DoRA and whole differences are");
    requireCount(r, {int64_t(whole.size())}, of);
    if (hasMagnitudes)
        addMagnitudes(r, slots, of, whole);
    return wholePatch(r.gpu, std::move(whole), of, type);
}

std::vector<float> difference(Gpu& gpu, const Patch& patch)
{
    std::vector<float> values = unpackWeight(patch.up);
    if (!patch.isWhole()) {
        const auto matrix = [&](const PackedWeight& weight) {
            const std::vector<float> own = unpackWeight(weight);
            return tensorFrom(gpu, {1, weight.outputs, int64_t(own.size()) / weight.outputs}, own);
        };
        // Tucker's: rank × (inner · kernel), of which each inner row is a sum over down's rows.
        Tensor right = matrix(patch.down);
        if (patch.mid.data) {
            const int64_t rank = patch.mid.outputs, inner = patch.mid.inputs,
                          kernel = patch.mid.kernelHeight * patch.mid.kernelWidth, inputs = patch.down.inputs;
            const Tensor mid = tensorFrom(gpu, {rank, inner, kernel}, unpackWeight(patch.mid));
            const Tensor sums = matmul(permute(mid, {0, 2, 1}).reshaped({1, rank * kernel, inner}), right);
            right = permute(sums.reshaped({rank, kernel, inputs}), {0, 2, 1}).reshaped({1, rank, inputs * kernel});
        }
        values = toHost(matmul(matrix(patch.up), right));
    }
    for (float& value : values)
        value *= patch.scale;
    return values;
}

}
