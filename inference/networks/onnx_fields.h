// The fields of a protobuf message, which is what an ONNX file is made of, and what its readers say when one is bad.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace athanor {

using OnnxBytes = std::span<const std::byte>;

// Thrown by what reads and checks a network, caught where its file's path is known: "PATH: what".
struct OnnxRefusal {
    std::string what;
};

// The fields of one message, in order.
class OnnxFields {
public:
    explicit OnnxFields(OnnxBytes message)
        : m_rest(message)
    {
    }

    // Whether there is one more, which then stands in the members.
    bool next();
    // A number that stands alone.
    uint64_t varint();
    bool atEnd() const { return m_rest.empty(); }

    uint64_t number = 0;
    bool isNumber = false;
    uint64_t value = 0; // of a number
    OnnxBytes bytes; // of anything else

private:
    OnnxBytes taken(uint64_t count);

    OnnxBytes m_rest;
};

inline std::string onnxText(OnnxBytes bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Numbers of a repeated field, which stand alone or many in one.
template <class Use> void eachOnnxNumber(const OnnxFields& field, Use use)
{
    if (field.isNumber)
        return use(field.value);
    for (OnnxFields numbers(field.bytes); !numbers.atEnd();)
        use(numbers.varint());
}

// The fields with this number one below another.
template <class Use> void eachOnnxField(OnnxBytes bytes, uint64_t number, Use use)
{
    for (OnnxFields f(bytes); f.next();)
        if (f.number == number)
            use(f.bytes);
}

}
