#include "inference/weights/safetensors.h"

#include "inference/weights/file_format.h"
#include "inference/weights/json_text.h"
#include "inference/weights/printable.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace athanor {

namespace {

constexpr size_t maxMetadataText = 8 << 20; // training tools store whole tag tables in one value
constexpr int headerDepth = 3; // {"name": {"shape": [

StoredType storedTypeNamed(std::string_view name)
{
    for (auto type = StoredType::Bool; type <= StoredType::F64; type = StoredType(int(type) + 1))
        if (storedTypeName(type) == name)
            return type;
    return StoredType::Unknown;
}

std::string inQuotes(std::string_view text)
{
    return "\"" + printable(text) + "\"";
}

// Receives the header's JSON piece by piece. The grammar is flat (an object of objects with known fields), so one
// state says what may come next; everything else ends the parse with `problem` set.
class HeaderHandler : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit HeaderHandler(TensorFile& file)
        : m_file(file)
    {
    }
    std::string problem;

    bool null() override { return unexpected("null"); }
    bool boolean(bool) override { return unexpected("a boolean"); }
    bool number_integer(number_integer_t) override { return unexpected("a negative number"); }
    bool number_float(number_float_t, const string_t& text) override { return unexpected(printable(text)); }
    bool binary(binary_t&) override { return unexpected("binary data"); }

    bool number_unsigned(number_unsigned_t value) override
    {
        if (m_inArray && m_state == State::Shape) {
            if (m_tensor.shape.size() == maxTensorRank)
                return refuse("has more than " + std::to_string(maxTensorRank) + " dimensions");
            if (value > INT64_MAX)
                return refuse("has a dimension of " + std::to_string(value));
            m_tensor.shape.push_back(int64_t(value));
            return true;
        }
        if (m_inArray && m_state == State::Offsets && m_offsetCount < 2) {
            m_offsets[m_offsetCount++] = value;
            return true;
        }
        return unexpected("the number " + std::to_string(value));
    }

    bool string(string_t& value) override
    {
        if (m_state == State::Type) {
            m_tensor.type = storedTypeNamed(value);
            if (m_tensor.type == StoredType::Unknown)
                m_tensor.problem = "is stored as " + printable(value, 40) + ", a type this program does not read";
            m_state = State::Tensor;
            return true;
        }
        if (m_state != State::Metadata)
            return unexpected("the text " + inQuotes(value));
        if (!m_file.metadata.emplace(m_key, value).second)
            return fail("the metadata key " + inQuotes(m_key) + " is there twice");
        return true;
    }

    bool start_object(size_t) override
    {
        if (m_state == State::Start)
            m_state = State::Top;
        else if (m_state == State::Entry)
            m_state = m_key == "__metadata__" ? State::Metadata : State::Tensor;
        else
            return unexpected("{");
        return true;
    }

    bool key(string_t& name) override
    {
        if (m_state == State::Top)
            return topKey(name);
        if (m_state == State::Metadata) {
            m_key = name;
            return true;
        }
        return fieldKey(name);
    }

    bool end_object() override
    {
        if (m_state == State::Tensor && !finishTensor())
            return false;
        m_state = m_state == State::Top ? State::End : State::Top;
        return true;
    }

    bool start_array(size_t) override
    {
        if ((m_state == State::Shape || m_state == State::Offsets) && !m_inArray)
            return m_inArray = true;
        return unexpected("[");
    }

    bool end_array() override
    {
        m_inArray = false;
        if (m_state == State::Offsets && m_offsetCount != 2)
            return refuse("needs two data_offsets");
        m_state = State::Tensor;
        return true;
    }

    bool parse_error(size_t position, const std::string&, const nlohmann::json::exception&) override
    {
        return fail("the header is not valid JSON at byte " + std::to_string(position + 7));
    }

private:
    enum class State { Start, Top, Entry, Metadata, Tensor, Type, Shape, Offsets, End };
    struct Field {
        const char* name;
        State state;
        unsigned bit;
    };
    static constexpr Field fields[] = {
        {"dtype", State::Type, 1}, {"shape", State::Shape, 2}, {"data_offsets", State::Offsets, 4}};
    static constexpr unsigned allFields = 7;

    bool fail(std::string sentence)
    {
        problem = std::move(sentence);
        return false;
    }

    bool refuse(const std::string& what) { return fail("tensor " + inQuotes(m_key) + " " + what); }

    bool unexpected(const std::string& what)
    {
        return fail("unexpected " + what + " in the header" + (m_key.empty() ? "" : " at " + inQuotes(m_key)));
    }

    bool topKey(const std::string& name)
    {
        m_key = name;
        m_state = State::Entry;
        m_seen = 0;
        m_offsetCount = 0;
        m_tensor = {};
        if (name == "__metadata__") {
            if (m_hasMetadata)
                return fail("the header has two __metadata__ entries");
            return m_hasMetadata = true;
        }
        if (m_file.tensors.size() == maxTensors)
            return fail("has more than " + std::to_string(maxTensors) + " tensors");
        if (name.empty() || name.size() > maxTensorNameBytes)
            return fail("a tensor's name has " + std::to_string(name.size()) + " bytes, the limits are 1 and "
                + std::to_string(maxTensorNameBytes) + ": " + inQuotes(name));
        if (std::ranges::any_of(name, [](char c) { return uint8_t(c) < 0x20 || c == 0x7f; }))
            return refuse("has a control character in its name");
        return true;
    }

    bool fieldKey(const std::string& name)
    {
        for (const Field& field : fields) {
            if (name != field.name)
                continue;
            if (m_seen & field.bit)
                return refuse("has two fields " + inQuotes(name));
            m_seen |= field.bit;
            m_state = field.state;
            return true;
        }
        return refuse("has an unknown field " + inQuotes(name));
    }

    bool finishTensor()
    {
        if (m_seen != allFields)
            return refuse("lacks dtype, shape or data_offsets");
        const auto [begin, end] = m_offsets;
        if (begin > end)
            return refuse("begins at byte " + std::to_string(begin) + " after its end " + std::to_string(end));
        const auto count = elementCount(m_tensor.shape);
        if (!count)
            return refuse("has an impossible shape " + shapeText(m_tensor.shape));
        uint64_t needed = 0;
        if (__builtin_mul_overflow(uint64_t(*count), storedTypeBytes(m_tensor.type), &needed))
            return refuse("has an impossible shape " + shapeText(m_tensor.shape));
        if (m_tensor.type != StoredType::Unknown && needed != end - begin)
            return refuse("of shape " + shapeText(m_tensor.shape) + " and type "
                + std::string(storedTypeName(m_tensor.type)) + " needs " + std::to_string(needed)
                + " bytes, its offsets give " + std::to_string(end - begin));
        m_tensor.name = m_key;
        m_tensor.offset = begin;
        m_tensor.bytes = end - begin;
        m_file.tensors.push_back(std::move(m_tensor));
        return true;
    }

    TensorFile& m_file;
    State m_state = State::Start;
    bool m_hasMetadata = false;
    bool m_inArray = false;
    unsigned m_seen = 0;
    std::string m_key; // of the entry or metadata value being read
    TensorInfo m_tensor;
    std::array<uint64_t, 2> m_offsets{};
    size_t m_offsetCount = 0;
};

std::string headerIn(const ByteSource& source)
{
    if (source.size() <= 8)
        source.refuse("too small to be a model (" + std::to_string(source.size()) + " bytes)");
    const auto lengthBytes = source.read(0, 8);
    const uint64_t length = littleEndian<uint64_t>(lengthBytes, 0);
    if (length < 2 || length > maxSafetensorsHeader)
        source.refuse("the header's length is " + std::to_string(length) + " bytes, the limits are 2 and "
            + std::to_string(maxSafetensorsHeader));
    if (length > source.size() - 8)
        source.refuse("truncated: " + std::to_string(length - (source.size() - 8)) + " bytes missing in the header of "
            + std::to_string(length));
    std::string header(length, '\0');
    source.read(8, std::as_writable_bytes(std::span(header)));
    if (header.front() != '{')
        source.refuse("the header starts with \"" + printable(header.substr(0, 4)) + "\" instead of {");
    return header;
}

// The tensors must tile the data exactly: no hole, no overlap, nothing after the last.
void checkLayout(const ByteSource& source, std::vector<TensorInfo>& tensors, uint64_t dataStart)
{
    std::vector<uint32_t> order(tensors.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::sort(order, {}, [&](uint32_t i) { return std::pair(tensors[i].offset, tensors[i].bytes); });
    uint64_t at = 0;
    for (const uint32_t i : order) {
        TensorInfo& tensor = tensors[i];
        if (tensor.offset != at)
            source.refuse("tensor " + inQuotes(tensor.name) + " starts at data byte " + std::to_string(tensor.offset)
                + (tensor.offset < at ? " inside the tensor before it, which ends at "
                                      : " after a hole, the tensor before it ends at ")
                + std::to_string(at) + "; the file is damaged");
        at += tensor.bytes; // no overflow: offset + bytes is the entry's end offset
        tensor.offset += dataStart;
    }
    const uint64_t present = source.size() - dataStart;
    if (at > present)
        source.refuse("truncated: " + std::to_string(at - present) + " bytes missing of " + std::to_string(at)
            + "; download it again");
    if (at < present)
        source.refuse(std::to_string(present - at) + " bytes after the last tensor; cut the file to "
            + std::to_string(dataStart + at) + " bytes (truncate -s) or save it again");
}

}

TensorFile readSafetensors(std::shared_ptr<const ByteSource> source)
{
    TensorFile file;
    file.format = "safetensors";
    const std::string header = headerIn(*source);
    if (const std::string problem = jsonLimitProblem(header, headerDepth, maxMetadataText); !problem.empty())
        source->refuse("the header " + problem);
    HeaderHandler handler(file);
    if (!nlohmann::json::sax_parse(header, &handler))
        source->refuse(handler.problem);
    if (file.tensors.empty())
        source->refuse("holds no tensors");
    sortByName(*source, file.tensors); // first: a name that is there twice has the same bytes twice
    checkLayout(*source, file.tensors, 8 + header.size());
    file.source = std::move(source);
    return file;
}

}
