#include "inference/weights/tensor_file.h"

#include "inference/tensor/half.h"
#include "inference/weights/file_format.h"
#include "inference/weights/printable.h"
#include "inference/weights/safetensors.h"
#include "inference/weights/torch_checkpoint.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace athanor {

static_assert(std::endian::native == std::endian::little, "stored elements are read as they are");

namespace {

struct TypeRow {
    std::string_view name;
    size_t bytes;
};

// In the order of StoredType.
constexpr TypeRow typeRows[] = {{"unknown", 0}, {"BOOL", 1}, {"U8", 1}, {"I8", 1}, {"F8_E4M3", 1}, {"F8_E5M2", 1},
    {"I16", 2}, {"U16", 2}, {"F16", 2}, {"BF16", 2}, {"I32", 4}, {"U32", 4}, {"F32", 4}, {"I64", 8}, {"U64", 8},
    {"F64", 8}};

void requireReadable(const TensorFile& file, const TensorInfo& tensor)
{
    if (!tensor.problem.empty())
        file.source->refuse("tensor \"" + printable(tensor.name) + "\" " + tensor.problem);
}

// A double rounded to float and again to half would be rounded twice; so the float is rounded to odd.
uint16_t doubleToHalf(double value)
{
    float single = float(value);
    if (double(single) != value && std::isfinite(single)) {
        if (std::abs(double(single)) > std::abs(value))
            single = std::nextafter(single, 0.0f);
        single = std::bit_cast<float>(std::bit_cast<uint32_t>(single) | 1);
    }
    return floatToHalf(single);
}

template <typename T> T loadAs(const std::byte* at)
{
    T value;
    std::memcpy(&value, at, sizeof(T));
    return value;
}

// S EEEE MMM with a bias of 7; all ones are no number.
float float8E4M3ToFloat(uint8_t bits)
{
    const int exponent = bits >> 3 & 15, mantissa = bits & 7;
    float value = exponent == 0 ? std::ldexp(float(mantissa), -9) : std::ldexp(float(8 + mantissa), exponent - 10);
    if ((bits & 127) == 127)
        value = std::numeric_limits<float>::quiet_NaN();
    return bits & 128 ? -value : value;
}

// The element as float, which holds each of the smaller types exactly, or as double.
template <StoredType type> auto storedValue(const std::byte* at)
{
    if constexpr (type == StoredType::F8E4M3)
        return float8E4M3ToFloat(loadAs<uint8_t>(at));
    else if constexpr (type == StoredType::F8E5M2)
        return halfToFloat(uint16_t(loadAs<uint8_t>(at) << 8));
    else if constexpr (type == StoredType::F16)
        return halfToFloat(loadAs<uint16_t>(at));
    else if constexpr (type == StoredType::BF16)
        return bfloat16ToFloat(loadAs<uint16_t>(at));
    else if constexpr (type == StoredType::F32)
        return loadAs<float>(at);
    else
        return loadAs<double>(at);
}

template <typename Out, typename Value> Out rounded(Value value)
{
    if constexpr (std::is_same_v<Out, float>)
        return float(value);
    else if constexpr (std::is_same_v<Value, float>)
        return floatToHalf(value);
    else
        return doubleToHalf(value);
}

bool isFinite(float value)
{
    return std::abs(value) < std::numeric_limits<float>::infinity();
}

bool isFinite(double value)
{
    return std::abs(value) < std::numeric_limits<double>::infinity();
}

bool isFinite(uint16_t half)
{
    return (half & 0x7c00) != 0x7c00;
}

template <StoredType type, typename Out> void convert(const std::byte* bytes, std::span<Out> out, ValueCount& seen)
{
    constexpr size_t width = typeRows[size_t(type)].bytes;
    ValueCount here{.elements = out.size()};
    for (size_t i = 0; i < out.size(); ++i) {
        const auto value = storedValue<type>(bytes + i * width);
        out[i] = rounded<Out>(value);
        here.notFinite += !isFinite(value);
        here.overflowed += isFinite(value) && !isFinite(out[i]);
        here.notZero += value != 0;
    }
    seen.elements += here.elements;
    seen.notFinite += here.notFinite;
    seen.overflowed += here.overflowed;
    seen.notZero += here.notZero;
}

template <typename Out> void convertFrom(StoredType type, const std::byte* bytes, std::span<Out> out, ValueCount& seen)
{
    switch (type) {
    case StoredType::F8E4M3:
        return convert<StoredType::F8E4M3>(bytes, out, seen);
    case StoredType::F8E5M2:
        return convert<StoredType::F8E5M2>(bytes, out, seen);
    case StoredType::F16:
        return convert<StoredType::F16>(bytes, out, seen);
    case StoredType::BF16:
        return convert<StoredType::BF16>(bytes, out, seen);
    case StoredType::F32:
        return convert<StoredType::F32>(bytes, out, seen);
    default:
        return convert<StoredType::F64>(bytes, out, seen);
    }
}

template <typename Out>
void readConverted(
    const TensorFile& file, const TensorInfo& tensor, uint64_t first, std::span<Out> out, ValueCount& seen)
{
    requireFloats(file, tensor);
    const size_t width = storedTypeBytes(tensor.type);
    const size_t pieceElements = std::min<size_t>(out.size(), (1 << 20) / width);
    std::vector<std::byte> piece(pieceElements * width);
    while (!out.empty()) {
        const size_t count = std::min(out.size(), pieceElements);
        readTensor(file, tensor, first * width, std::span(piece).first(count * width));
        convertFrom(tensor.type, piece.data(), out.first(count), seen);
        first += count;
        out = out.subspan(count);
    }
}

}

std::string_view storedTypeName(StoredType type)
{
    return typeRows[size_t(type)].name;
}

size_t storedTypeBytes(StoredType type)
{
    return typeRows[size_t(type)].bytes;
}

bool isFloating(StoredType type)
{
    return type == StoredType::F64 || type == StoredType::F32 || type == StoredType::F16 || type == StoredType::BF16
        || type == StoredType::F8E4M3 || type == StoredType::F8E5M2;
}

std::optional<int64_t> elementCount(std::span<const int64_t> shape)
{
    int64_t count = 1;
    for (const int64_t size : shape)
        if (size < 0 || __builtin_mul_overflow(count, size, &count))
            return std::nullopt;
    return count;
}

std::string shapeText(std::span<const int64_t> shape)
{
    std::string text = "[";
    for (const int64_t size : shape)
        text += (text.size() > 1 ? ", " : "") + std::to_string(size);
    return text + "]";
}

TensorFile openTensorFile(const std::string& path)
{
    return readTensorFile(std::make_shared<const ByteSource>(path));
}

TensorFile readTensorFile(std::shared_ptr<const ByteSource> source)
{
    switch (recogniseFormat(*source)) {
    case FileFormat::Safetensors:
        return readSafetensors(std::move(source));
    case FileFormat::Zip:
        break;
    }
    return readTorchCheckpoint(std::move(source));
}

const TensorInfo* findTensor(const TensorFile& file, std::string_view name)
{
    const auto at = std::ranges::lower_bound(
        file.tensors, name, {}, [](const TensorInfo& t) -> std::string_view { return t.name; });
    return at != file.tensors.end() && at->name == name ? &*at : nullptr;
}

void sortByName(const ByteSource& source, std::vector<TensorInfo>& tensors)
{
    std::ranges::sort(tensors, {}, &TensorInfo::name);
    const auto twice = std::ranges::adjacent_find(tensors, {}, &TensorInfo::name);
    if (twice != tensors.end())
        source.refuse(
            "tensor \"" + printable(twice->name) + "\" is there twice; the file is damaged or was tampered with");
}

void readTensor(const TensorFile& file, const TensorInfo& tensor, uint64_t from, std::span<std::byte> out)
{
    assert(from <= tensor.bytes && out.size() <= tensor.bytes - from);
    requireReadable(file, tensor);
    file.source->read(tensor.offset + from, out);
}

void requireFloats(const TensorFile& file, const TensorInfo& tensor)
{
    requireReadable(file, tensor);
    if (!isFloating(tensor.type))
        file.source->refuse("tensor \"" + printable(tensor.name) + "\" holds "
            + std::string(storedTypeName(tensor.type)) + " where floating-point weights belong");
}

void readFloats(
    const TensorFile& file, const TensorInfo& tensor, uint64_t first, std::span<float> out, ValueCount& seen)
{
    readConverted(file, tensor, first, out, seen);
}

void readHalves(
    const TensorFile& file, const TensorInfo& tensor, uint64_t first, std::span<uint16_t> out, ValueCount& seen)
{
    readConverted(file, tensor, first, out, seen);
}

}
