#include "inference/weights/json_text.h"

#include "inference/weights/byte_source.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <set>
#include <vector>

namespace athanor {

namespace {

// Finds what nlohmann::json::parse lets pass: a key that is there twice. Ends the parse at the first.
struct DuplicateKeyFinder : nlohmann::json_sax<nlohmann::json> {
    std::vector<std::set<std::string, std::less<>>> keys;
    std::string problem;

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(size_t) override
    {
        keys.emplace_back();
        return true;
    }
    bool key(string_t& name) override
    {
        if (keys.back().insert(name).second)
            return true;
        problem = "the key \"" + printable(name) + "\" is there twice";
        return false;
    }
    bool end_object() override
    {
        keys.pop_back();
        return true;
    }
    bool start_array(size_t) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(size_t position, const std::string&, const nlohmann::json::exception&) override
    {
        problem = "not valid JSON at byte " + std::to_string(position);
        return false;
    }
};

}

std::string jsonLimitProblem(std::string_view text, int maxDepth, size_t maxToken)
{
    int depth = 0;
    size_t start = 0; // of the token at hand
    const auto tooLong = [&](size_t end) { return end - start > maxToken; };
    const auto sentence = [&] {
        return "holds a text of more than " + std::to_string(maxToken) + " bytes at byte " + std::to_string(start);
    };
    for (size_t at = 0; at < text.size(); ++at) {
        switch (text[at]) {
        case '"':
            for (++at; at < text.size() && text[at] != '"'; ++at)
                at += text[at] == '\\';
            continue;
        case '{':
        case '[':
            ++depth;
            break;
        case '}':
        case ']':
            --depth;
            break;
        case ',':
        case ':':
            break;
        default:
            continue;
        }
        if (tooLong(at))
            return sentence();
        if (depth > maxDepth)
            return "is nested deeper than " + std::to_string(maxDepth) + " levels at byte " + std::to_string(at);
        start = at + 1;
    }
    return tooLong(text.size()) ? sentence() : "";
}

nlohmann::json parseJson(const std::string& name, std::string_view text)
{
    std::string problem = jsonLimitProblem(text, maxJsonDepth, maxJsonString);
    if (problem.empty()) {
        DuplicateKeyFinder finder;
        nlohmann::json::sax_parse(text, &finder);
        problem = finder.problem;
    }
    if (!problem.empty())
        throw Error(ErrorKind::BadFile, printable(name) + ": " + problem);
    return nlohmann::json::parse(text);
}

nlohmann::json readJsonFile(const std::string& path)
{
    const ByteSource source(path);
    if (source.size() > maxJsonBytes)
        source.refuse(
            "has " + std::to_string(source.size()) + " bytes, the limit for JSON is " + std::to_string(maxJsonBytes));
    const auto bytes = source.read(0, source.size());
    return parseJson(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}
