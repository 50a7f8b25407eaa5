#include "inference/weights/json_value.h"

namespace athanor {

const Json& member(const Json& object, std::string_view key)
{
    static const Json none;
    if (!object.is_object())
        return none;
    const auto at = object.find(key);
    return at == object.end() ? none : *at;
}

std::string textOf(const Json& value)
{
    return value.is_string() ? value.get<std::string>() : std::string();
}

}
