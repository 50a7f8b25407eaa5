#include "inference/graph/fingerprint.h"

#include <bit>
#include <cstring>
#include <variant>

namespace athanor {

namespace {

// The finalizer of MurmurHash3 (public domain): every bit of the result depends on every bit of x.
uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 33) * 0xff51afd7ed558ccd;
    x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53;
    return x ^ x >> 33;
}

}

std::string Fingerprint::text() const
{
    std::string digits;
    for (const uint64_t half : {high, low})
        for (int shift = 60; shift >= 0; shift -= 4)
            digits += "0123456789abcdef"[half >> shift & 15];
    return digits;
}

void Hasher::add(uint64_t number)
{
    m_a = mixed(m_a ^ number);
    m_b = mixed(m_b + std::rotl(number, 32) + 0x9e3779b97f4a7c15) ^ std::rotl(m_a, 17);
}

void Hasher::add(std::string_view text)
{
    add(uint64_t(text.size()));
    for (size_t at = 0; at < text.size(); at += 8) {
        uint64_t word = 0;
        for (size_t i = 0; i < 8 && at + i < text.size(); ++i)
            word |= uint64_t(uint8_t(text[at + i])) << 8 * i;
        add(word);
    }
}

void Hasher::add(const ParamValue& value)
{
    add(uint64_t(value.index()));
    if (const auto* truth = std::get_if<bool>(&value))
        add(uint64_t(*truth));
    else if (const auto* whole = std::get_if<int64_t>(&value))
        add(uint64_t(*whole));
    else if (const auto* large = std::get_if<uint64_t>(&value))
        add(*large);
    else if (const auto* number = std::get_if<double>(&value))
        add(std::bit_cast<uint64_t>(*number));
    else
        add(std::string_view(std::get<std::string>(value)));
}

void Hasher::add(const Fingerprint& other)
{
    add(other.high);
    add(other.low);
}

Fingerprint Hasher::result() const
{
    return {mixed(m_a ^ std::rotl(m_b, 31)), mixed(m_b + m_a)};
}

}
