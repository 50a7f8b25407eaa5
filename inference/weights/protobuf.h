// The fields of a protobuf message, such as ONNX and SentencePiece files are made of, as hostile data.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace athanor {

using ProtobufBytes = std::span<const std::byte>;

// Thrown by what reads such a file, caught where its path is known: "PATH: what".
struct ProtobufRefusal {
    std::string what;
};
// By the fields themselves: "is damaged", "ends too early"; it may be a file of another kind.
struct ProtobufDamage : ProtobufRefusal { };

// The fields of one message, in order.
class ProtobufFields {
public:
    explicit ProtobufFields(ProtobufBytes message)
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
    ProtobufBytes bytes; // of anything else

private:
    ProtobufBytes taken(uint64_t count);

    ProtobufBytes m_rest;
};

inline std::string protobufText(ProtobufBytes bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}
