// Reads values out of parsed JSON and refuses what has another form, with a sentence about where.
#pragma once
#include <nlohmann/json.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

// What is wrong with a value; jsonPosition tells where in the text it stands.
struct JsonRefusal : std::runtime_error {
    JsonRefusal(const nlohmann::json& at, const std::string& message)
        : std::runtime_error(message)
        , value(&at)
    {
    }
    const nlohmann::json* value;
};

// All throw JsonRefusal with `what` and what it must be.
int64_t readInteger(const nlohmann::json& value, const std::string& what, int64_t lowest, int64_t highest);
const std::string& readText(const nlohmann::json& value, std::string_view what);

// The keys of one object, and which of them nobody asked for.
class JsonFields {
public:
    using Json = nlohmann::json;

    JsonFields(const Json& object, std::string what); // "node 4"; throws if it is none

    const Json* find(const char* key); // null if it is not there
    const Json& get(const char* key); // throws if it is not there
    std::string text(const char* key); // empty if it is not there
    const Json& list(const char* key); // empty if it is not there
    Json rest() const; // the keys that were not asked for

    const Json& object() const { return m_object; }
    const std::string& what() const { return m_what; }

private:
    const Json& m_object;
    const std::string m_what;
    std::vector<std::string_view> m_asked;
};

}
