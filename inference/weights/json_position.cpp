#include "inference/weights/json_position.h"

#include "inference/weights/json_text.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace athanor {

namespace {

using Json = nlohmann::json;

// Tells how far the parser has read.
struct CountingIterator {
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    const char* at;
    size_t* count;

    const char& operator*() const { return *at; }
    CountingIterator& operator++()
    {
        ++at;
        ++*count;
        return *this;
    }
    CountingIterator operator++(int)
    {
        const CountingIterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const CountingIterator& other) const { return at == other.at; }
};

// One step of the way from the root to a value.
struct Step {
    std::string key;
    size_t index = 0;
    bool operator==(const Step&) const = default;
};

// The way from the root to the value, if it is a part of it. Without recursion: files choose the depth.
std::vector<Step> wayTo(const Json& root, const Json& value)
{
    struct Open {
        const Json* json;
        size_t parent;
        Step step;
    };
    std::vector<Open> all{{&root, 0, {}}};
    for (size_t at = 0; at < all.size(); ++at) {
        const Json& json = *all[at].json;
        if (&json == &value) {
            std::vector<Step> way;
            for (; at != 0; at = all[at].parent)
                way.push_back(all[at].step);
            std::ranges::reverse(way);
            return way;
        }
        if (json.is_array())
            for (size_t i = 0; i < json.size(); ++i)
                all.push_back({&json[i], at, {{}, i}});
        if (json.is_object())
            for (const auto& [key, inner] : json.items())
                all.push_back({&inner, at, {key, 0}});
    }
    return {};
}

// Walks the text until it stands at the end of a way.
struct ValueFinder : JsonEvents {
    ValueFinder(std::string_view text, std::vector<Step> wayToValue)
        : JsonEvents(text)
        , way(std::move(wayToValue))
    {
    }

    const std::vector<Step> way;
    std::vector<Step> here; // of the value that comes next, but the root
    std::vector<bool> isObject; // of those that are open
    size_t found = 0;

    bool start(size_t begin, bool object) override
    {
        if (arrived(begin))
            return false;
        here.emplace_back();
        isObject.push_back(object);
        return true;
    }
    bool end(bool) override
    {
        here.pop_back();
        isObject.pop_back();
        return next();
    }
    bool scalar(size_t begin) override { return !arrived(begin) && next(); }
    bool key(string_t& name) override
    {
        here.back().key = name;
        return JsonEvents::key(name);
    }

    bool arrived(size_t begin)
    {
        if (here != way)
            return false;
        found = begin;
        return true;
    }
    bool next()
    {
        if (!isObject.empty() && !isObject.back())
            ++here.back().index;
        return true;
    }
};

}

JsonEvents::JsonEvents(std::string_view text)
    : m_text(text)
{
}

void JsonEvents::run()
{
    const char* end = m_text.data() + m_text.size();
    Json::sax_parse(CountingIterator{m_text.data(), &m_read}, CountingIterator{end, &m_read}, this);
}

bool JsonEvents::key(string_t&)
{
    nextToken();
    return true;
}

size_t JsonEvents::nextToken()
{
    // Between two tokens there is nothing else; a number was read one character too far, which is one of these.
    const size_t begin = m_text.find_first_not_of(" \t\r\n,:]}", m_last);
    m_last = m_read;
    return std::min(begin, m_text.size());
}

std::string lineAndColumn(std::string_view text, size_t byte)
{
    const std::string_view before = text.substr(0, byte);
    const size_t lineStart = before.rfind('\n') + 1; // 0 on the first line
    const auto line = 1 + std::ranges::count(before, '\n');
    const auto column = 1 + std::ranges::count_if(before.substr(lineStart), [](char c) { return (c & 0xC0) != 0x80; });
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

size_t jsonPosition(std::string_view text, const Json& root, const Json& value)
{
    ValueFinder finder(text, wayTo(root, value));
    finder.run();
    return finder.found;
}

}
