#include "app/pictures/exif.h"

#include "inference/weights/printable.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <optional>

namespace athanor {

namespace {

// TIFF 6.0, section 2; Exif 2.32, 4.6.
enum Tag : uint16_t { Make = 0x010F, Model = 0x0110, Orientation = 0x0112, ExifFolder = 0x8769, UserComment = 0x9286 };
enum FieldType : uint16_t { Ascii = 2, Short = 3, Long = 4, Undefined = 7 };
constexpr uint32_t tiffHeaderBytes = 8, entryBytes = 12;
constexpr std::string_view prefix("Exif\0\0", 6), unicode("UNICODE\0", 8);
constexpr std::string_view otherKeys[] = {comfyPromptKey, comfyWorkflowKey, workflowKey};

struct Entry {
    uint16_t tag = 0, type = 0;
    std::string_view data;
};

size_t sizeOf(uint16_t type)
{
    constexpr size_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};
    return type < std::size(sizes) ? sizes[type] : 0;
}

// A TIFF in memory; numbers beyond its end are 0.
struct Tiff {
    std::string_view bytes;
    bool bigEndian = true;

    uint32_t number(uint64_t at, size_t count) const
    {
        uint32_t value = 0;
        for (size_t i = 0; i < count && at + count <= bytes.size(); ++i)
            value = value << 8 | uint8_t(bytes[at + (bigEndian ? i : count - 1 - i)]);
        return value;
    }

    // Those of the folder at `offset` whose data lies within; false: some did not, or the folder itself.
    bool entries(uint64_t offset, std::vector<Entry>& found) const
    {
        if (offset < tiffHeaderBytes || offset + 2 > bytes.size())
            return false;
        const uint32_t count = number(offset, 2);
        bool whole = true;
        for (uint32_t i = 0; i < count; ++i) {
            const uint64_t at = offset + 2 + uint64_t(i) * entryBytes;
            if (at + entryBytes > bytes.size())
                return false;
            const auto type = uint16_t(number(at + 2, 2));
            const uint64_t size = sizeOf(type) * uint64_t(number(at + 4, 4));
            const uint64_t place = size <= 4 ? at + 8 : number(at + 8, 4);
            if (place > bytes.size() || size > bytes.size() - place)
                whole = false;
            else
                found.push_back({uint16_t(number(at, 2)), type, bytes.substr(place, size)});
        }
        return whole;
    }
};

void appendUtf8(std::string& out, uint32_t c)
{
    if (c < 0x80) {
        out += char(c);
    } else if (c < 0x800) {
        out += {char(0xc0 | c >> 6), char(0x80 | (c & 0x3f))};
    } else if (c < 0x10000) {
        out += {char(0xe0 | c >> 12), char(0x80 | (c >> 6 & 0x3f)), char(0x80 | (c & 0x3f))};
    } else {
        out += {
            char(0xf0 | c >> 18), char(0x80 | (c >> 12 & 0x3f)), char(0x80 | (c >> 6 & 0x3f)), char(0x80 | (c & 0x3f))};
    }
}

// The next character of well-formed UTF-8.
uint32_t takeUtf8(std::string_view text, size_t& at)
{
    const auto first = uint8_t(text[at++]);
    const int more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    uint32_t c = more == 0 ? first : first & (0x3f >> more);
    for (int i = 0; i < more; ++i)
        c = c << 6 | (uint8_t(text[at++]) & 0x3f);
    return c;
}

std::string toUtf16(std::string_view utf8)
{
    std::string out;
    const auto add = [&](uint32_t unit) { out += {char(unit >> 8), char(unit)}; };
    for (size_t at = 0; at < utf8.size();) {
        const uint32_t c = takeUtf8(utf8, at);
        if (c < 0x10000) {
            add(c);
        } else {
            add(0xd800 + ((c - 0x10000) >> 10));
            add(0xdc00 + ((c - 0x10000) & 0x3ff));
        }
    }
    return out;
}

// Writers do not agree on the byte order: in text with blanks, line ends and digits zeros tell it.
bool looksBigEndian(std::string_view text, bool usual)
{
    size_t zeros[2] = {};
    for (size_t i = 0; i < text.size(); ++i)
        zeros[i % 2] += text[i] == 0;
    return zeros[0] == zeros[1] ? usual : zeros[0] > zeros[1];
}

// Nothing if it is not well-formed.
std::optional<std::string> fromUtf16(std::string_view text, bool bigEndian)
{
    std::string out;
    const auto unit = [&](size_t at) {
        return uint32_t(uint8_t(text[at + (bigEndian ? 0 : 1)])) << 8 | uint8_t(text[at + (bigEndian ? 1 : 0)]);
    };
    for (size_t at = 0; at + 1 < text.size(); at += 2) {
        uint32_t c = unit(at);
        if (c == 0xfeff && at == 0)
            continue;
        if (c >= 0xd800 && c < 0xe000) {
            at += 2;
            if (c >= 0xdc00 || at + 1 >= text.size() || unit(at) < 0xdc00 || unit(at) > 0xdfff)
                return {};
            c = 0x10000 + ((c - 0xd800) << 10) + (unit(at) - 0xdc00);
        }
        appendUtf8(out, c);
    }
    return out;
}

std::string_view withoutEnd(std::string_view text)
{
    while (text.ends_with('\0'))
        text.remove_suffix(1);
    return text;
}

// The name of a character code, filled up to eight bytes; nothing but filling where it is not told.
bool namesCode(std::string_view head)
{
    while (head.ends_with('\0') || head.ends_with(' '))
        head.remove_suffix(1);
    return head.empty() || head == "ASCII" || head == "JIS" || head == "UNICODE";
}

std::optional<std::string> commentOf(std::string_view data, bool bigEndian)
{
    if (data.starts_with(unicode)) {
        std::optional<std::string> text =
            fromUtf16(data.substr(unicode.size()), looksBigEndian(data.substr(unicode.size()), bigEndian));
        if (text)
            text->resize(withoutEnd(*text).size());
        return text;
    }
    const size_t code = std::min(unicode.size(), data.size());
    const std::string text(withoutEnd(namesCode(data.substr(0, code)) ? data.substr(code) : data));
    return isUtf8(text) ? std::optional(text) : std::nullopt;
}

// "workflow:{…}" with a key that the program knows.
std::optional<PictureText> keyedText(std::string_view data)
{
    const size_t colon = data.find(':');
    const std::string_view key = data.substr(0, colon);
    if (colon == data.npos || std::ranges::find(otherKeys, key) == std::end(otherKeys))
        return {};
    return PictureText{std::string(key), std::string(withoutEnd(data.substr(colon + 1)))};
}

class Reader {
public:
    explicit Reader(Tiff tiff)
        : m_tiff(tiff)
    {
    }

    ExifData read()
    {
        readFolder(m_tiff.number(4, 4), true);
        return std::move(m_data);
    }

private:
    // The first folder may name one more; those name none.
    void readFolder(uint32_t offset, bool first)
    {
        std::vector<Entry> entries;
        if (!m_tiff.entries(offset, entries))
            warn("a part of the Exif data is damaged");
        for (const Entry& entry : entries) {
            if (first && entry.tag == ExifFolder && entry.data.size() == 4)
                readFolder(m_tiff.number(uint64_t(entry.data.data() - m_tiff.bytes.data()), 4), false);
            else if (entry.tag == UserComment && !entry.data.empty()) // in the first, too, where Fooocus puts it
                add(PictureText{std::string(parametersKey), commentOf(entry.data, m_tiff.bigEndian).value_or("\xff")});
            else if (first)
                readMain(entry);
        }
    }

    void readMain(const Entry& entry)
    {
        if (entry.tag == Orientation && entry.type == Short && entry.data.size() == 2) {
            const uint32_t value = m_tiff.number(uint64_t(entry.data.data() - m_tiff.bytes.data()), 2);
            m_data.orientation = value >= 1 && value <= 8 ? int(value) : 1;
        } else if (entry.type == Ascii) {
            if (std::optional<PictureText> text = keyedText(entry.data))
                add(std::move(*text));
        }
    }

    void add(PictureText text)
    {
        if (!isUtf8(text.text))
            return warn("a text is left out: it is not well-formed Unicode");
        m_bytes += text.text.size();
        if (m_bytes > maxPictureTextBytes || m_data.texts.size() >= maxPictureTexts)
            return warn("a text is left out: all texts together exceed 16 MiB, or 256");
        m_data.texts.push_back(std::move(text));
    }

    void warn(const char* sentence)
    {
        if (std::ranges::find(m_data.warnings, sentence) == m_data.warnings.end())
            m_data.warnings.emplace_back(sentence);
    }

    const Tiff m_tiff;
    ExifData m_data;
    uint64_t m_bytes = 0;
};

void append(std::string& out, uint32_t value, int bytes)
{
    while (bytes-- > 0)
        out += char(value >> 8 * bytes);
}

// The folder at `offset`, its data behind it. Nothing follows it.
std::string folder(const std::vector<std::pair<uint16_t, std::pair<FieldType, std::string>>>& entries, uint32_t offset)
{
    std::string head, data;
    append(head, uint32_t(entries.size()), 2);
    const uint32_t dataAt = offset + 2 + uint32_t(entries.size()) * entryBytes + 4;
    for (const auto& [tag, value] : entries) {
        const auto& [type, bytes] = value;
        append(head, tag, 2);
        append(head, type, 2);
        append(head, uint32_t(bytes.size() / sizeOf(type)), 4);
        if (bytes.size() <= 4) {
            head += bytes + std::string(4 - bytes.size(), '\0');
        } else {
            append(head, dataAt + uint32_t(data.size()), 4);
            data += bytes + std::string(bytes.size() % 2, '\0');
        }
    }
    return head + std::string(4, '\0') + data;
}

}

ExifData readExif(std::string_view block)
{
    if (block.starts_with(prefix))
        block.remove_prefix(prefix.size());
    Tiff tiff{block, block.starts_with("MM")};
    if (!(block.starts_with("MM") || block.starts_with("II")) || tiff.number(2, 2) != 42)
        return {.warnings = {"the Exif data has no valid header"}};
    return Reader(tiff).read();
}

std::string writeExif(const std::vector<PictureText>& texts)
{
    if (texts.empty())
        return {};
    std::vector<std::pair<uint16_t, std::pair<FieldType, std::string>>> main, comment;
    uint16_t next = Make;
    for (const PictureText& text : texts) {
        if (text.key == parametersKey)
            comment.push_back({UserComment, {Undefined, std::string(unicode) + toUtf16(text.text)}});
        else
            main.push_back(
                {text.key == comfyPromptKey ? uint16_t(Model) : next--, {Ascii, text.key + ':' + text.text + '\0'}});
    }
    assert(comment.size() <= 1 && main.size() <= 16);
    std::ranges::sort(main, {}, [](const auto& entry) { return entry.first; });
    if (!comment.empty()) { // the size of the first folder does not depend on where the second is
        main.push_back({ExifFolder, {Long, std::string(4, '\0')}});
        std::string offset;
        append(offset, tiffHeaderBytes + uint32_t(folder(main, tiffHeaderBytes).size()), 4);
        main.back().second.second = offset;
    }
    std::string block("MM\0\x2a\0\0\0\x08", tiffHeaderBytes);
    block += folder(main, tiffHeaderBytes);
    if (!comment.empty())
        block += folder(comment, uint32_t(block.size()));
    return block;
}

}
