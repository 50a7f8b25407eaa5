#include "inference/weights/json_text.h"

#include "inference/weights/byte_source.h"
#include "inference/weights/json_position.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <functional>
#include <set>
#include <span>
#include <vector>

namespace athanor {

namespace {

struct JsonProblem {
    std::string text; // empty: none
    size_t byte = 0;
};

// Finds what nlohmann::json::parse lets pass: a key that is there twice, more values than memory is meant for. Ends
// the parse at the first.
struct JsonChecker : JsonEvents {
    JsonChecker(std::string_view text, size_t maxValues)
        : JsonEvents(text)
        , values(maxValues)
        , limit(maxValues)
    {
    }
    std::vector<std::set<std::string, std::less<>>> keys;
    size_t values; // that may still come
    const size_t limit;
    JsonProblem problem;

    bool count(size_t begin)
    {
        if (values-- > 0)
            return true;
        problem = {"holds more than " + std::to_string(limit) + " values", begin};
        return false;
    }
    bool start(size_t begin, bool isObject) override
    {
        if (isObject)
            keys.emplace_back();
        return count(begin);
    }
    bool scalar(size_t begin) override { return count(begin); }
    bool key(string_t& name) override
    {
        const size_t begin = nextToken();
        if (keys.back().insert(name).second)
            return true;
        problem = {"the key \"" + printable(name) + "\" is there twice", begin};
        return false;
    }
    bool end(bool isObject) override
    {
        if (isObject)
            keys.pop_back();
        return true;
    }
    bool parse_error(size_t position, const std::string&, const nlohmann::json::exception&) override
    {
        problem = {"not valid JSON", position ? position - 1 : 0}; // of the byte that cannot be
        return false;
    }
};

JsonProblem limitProblem(std::string_view text, int maxDepth, size_t maxToken)
{
    int depth = 0;
    size_t start = 0; // of the token at hand
    const auto tooLong = [&](size_t end) { return end - start > maxToken; };
    const auto longToken = [&] {
        return JsonProblem{"holds a text of more than " + std::to_string(maxToken) + " bytes", start};
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
            return longToken();
        if (depth > maxDepth)
            return {"is nested deeper than " + std::to_string(maxDepth) + " levels", at};
        start = at + 1;
    }
    return tooLong(text.size()) ? longToken() : JsonProblem();
}

// Puts texts of the same length in the place of Python's numbers, so that every other byte keeps its place.
void replacePythonNumbers(std::string& text)
{
    for (size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '"') {
            for (++at; at < text.size() && text[at] != '"'; ++at)
                at += text[at] == '\\';
            continue;
        }
        for (const std::string_view number : {"-Infinity", "Infinity", "NaN"})
            if (std::string_view(text).substr(at).starts_with(number)) {
                text.replace(at, number.size(), "\"\"" + std::string(number.size() - 2, ' '));
                at += number.size() - 1; // behind the text just put there
                break;
            }
    }
}

}

std::string jsonLimitProblem(std::string_view text, int maxDepth, size_t maxToken)
{
    const JsonProblem problem = limitProblem(text, maxDepth, maxToken);
    return problem.text.empty() ? "" : problem.text + " at byte " + std::to_string(problem.byte);
}

nlohmann::json parseJson(const std::string& name, std::string_view text, JsonPlace place, size_t maxValues)
{
    JsonProblem problem = limitProblem(text, maxJsonDepth, maxJsonString);
    if (const size_t null = text.find('\0'); problem.text.empty() && null != text.npos)
        problem = {"not valid JSON", null}; // where the parser would take the text to end
    if (problem.text.empty()) {
        JsonChecker checker(text, maxValues);
        checker.run();
        problem = checker.problem;
    }
    if (problem.text.empty())
        return nlohmann::json::parse(text);
    throw Error(ErrorKind::BadFile,
        printable(name) + ": "
            + (place == JsonPlace::Byte ? problem.text + " at byte " + std::to_string(problem.byte)
                                        : lineAndColumn(text, problem.byte) + ": " + problem.text));
}

nlohmann::json readJsonFile(const std::string& path, JsonNumbers numbers)
{
    const ByteSource source(path);
    if (source.size() > maxJsonBytes)
        source.refuse(
            "has " + std::to_string(source.size()) + " bytes, the limit for JSON is " + std::to_string(maxJsonBytes));
    std::string text(source.size(), '\0');
    source.read(0, std::as_writable_bytes(std::span(text)));
    if (numbers == JsonNumbers::Python)
        replacePythonNumbers(text);
    return parseJson(path, text);
}

}
