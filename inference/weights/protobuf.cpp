#include "inference/weights/protobuf.h"

namespace athanor {

uint64_t ProtobufFields::varint()
{
    uint64_t result = 0;
    for (int shift = 0; shift < 70; shift += 7) {
        const auto byte = std::to_integer<uint64_t>(taken(1)[0]);
        result |= shift < 64 ? (byte & 127) << shift : 0;
        if (byte < 128)
            return result;
    }
    throw ProtobufDamage{{"is damaged"}};
}

bool ProtobufFields::next()
{
    if (m_rest.empty())
        return false;
    const uint64_t key = varint();
    number = key >> 3;
    bytes = {};
    value = 0;
    isNumber = (key & 7) == 0;
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
        throw ProtobufDamage{{"is damaged"}};
    }
}

ProtobufBytes ProtobufFields::taken(uint64_t count)
{
    if (count > m_rest.size())
        throw ProtobufDamage{{"ends too early"}};
    const ProtobufBytes front = m_rest.first(size_t(count));
    m_rest = m_rest.subspan(size_t(count));
    return front;
}

}
