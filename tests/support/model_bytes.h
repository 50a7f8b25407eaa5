// Model files as strings of bytes, good and bad, and what the reader says about them.
#pragma once
#include "inference/weights/tensor_file.h"

#include <functional>
#include <string>
#include <vector>

namespace athanor {

// The length, the header as given, then so many data bytes of value 0x3c.
std::string safetensorsBytes(const std::string& header, size_t dataBytes);

struct TestTensor {
    std::string name;
    std::string type; // "F32"
    std::vector<int64_t> shape;
    std::string bytes; // empty: as many zeros as the shape needs
};

// A correct file; `metadata` is JSON text such as {"format":"pt"}.
std::string safetensorsOf(const std::vector<TestTensor>& tensors, const std::string& metadata = {});

// The values as they lie in memory.
template <class T> std::string rawBytes(const std::vector<T>& values)
{
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

// Pieces of pickles, protocol 2.
std::string pickleText(const std::string& text);
std::string pickleInteger(int64_t value); // up to 64 bits
std::string pickleGlobal(const std::string& module, const std::string& name);
// A tensor over the archive's storage `key` of so many elements.
std::string pickleTensor(const std::string& key, int64_t elements, int64_t offset, const std::vector<int64_t>& shape,
    const std::vector<int64_t>& strides, const std::string& storageClass = "FloatStorage");
// A whole checkpoint: the pickle "PROTO 2 … STOP" around `body`, and storage "0" of so many zero bytes.
std::string checkpointBytes(const std::string& body, size_t storageBytes = 24);

// What the reader says about these bytes; empty when it accepts them.
std::string refusal(const std::string& bytes);
// The same for anything that throws Error.
std::string refusal(const std::function<void()>& action);

// Writes a file of these bytes; the path's folder must be there.
void writeBytes(const std::string& path, const std::string& bytes);

}
