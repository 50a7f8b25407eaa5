#include "inference/preprocess/onnx_file.h"

#include "inference/weights/byte_source.h"
#include "inference/weights/half.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace athanor {

namespace {

using Bytes = std::span<const std::byte>;

struct Damaged {
    const char* what;
};

// The fields of one protobuf message, in order.
class Fields {
public:
    explicit Fields(Bytes message)
        : m_rest(message)
    {
    }

    bool next()
    {
        const Bytes before = m_rest;
        const bool isThere = read();
        whole = before.first(before.size() - m_rest.size());
        return isThere;
    }

    uint64_t number = 0;
    uint64_t value = 0; // of a number
    Bytes bytes; // of anything else
    Bytes whole; // with what tells its number and length

    uint64_t varint()
    {
        uint64_t result = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            const auto byte = std::to_integer<uint64_t>(taken(1)[0]);
            result |= shift < 64 ? (byte & 127) << shift : 0;
            if (byte < 128)
                return result;
        }
        throw Damaged{"is damaged, or no ONNX file"};
    }
    bool atEnd() const { return m_rest.empty(); }

private:
    bool read()
    {
        if (m_rest.empty())
            return false;
        const uint64_t key = varint();
        number = key >> 3;
        bytes = {};
        value = 0;
        switch (key & 7) {
        case 0:
            value = varint();
            return true;
        case 1:
            bytes = taken(8);
            return true;
        case 2:
            bytes = taken(varint());
            return true;
        case 5:
            bytes = taken(4);
            return true;
        default:
            throw Damaged{"is damaged, or no ONNX file"};
        }
    }

    Bytes taken(uint64_t count)
    {
        if (count > m_rest.size())
            throw Damaged{"ends too early, or is no ONNX file"};
        const Bytes front = m_rest.first(size_t(count));
        m_rest = m_rest.subspan(size_t(count));
        return front;
    }

    Bytes m_rest;
};

std::string text(Bytes bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Numbers of a repeated field, which stand alone or many in one.
template <class Use> void eachNumber(const Fields& field, bool isPacked, Use use)
{
    if (!isPacked)
        return use(field.value);
    for (Fields numbers(field.bytes); !numbers.atEnd();)
        use(numbers.varint());
}

constexpr uint64_t floats = 1, halves = 10; // kinds of numbers

uint64_t elementSize(uint64_t type)
{
    constexpr uint8_t sizes[] = {0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8}; // float, uint8, int8, uint16, …
    return type < std::size(sizes) ? sizes[type] : 0;
}

// A tensor of weights: its values must be as many as its shape says. Returns its name.
std::string checkTensor(Bytes bytes)
{
    uint64_t count = 1, type = 0, raw = 0, numbers = 0;
    std::string tensor;
    for (Fields f(bytes); f.next();) {
        const bool isPacked = !f.bytes.empty();
        if (f.number == 1)
            eachNumber(f, isPacked, [&](uint64_t side) {
                if (side > maxOnnxBytes || (count *= side) > maxOnnxBytes)
                    throw Damaged{"has an array of more than 2147483647 numbers"};
            });
        else if (f.number == 2)
            type = f.value;
        else if (f.number == 4)
            numbers += isPacked ? f.bytes.size() / 4 : 0;
        else if (f.number == 10)
            numbers += isPacked ? f.bytes.size() / 8 : 0;
        else if (f.number == 5 || f.number == 7 || f.number == 11)
            eachNumber(f, isPacked, [&](uint64_t) { ++numbers; });
        else if (f.number == 8)
            tensor = text(f.bytes);
        else if (f.number == 9)
            raw += f.bytes.size();
        else if (f.number == 13 || (f.number == 14 && f.value != 0))
            throw Damaged{"keeps its weights in another file; export it into one"};
    }
    if (type == halves && raw == 0 && count != 0)
        throw Damaged{"has 16-bit floats that are not stored as bytes; export it with 32-bit ones"};
    if (!elementSize(type))
        throw Damaged{"has an array of a kind that is not supported"};
    if (raw ? raw != count * elementSize(type) : numbers != count)
        throw Damaged{"has an array with more or fewer numbers than its shape says"};
    return tensor;
}

// What OpenCV divides by, or takes as a size, without a look.
constexpr std::string_view counts[] = {"group", "strides", "dilations", "kernel_shape"};

void checkAttribute(Bytes bytes)
{
    constexpr uint64_t most = 65'536;
    std::string name;
    std::vector<uint64_t> numbers;
    for (Fields f(bytes); f.next();) {
        if (f.number == 1)
            name = text(f.bytes);
        if (f.number == 3)
            numbers.push_back(f.value);
        if (f.number == 8)
            eachNumber(f, !f.bytes.empty(), [&](uint64_t number) { numbers.push_back(number); });
        if (f.number == 5 || f.number == 10)
            checkTensor(f.bytes);
        if (f.number == 6 || f.number == 11)
            throw Damaged{"has parts that run under conditions; export it without them"};
        if (f.number == 22 || f.number == 23)
            throw Damaged{"has sparse weights, which are not supported"};
    }
    const auto isCount = [](uint64_t number) { return number >= 1 && number <= most; };
    if (std::ranges::find(counts, name) != std::end(counts)
        && (numbers.empty() || !std::ranges::all_of(numbers, isCount)))
        throw Damaged{"has a step whose groups, strides or sizes are not numbers from 1 to 65536"};
}

// A step of the network: it may take what is known so far, and what it gives is known then.
void checkNode(Bytes bytes, std::set<std::string>& known)
{
    std::vector<std::string> given;
    for (Fields node(bytes); node.next();) {
        if (node.number == 1 && !node.bytes.empty() && !known.contains(text(node.bytes)))
            throw Damaged{"has a step that takes what nothing gives"};
        if (node.number == 2)
            given.push_back(text(node.bytes));
        if (node.number == 5)
            checkAttribute(node.bytes);
    }
    known.insert(given.begin(), given.end());
}

// The fields with this number one below another.
template <class Use> void eachInside(Bytes bytes, uint64_t number, Use use)
{
    for (Fields f(bytes); f.next();)
        if (f.number == number)
            use(f.bytes);
}

OnnxPort portOf(Bytes bytes)
{
    OnnxPort port;
    eachInside(bytes, 1, [&](Bytes nameBytes) { port.name = text(nameBytes); });
    eachInside(bytes, 2, [&](Bytes type) {
        eachInside(type, 1, [&](Bytes tensor) {
            eachInside(tensor, 2, [&](Bytes shape) {
                eachInside(shape, 1, [&](Bytes side) {
                    int64_t length = 0;
                    for (Fields f(side); f.next();)
                        if (f.number == 1 && f.value <= maxOnnxBytes)
                            length = int64_t(f.value);
                    port.shape.push_back(length);
                });
            });
        });
    });
    return port;
}

OnnxFile graphOf(Bytes graph)
{
    OnnxFile file;
    std::set<std::string> weights;
    for (Fields f(graph); f.next();) {
        if (f.number == 5)
            weights.insert(checkTensor(f.bytes));
        else if (f.number == 11)
            file.inputs.push_back(portOf(f.bytes));
        else if (f.number == 12)
            file.outputs.push_back(portOf(f.bytes));
        else if (f.number == 15)
            throw Damaged{"has sparse weights, which are not supported"};
    }
    std::set<std::string> known = weights;
    for (const OnnxPort& port : file.inputs)
        known.insert(port.name);
    eachInside(graph, 1, [&](Bytes node) { checkNode(node, known); });
    for (const OnnxPort& port : file.outputs)
        if (!known.contains(port.name))
            throw Damaged{"has an output that nothing gives"};
    std::erase_if(file.inputs, [&](const OnnxPort& port) { return weights.contains(port.name); });
    return file;
}

using Message = std::vector<std::byte>;

void append(Message& message, Bytes bytes)
{
    message.insert(message.end(), bytes.begin(), bytes.end());
}

void appendNumber(Message& message, uint64_t number)
{
    for (; number > 127; number >>= 7)
        message.push_back(std::byte((number & 127) | 128));
    message.push_back(std::byte(number));
}

void appendField(Message& message, uint64_t number, Bytes bytes)
{
    appendNumber(message, number << 3 | 2);
    appendNumber(message, bytes.size());
    append(message, bytes);
}

bool isHalf(Bytes tensor)
{
    for (Fields f(tensor); f.next();)
        if (f.number == 2)
            return f.value == halves;
    return false;
}

Message tensorInFloats(Bytes tensor)
{
    Message result;
    for (Fields f(tensor); f.next();) {
        if (f.number == 2) {
            appendNumber(result, 2 << 3);
            appendNumber(result, floats);
        } else if (f.number == 9) {
            std::vector<float> values;
            for (size_t i = 0; i + 1 < f.bytes.size(); i += 2)
                values.push_back(halfToFloat(littleEndian<uint16_t>(f.bytes, i)));
            appendField(result, 9, std::as_bytes(std::span(values)));
        } else {
            append(result, f.whole);
        }
    }
    return result;
}

}

std::vector<std::byte> withFloats(Bytes bytes)
{
    Message result;
    for (Fields f(bytes); f.next();) {
        if (f.number != 7) {
            append(result, f.whole);
            continue;
        }
        Message graph;
        for (Fields g(f.bytes); g.next();)
            if (g.number == 5 && isHalf(g.bytes))
                appendField(graph, 5, tensorInFloats(g.bytes));
            else
                append(graph, g.whole);
        appendField(result, 7, graph);
    }
    return result;
}

OnnxFile readOnnx(Bytes bytes, const std::string& path)
{
    try {
        OnnxFile file;
        int graphs = 0;
        for (Fields f(bytes); f.next();)
            if (f.number == 7) {
                ++graphs;
                file = graphOf(f.bytes);
            } else if (f.number == 25) {
                throw Damaged{"has functions of its own, which are not supported"};
            }
        if (graphs != 1 || file.inputs.empty() || file.outputs.empty())
            throw Damaged{"holds no network"};
        return file;
    } catch (const Damaged& damaged) {
        throw Error(ErrorKind::BadFile, printable(path) + ": " + damaged.what);
    }
}

}
