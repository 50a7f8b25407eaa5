// A file of named tensors, whatever its format: the list read from its header, and the tensors' bytes on demand.
// Nothing is executed, mapped or allocated before its size was checked; the format is decided by content, never by
// name.
#pragma once
#include "inference/weights/byte_source.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

constexpr size_t maxTensors = 262'144;
constexpr size_t maxTensorRank = 8;
constexpr size_t maxTensorNameBytes = 4'096;

// How elements lie in the file; little-endian all.
enum class StoredType : uint8_t {
    Unknown,
    Bool,
    U8,
    I8,
    F8E4M3,
    F8E5M2,
    I16,
    U16,
    F16,
    BF16,
    I32,
    U32,
    F32,
    I64,
    U64,
    F64
};

std::string_view storedTypeName(StoredType type); // "F16", as safetensors writes it
size_t storedTypeBytes(StoredType type); // 0 for Unknown
bool isFloating(StoredType type); // F64, F32, F16, BF16, F8E4M3, F8E5M2: what readFloats takes

struct TensorInfo {
    std::string name;
    StoredType type = StoredType::Unknown;
    std::vector<int64_t> shape; // outermost first, dense
    uint64_t offset = 0; // of the first byte in the file
    uint64_t bytes = 0;
    std::string problem; // not empty: why this tensor cannot be read; an error only for whom needs it
};

// Elements a shape holds; nothing if a dimension is negative or the product passes 2^63 - 1.
std::optional<int64_t> elementCount(std::span<const int64_t> shape);
std::string shapeText(std::span<const int64_t> shape); // "[320, 4, 3, 3]"

struct TensorFile {
    std::shared_ptr<const ByteSource> source;
    std::string format; // "safetensors", "PyTorch checkpoint"
    std::vector<TensorInfo> tensors; // sorted by name, names unique
    std::map<std::string, std::string> metadata;
    std::vector<std::string> warnings;
};

// Throws BadFile (what is wrong and where) or FileMissing.
TensorFile openTensorFile(const std::string& path);
TensorFile readTensorFile(std::shared_ptr<const ByteSource> source);

const TensorInfo* findTensor(const TensorFile& file, std::string_view name);

// Sorts by name; throws BadFile if two are the same.
void sortByName(const ByteSource& source, std::vector<TensorInfo>& tensors);

// The tensor's stored bytes [from, from + out.size()). Throws BadFile for a tensor with a problem or a changed file.
void readTensor(const TensorFile& file, const TensorInfo& tensor, uint64_t from, std::span<std::byte> out);

// What was seen while values were read, to warn about damaged weights.
struct ValueCount {
    uint64_t elements = 0;
    uint64_t notFinite = 0; // NaN or infinite in the file
    uint64_t overflowed = 0; // finite in the file, infinite in fp16
    uint64_t notZero = 0;
};

// Throws BadFile unless the tensor can be read as floating-point values; asked before memory is made for them.
void requireFloats(const TensorFile& file, const TensorInfo& tensor);

// Elements [first, first + out.size()) of a floating tensor, rounded to nearest even; throws as requireFloats and
// readTensor do. Of eight bits (Micikevicius et al. 2022) E5M2 is the upper half of an fp16, E4M3 has no infinity. The
// second form writes IEEE half precision bits.
void readFloats(
    const TensorFile& file, const TensorInfo& tensor, uint64_t first, std::span<float> out, ValueCount& seen);
void readHalves(
    const TensorFile& file, const TensorInfo& tensor, uint64_t first, std::span<uint16_t> out, ValueCount& seen);

}
