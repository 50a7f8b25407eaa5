// Bytes of a file as a text.
#pragma once
#include "inference/weights/byte_source.h"

#include <cstdint>
#include <span>
#include <string>

namespace athanor {

inline std::string readBytes(const ByteSource& file, uint64_t at, uint64_t count)
{
    std::string bytes(count, '\0');
    file.read(at, std::as_writable_bytes(std::span(bytes)));
    return bytes;
}

}
