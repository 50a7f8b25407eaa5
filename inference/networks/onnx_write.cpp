#include "inference/networks/onnx_write.h"

#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <variant>

namespace athanor {

namespace {

using Message = std::vector<std::byte>;

void appendNumber(Message& message, uint64_t number)
{
    for (; number > 127; number >>= 7)
        message.push_back(std::byte((number & 127) | 128));
    message.push_back(std::byte(number));
}

void appendField(Message& message, uint64_t field, uint64_t number)
{
    appendNumber(message, field << 3);
    appendNumber(message, number);
}

void appendField(Message& message, uint64_t field, OnnxBytes bytes)
{
    appendNumber(message, field << 3 | 2);
    appendNumber(message, bytes.size());
    message.insert(message.end(), bytes.begin(), bytes.end());
}

void appendField(Message& message, uint64_t field, std::string_view text)
{
    appendField(message, field, std::as_bytes(std::span(text)));
}

template <class T> void appendLittle(Message& message, T bits)
{
    for (size_t i = 0; i < sizeof(T); ++i)
        message.push_back(std::byte(bits >> (8 * i) & 255));
}

Message attributeOf(const OnnxSetting& setting)
{
    constexpr uint64_t typeField = 20, isFloat = 1, isInteger = 2, isText = 3, isIntegers = 7;
    Message message;
    appendField(message, 1, setting.name);
    if (const auto* integer = std::get_if<int64_t>(&setting.value)) {
        appendField(message, 3, uint64_t(*integer));
        appendField(message, typeField, isInteger);
    } else if (const auto* number = std::get_if<float>(&setting.value)) {
        appendNumber(message, 2 << 3 | 5);
        appendLittle(message, std::bit_cast<uint32_t>(*number));
        appendField(message, typeField, isFloat);
    } else if (const auto* text = std::get_if<std::string>(&setting.value)) {
        appendField(message, 4, *text);
        appendField(message, typeField, isText);
    } else {
        for (const int64_t number : std::get<std::vector<int64_t>>(setting.value))
            appendField(message, 8, uint64_t(number));
        appendField(message, typeField, isIntegers);
    }
    return message;
}

int64_t wholeNumber(double value)
{
    constexpr double most = double(int64_t(1) << 53);
    return std::isnan(value) ? 0 : int64_t(std::clamp(value, -most, most));
}

// The constants of all steps, each once.
class Constants {
public:
    std::string nameOf(const OnnxArray& array, bool inIntegers)
    {
        const auto key = std::tuple(array.constant.get(), array.shape, inIntegers);
        const auto [it, isNew] = m_names.try_emplace(key, "c" + std::to_string(m_names.size()));
        if (isNew)
            append(array, inIntegers, it->second);
        return it->second;
    }

    uint64_t bytes() const { return m_bytes; }
    const std::vector<Message>& tensors() const { return m_tensors; }

private:
    void append(const OnnxArray& array, bool inIntegers, const std::string& name)
    {
        constexpr uint64_t floats = 1, integers = 7;
        Message numbers, tensor;
        const OnnxTensor* stored = array.constant->tensor.get();
        const int64_t count = stored ? stored->count() : int64_t(array.constant->made.size());
        if (stored && !inIntegers && stored->numbers() == OnnxNumbers::Floats)
            numbers.assign(stored->bytes.begin(), stored->bytes.end());
        else
            for (int64_t i = 0; i < count; ++i)
                if (inIntegers)
                    appendLittle(numbers, uint64_t(wholeNumber(array.constant->number(i))));
                else
                    appendLittle(numbers, std::bit_cast<uint32_t>(float(array.constant->number(i))));
        for (const int64_t side : array.shape)
            appendField(tensor, 1, uint64_t(side));
        appendField(tensor, 2, inIntegers ? integers : floats);
        appendField(tensor, 8, name);
        appendField(tensor, 9, numbers);
        m_bytes += tensor.size();
        m_tensors.push_back(std::move(tensor));
    }

    std::map<std::tuple<const OnnxConstant*, OnnxShape, bool>, std::string> m_names;
    std::vector<Message> m_tensors;
    uint64_t m_bytes = 0;
};

Message nodeOf(const OnnxStep& step, Constants& constants)
{
    const bool takesSizes = step.op == "Reshape" || step.op == "Slice" || step.op == "Resize";
    Message message;
    for (const OnnxArray& input : step.inputs)
        appendField(message, 1,
            input.id >= 0        ? onnxName(input.id)
                : input.constant ? constants.nameOf(input, takesSizes && input.constant->isInteger)
                                 : std::string());
    appendField(message, 2, onnxName(step.output));
    appendField(message, 4, step.op);
    for (const OnnxSetting& setting : step.settings)
        appendField(message, 5, attributeOf(setting));
    return message;
}

// A name with a shape of floats.
Message portFor(int id, const OnnxShape& shape)
{
    Message sides, tensor, type, port;
    for (const int64_t side : shape) {
        Message one;
        appendField(one, 1, uint64_t(side));
        appendField(sides, 1, one);
    }
    appendField(tensor, 1, uint64_t(1));
    appendField(tensor, 2, sides);
    appendField(type, 1, tensor);
    appendField(port, 1, onnxName(id));
    appendField(port, 2, type);
    return port;
}

}

std::string onnxName(int id)
{
    return "a" + std::to_string(id);
}

std::vector<std::byte> writeOnnx(const OnnxPlan& plan, const std::string& path)
{
    constexpr uint64_t version = 7;
    Constants constants;
    Message graph, model, opset;
    for (const OnnxStep& step : plan.steps) {
        appendField(graph, 1, nodeOf(step, constants));
        if (constants.bytes() + graph.size() > maxOnnxBytes - (1 << 20))
            throw Error(ErrorKind::BadFile,
                printable(path) + ": with floats of 32 bits this network has more than " + std::to_string(maxOnnxBytes)
                    + " bytes");
    }
    appendField(graph, 2, std::string_view("network"));
    for (const Message& tensor : constants.tensors())
        appendField(graph, 5, tensor);
    appendField(graph, 11, portFor(0, plan.shapes[0]));
    for (const int id : std::set<int>(plan.outputs.begin(), plan.outputs.end()))
        appendField(graph, 12, portFor(id, plan.shapes[size_t(id)]));
    appendField(opset, 2, uint64_t(plan.opset));
    appendField(model, 1, version);
    if (plan.isPytorch)
        appendField(model, 2, std::string_view("pytorch"));
    appendField(model, 7, graph);
    appendField(model, 8, opset);
    return model;
}

}
