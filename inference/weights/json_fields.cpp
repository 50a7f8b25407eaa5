#include "inference/weights/json_fields.h"

#include "inference/weights/printable.h"

#include <algorithm>

namespace athanor {

int64_t readInteger(const nlohmann::json& value, const std::string& what, int64_t lowest, int64_t highest)
{
    const bool fits = value.is_number_integer()
        && (!value.is_number_unsigned() || value.get<uint64_t>() <= uint64_t(INT64_MAX))
        && value.get<int64_t>() >= lowest && value.get<int64_t>() <= highest;
    if (!fits)
        throw JsonRefusal(
            value, what + " must be a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest));
    return value.get<int64_t>();
}

const std::string& readText(const nlohmann::json& value, std::string_view what)
{
    if (!value.is_string())
        throw JsonRefusal(value, std::string(what) + " must be a text");
    return value.get_ref<const std::string&>();
}

JsonFields::JsonFields(const Json& object, std::string what)
    : m_object(object)
    , m_what(std::move(what))
{
    if (!object.is_object())
        throw JsonRefusal(object, m_what + " must be an object { }");
}

const JsonFields::Json* JsonFields::find(const char* key)
{
    m_asked.emplace_back(key);
    const auto at = m_object.find(key);
    return at == m_object.end() ? nullptr : &*at;
}

const JsonFields::Json& JsonFields::get(const char* key)
{
    if (const Json* value = find(key))
        return *value;
    throw JsonRefusal(m_object, m_what + " has no " + inQuotes(key));
}

std::string JsonFields::text(const char* key)
{
    const Json* value = find(key);
    return value ? readText(*value, m_what + ": " + inQuotes(key)) : "";
}

const JsonFields::Json& JsonFields::list(const char* key)
{
    static const Json none = Json::array();
    const Json* value = find(key);
    if (value && !value->is_array())
        throw JsonRefusal(*value, m_what + ": " + inQuotes(key) + " must be a list");
    return value ? *value : none;
}

JsonFields::Json JsonFields::rest() const
{
    Json others = Json::object();
    for (const auto& [key, value] : m_object.items())
        if (std::ranges::find(m_asked, key) == m_asked.end())
            others[key] = value;
    return others;
}

}
