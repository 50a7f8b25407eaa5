// What a fuzz target does with a file that was accepted: reads every tensor and holds the list against its promises.
#pragma once
#include "inference/weights/tensor_file.h"
#include "render/error.h"

#include <cstdlib>
#include <sanitizer/asan_interface.h>
#include <span>

namespace athanor {

inline void require(bool condition)
{
    if (!condition)
        std::abort();
}

inline void readEverything(const TensorFile& file)
{
    require(!file.tensors.empty());
    const std::string* before = nullptr;
    for (const TensorInfo& tensor : file.tensors) {
        require(!tensor.name.empty() && (!before || *before < tensor.name));
        before = &tensor.name;
        const auto count = elementCount(tensor.shape);
        require(count.has_value());
        if (!tensor.problem.empty())
            continue;
        require(tensor.offset <= file.source->size() && tensor.bytes <= file.source->size() - tensor.offset);
        require(uint64_t(*count) * storedTypeBytes(tensor.type) == tensor.bytes);
        std::vector<std::byte> bytes(tensor.bytes);
        readTensor(file, tensor, 0, bytes);
        if (!isFloating(tensor.type))
            continue;
        ValueCount seen;
        std::vector<float> floats(static_cast<size_t>(*count));
        readFloats(file, tensor, 0, floats, seen);
        std::vector<uint16_t> halves(floats.size());
        readHalves(file, tensor, 0, halves, seen);
        require(seen.elements == 2 * floats.size());
    }
}

// Reads the bytes as a model file. A refusal is a good answer; it must be one line.
inline void readAsModel(std::span<const std::byte> bytes)
{
    try {
        readEverything(readTensorFile(std::make_shared<const ByteSource>("input", bytes)));
    } catch (const Error& error) {
        require(
            error.kind == ErrorKind::BadFile && std::string_view(error.what()).find('\n') == std::string_view::npos);
        __asan_handle_no_return(); // else frames that were left pile up, and each new one is searched for behind them
    }
}

}
