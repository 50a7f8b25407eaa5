#include "inference/networks/onnx_file.h"

#include "inference/tensor/half.h"
#include "inference/weights/byte_source.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <bit>
#include <set>

namespace athanor {

namespace {

constexpr uint64_t floatType = 1, int32Type = 6, int64Type = 7, halfType = 10, doubleType = 11;

uint64_t elementSize(uint64_t type)
{
    constexpr uint8_t sizes[] = {0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8}; // float, uint8, int8, uint16, …
    return type < std::size(sizes) ? sizes[type] : 0;
}

// Integers that a field holds one by one, as the type stores them.
void appendStored(std::vector<std::byte>& stored, uint64_t number, uint64_t size)
{
    for (uint64_t i = 0; i < size; ++i)
        stored.push_back(std::byte(number >> (8 * i) & 255));
}

struct TensorFields {
    OnnxTensor tensor;
    std::string name;
    uint64_t count = 1;
    bool hasRaw = false;
    std::vector<std::byte> stored; // of numbers that stand one by one
};

TensorFields readFields(OnnxBytes bytes)
{
    TensorFields t;
    t.tensor.type = 0;
    for (OnnxFields f(bytes); f.next();)
        if (f.number == 2)
            t.tensor.type = f.value;
    const uint64_t type = t.tensor.type, size = elementSize(type);
    for (OnnxFields f(bytes); f.next();) {
        if (f.number == 1)
            eachOnnxNumber(f, [&](uint64_t side) {
                if (side > maxOnnxBytes || (t.count *= side) > maxOnnxBytes)
                    throw OnnxRefusal{"has an array of more than 2147483647 numbers"};
                t.tensor.shape.push_back(int64_t(side));
                if (t.tensor.shape.size() > 64)
                    throw OnnxRefusal{"has an array of more than 64 sides"};
            });
        else if ((f.number == 4 && type == floatType) || (f.number == 10 && type == doubleType))
            t.stored.insert(t.stored.end(), f.bytes.begin(), f.bytes.end());
        else if ((f.number == 7 && type == int64Type) || (f.number == 5 && type != int64Type && type != halfType))
            eachOnnxNumber(f, [&](uint64_t number) { appendStored(t.stored, number, size); });
        else if (f.number == 8)
            t.name = onnxText(f.bytes);
        else if (f.number == 9) {
            t.hasRaw = !f.bytes.empty();
            t.tensor.bytes = f.bytes;
        } else if (f.number == 13 || (f.number == 14 && f.value != 0))
            throw OnnxRefusal{"keeps its weights in another file; export it into one"};
    }
    return t;
}

// A tensor of weights: its values must be as many as its shape says.
std::pair<std::string, std::shared_ptr<const OnnxTensor>> readTensor(OnnxBytes bytes)
{
    TensorFields t = readFields(bytes);
    if (t.tensor.type == halfType && !t.hasRaw && t.count != 0)
        throw OnnxRefusal{"has 16-bit floats that are not stored as bytes; export it with 32-bit ones"};
    const uint64_t size = elementSize(t.tensor.type);
    if (!size)
        throw OnnxRefusal{"has an array of a kind that is not supported"};
    if (!t.hasRaw) {
        t.tensor.own = std::make_shared<const std::vector<std::byte>>(std::move(t.stored));
        t.tensor.bytes = *t.tensor.own;
    }
    if (t.tensor.bytes.size() != t.count * size)
        throw OnnxRefusal{"has an array with more or fewer numbers than its shape says"};
    return {t.name, std::make_shared<const OnnxTensor>(std::move(t.tensor))};
}

// What OpenCV divides by, or takes as a size, without a look.
constexpr std::string_view counts[] = {"group", "strides", "dilations", "kernel_shape"};

void readAttribute(OnnxBytes bytes, OnnxNode& node)
{
    constexpr int64_t most = 65'536;
    std::string name;
    OnnxAttribute attribute;
    const auto takeFloats = [&](OnnxBytes numbers) {
        for (size_t i = 0; i + 4 <= numbers.size(); i += 4)
            attribute.floats.push_back(std::bit_cast<float>(littleEndian<uint32_t>(numbers, i)));
    };
    for (OnnxFields f(bytes); f.next();) {
        if (f.number == 1)
            name = onnxText(f.bytes);
        else if (f.number == 2 || f.number == 7)
            takeFloats(f.bytes);
        else if (f.number == 3)
            attribute.integers.push_back(int64_t(f.value));
        else if (f.number == 8)
            eachOnnxNumber(f, [&](uint64_t number) { attribute.integers.push_back(int64_t(number)); });
        else if (f.number == 4)
            attribute.text = onnxText(f.bytes);
        else if (f.number == 5 || f.number == 10)
            attribute.tensor = readTensor(f.bytes).second;
        else if (f.number == 6 || f.number == 11)
            throw OnnxRefusal{"has parts that run under conditions; export it without them"};
        else if (f.number == 22 || f.number == 23)
            throw OnnxRefusal{"has sparse weights, which are not supported"};
    }
    const auto isCount = [](int64_t number) { return number >= 1 && number <= most; };
    if (std::ranges::find(counts, name) != std::end(counts)
        && (attribute.integers.empty() || !std::ranges::all_of(attribute.integers, isCount)))
        throw OnnxRefusal{"has a step whose groups, strides or sizes are not numbers from 1 to 65536"};
    if (!node.attributes.emplace(name, std::move(attribute)).second)
        throw OnnxRefusal{"has a step that says one thing twice"};
}

// A step of the network: it may take what is known so far, and what it gives is known then.
OnnxNode readNode(OnnxBytes bytes, std::set<std::string>& known)
{
    OnnxNode node;
    for (OnnxFields f(bytes); f.next();) {
        if (f.number == 1)
            node.inputs.push_back(onnxText(f.bytes));
        else if (f.number == 2)
            node.outputs.push_back(onnxText(f.bytes));
        else if (f.number == 4)
            node.op = onnxText(f.bytes);
        else if (f.number == 7)
            node.domain = onnxText(f.bytes);
        else if (f.number == 5)
            readAttribute(f.bytes, node);
    }
    for (const std::string& input : node.inputs)
        if (!input.empty() && !known.contains(input))
            throw OnnxRefusal{"has a step that takes what nothing gives"};
    for (const std::string& output : node.outputs)
        if (!output.empty() && !known.insert(output).second)
            throw OnnxRefusal{"has two steps that give the same"};
    return node;
}

OnnxPort portOf(OnnxBytes bytes)
{
    OnnxPort port;
    eachOnnxField(bytes, 1, [&](OnnxBytes nameBytes) { port.name = onnxText(nameBytes); });
    eachOnnxField(bytes, 2, [&](OnnxBytes type) {
        eachOnnxField(type, 1, [&](OnnxBytes tensor) {
            eachOnnxField(tensor, 2, [&](OnnxBytes shape) {
                eachOnnxField(shape, 1, [&](OnnxBytes side) {
                    int64_t length = 0;
                    for (OnnxFields f(side); f.next();)
                        if (f.number == 1 && f.value <= maxOnnxBytes)
                            length = int64_t(f.value);
                    port.shape.push_back(length);
                });
            });
        });
    });
    return port;
}

void readGraph(OnnxBytes graph, OnnxFile& file)
{
    size_t nodes = 0;
    for (OnnxFields f(graph); f.next();) {
        if (f.number == 5)
            file.weights.insert(readTensor(f.bytes));
        else if (f.number == 11)
            file.inputs.push_back(portOf(f.bytes));
        else if (f.number == 12)
            file.outputs.push_back(portOf(f.bytes));
        else if (f.number == 15)
            throw OnnxRefusal{"has sparse weights, which are not supported"};
        else if (f.number == 1 && ++nodes > maxOnnxNodes)
            throw OnnxRefusal{"has more than " + std::to_string(maxOnnxNodes) + " steps"};
    }
    std::set<std::string> known;
    for (const auto& [name, tensor] : file.weights)
        known.insert(name);
    for (const OnnxPort& port : file.inputs)
        known.insert(port.name);
    eachOnnxField(graph, 1, [&](OnnxBytes node) { file.nodes.push_back(readNode(node, known)); });
    for (const OnnxPort& port : file.outputs)
        if (!known.contains(port.name))
            throw OnnxRefusal{"has an output that nothing gives"};
    std::erase_if(file.inputs, [&](const OnnxPort& port) { return file.weights.contains(port.name); });
}

int64_t opsetOf(OnnxBytes bytes)
{
    std::string domain;
    int64_t version = 0;
    for (OnnxFields f(bytes); f.next();)
        if (f.number == 1)
            domain = onnxText(f.bytes);
        else if (f.number == 2)
            version = int64_t(std::min<uint64_t>(f.value, 1'000));
    return domain.empty() || domain == "ai.onnx" ? version : 0;
}

}

int64_t OnnxTensor::count() const
{
    int64_t all = 1;
    for (const int64_t side : shape)
        all *= side;
    return all;
}

OnnxNumbers OnnxTensor::numbers() const
{
    return type == floatType ? OnnxNumbers::Floats
        : type == halfType   ? OnnxNumbers::Halves
        : type == doubleType ? OnnxNumbers::Doubles
                             : OnnxNumbers::Integers;
}

double OnnxTensor::number(int64_t index) const
{
    const size_t size = elementSize(type), at = size_t(index) * size;
    switch (type) {
    case floatType:
        return double(std::bit_cast<float>(littleEndian<uint32_t>(bytes, at)));
    case halfType:
        return double(halfToFloat(littleEndian<uint16_t>(bytes, at)));
    case doubleType:
        return std::bit_cast<double>(littleEndian<uint64_t>(bytes, at));
    case 3: // int8
        return int8_t(littleEndian<uint8_t>(bytes, at));
    case 5:
        return int16_t(littleEndian<uint16_t>(bytes, at));
    case int32Type:
        return int32_t(littleEndian<uint32_t>(bytes, at));
    case int64Type:
        return double(int64_t(littleEndian<uint64_t>(bytes, at)));
    default:
        return size == 1 ? littleEndian<uint8_t>(bytes, at)
            : size == 2  ? littleEndian<uint16_t>(bytes, at)
            : size == 4  ? double(littleEndian<uint32_t>(bytes, at))
                         : double(littleEndian<uint64_t>(bytes, at));
    }
}

OnnxFile readOnnx(OnnxBytes bytes, const std::string& path)
{
    try {
        OnnxFile file;
        int graphs = 0;
        for (OnnxFields f(bytes); f.next();)
            if (f.number == 2) {
                file.isPytorch = onnxText(f.bytes) == "pytorch";
            } else if (f.number == 7) {
                if (++graphs == 1)
                    readGraph(f.bytes, file);
            } else if (f.number == 8) {
                file.opset = std::max(file.opset, opsetOf(f.bytes));
            } else if (f.number == 25) {
                throw OnnxRefusal{"has functions of its own, which are not supported"};
            }
        if (graphs != 1 || file.inputs.empty() || file.outputs.empty())
            throw OnnxRefusal{"holds no network"};
        return file;
    } catch (const ProtobufDamage& damage) {
        throw Error(ErrorKind::BadFile, printable(path) + ": " + damage.what + ", or is no ONNX file");
    } catch (const OnnxRefusal& refusal) {
        throw Error(ErrorKind::BadFile, printable(path) + ": " + refusal.what);
    }
}

}
