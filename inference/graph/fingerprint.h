// What tells one result from another: a hash over everything a node's outputs depend on. Equal on every machine and in
// every run, so that it can be kept in files; not a protection against made-up collisions.
#pragma once
#include "inference/graph/graph.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace athanor {

struct Fingerprint {
    uint64_t high = 0, low = 0;
    auto operator<=>(const Fingerprint&) const = default;
    std::string text() const; // 32 hexadecimal digits
};

// Takes pieces in order; ("ab", "c") and ("a", "bc") differ.
class Hasher {
public:
    void add(std::string_view text);
    void add(uint64_t number);
    void add(const ParamValue& value); // 1, 1.0, true and "1" differ
    void add(const Fingerprint& other);
    Fingerprint result() const;

private:
    uint64_t m_a = 0x243f6a8885a308d3, m_b = 0x13198a2e03707344; // digits of pi
};

}
