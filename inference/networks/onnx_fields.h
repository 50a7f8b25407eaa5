// The fields of an ONNX file's messages, and what its readers say when one is bad.
#pragma once
#include "inference/weights/protobuf.h"

#include <cstdint>
#include <string>

namespace athanor {

using OnnxBytes = ProtobufBytes;
using OnnxFields = ProtobufFields;
using OnnxRefusal = ProtobufRefusal; // also thrown by what checks a network

inline std::string onnxText(OnnxBytes bytes)
{
    return protobufText(bytes);
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
