#include "tests/support/model_bytes.h"

#include "render/error.h"
#include "tests/support/zip_writer.h"

#include <fstream>

namespace athanor {

namespace {

std::string littleEndianText(uint64_t value, size_t width)
{
    std::string text;
    for (size_t i = 0; i < width; ++i)
        text += char(value >> (8 * i));
    return text;
}

size_t typeBytes(const std::string& type)
{
    for (auto t = StoredType::Bool; t <= StoredType::F64; t = StoredType(int(t) + 1))
        if (storedTypeName(t) == type)
            return storedTypeBytes(t);
    return 0;
}

std::string pickleTuple(const std::vector<int64_t>& values)
{
    std::string text = "(";
    for (const int64_t value : values)
        text += pickleInteger(value);
    return text + "t";
}

}

std::string safetensorsBytes(const std::string& header, size_t dataBytes)
{
    return littleEndianText(header.size(), 8) + header + std::string(dataBytes, '\x3c');
}

std::string safetensorsOf(const std::vector<TestTensor>& tensors, const std::string& metadata)
{
    std::string header = metadata.empty() ? "{" : "{\"__metadata__\":" + metadata;
    std::string data;
    for (const TestTensor& tensor : tensors) {
        const size_t needed = size_t(*elementCount(tensor.shape)) * typeBytes(tensor.type);
        const std::string bytes = tensor.bytes.empty() ? std::string(needed, '\0') : tensor.bytes;
        header += (header.size() > 1 ? ",\"" : "\"") + tensor.name + "\":{\"dtype\":\"" + tensor.type
            + "\",\"shape\":" + shapeText(tensor.shape) + ",\"data_offsets\":[" + std::to_string(data.size()) + ","
            + std::to_string(data.size() + bytes.size()) + "]}";
        data += bytes;
    }
    return safetensorsBytes(header + "}", 0) + data;
}

std::string pickleText(const std::string& text)
{
    return "X" + littleEndianText(text.size(), 4) + text;
}

std::string pickleInteger(int64_t value)
{
    return std::string("\x8a\x08") + littleEndianText(uint64_t(value), 8);
}

std::string pickleGlobal(const std::string& module, const std::string& name)
{
    return "c" + module + "\n" + name + "\n";
}

std::string pickleTensor(const std::string& key, int64_t elements, int64_t offset, const std::vector<int64_t>& shape,
    const std::vector<int64_t>& strides, const std::string& storageClass)
{
    const std::string storage = "(" + pickleText("storage") + pickleGlobal("torch", storageClass) + pickleText(key)
        + pickleText("cpu") + pickleInteger(elements) + "tQ";
    return pickleGlobal("torch._utils", "_rebuild_tensor_v2") + "(" + storage + pickleInteger(offset)
        + pickleTuple(shape) + pickleTuple(strides) + "\x89" + pickleGlobal("collections", "OrderedDict") + ")RtR";
}

std::string checkpointBytes(const std::string& body, size_t storageBytes)
{
    ZipWriter zip;
    zip.add({"archive/data.pkl", "\x80\x02" + body + "."});
    zip.add({"archive/data/0", std::string(storageBytes, '\0')});
    return zip.finish();
}

std::string refusal(const std::string& bytes)
{
    return refusal(
        [&] { readTensorFile(std::make_shared<const ByteSource>("model", std::as_bytes(std::span(bytes)))); });
}

std::string refusal(const std::function<void()>& action)
{
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

void writeBytes(const std::string& path, const std::string& bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
}

}
