#include "inference/weights/printable.h"

#include <cstdint>

namespace athanor {

namespace {

// Length in bytes and value of the character at the front of `text`; length 0 if it is not well-formed UTF-8.
struct Character {
    size_t length = 0;
    uint32_t value = 0;
};

Character decode(std::string_view text)
{
    const auto byteAt = [&](size_t i) { return uint32_t(uint8_t(text[i])); };
    const uint32_t lead = byteAt(0);
    if (lead < 0x80)
        return {1, lead};
    const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length)
        return {};
    uint32_t value = lead & (0x7fu >> length);
    for (size_t i = 1; i < length; ++i) {
        if ((byteAt(i) & 0xc0) != 0x80)
            return {};
        value = value << 6 | (byteAt(i) & 0x3f);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    if (overlong || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return {};
    return {length, value};
}

// Controls, line separators, and the marks that reorder or hide neighbouring text.
bool isHarmful(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069) || c == 0x61c || c == 0xfeff;
}

}

std::string printable(std::string_view text, size_t maxBytes)
{
    static const char digits[] = "0123456789abcdef";
    std::string shown;
    while (!text.empty()) {
        const Character c = decode(text);
        const size_t length = c.length ? c.length : 1;
        const bool escaped = !c.length || isHarmful(c.value);
        if (shown.size() + (escaped ? 4 * length : length) > maxBytes)
            return shown + "…";
        for (size_t i = 0; i < length; ++i) {
            const uint8_t byte = uint8_t(text[i]);
            if (escaped)
                shown += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
            else
                shown += char(byte);
        }
        text.remove_prefix(length);
    }
    return shown;
}

std::string inQuotes(std::string_view text, size_t maxBytes)
{
    return '"' + printable(text, maxBytes) + '"';
}

bool isUtf8(std::string_view text)
{
    while (!text.empty()) {
        const Character c = decode(text);
        if (!c.length)
            return false;
        text.remove_prefix(c.length);
    }
    return true;
}

}
