// Settings that a program keeps as a JSON object, taken key by key into A1111's fields.
#pragma once
#include "inference/formats/infotext.h"

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <set>
#include <string>

namespace athanor {

// A number, text or truth value in words; anything else as JSON.
std::string settingText(const nlohmann::json& value);
// For messages: "a", "b", "c" and 2 others.
std::string keysOf(const nlohmann::json& object);
// The object that a text of the file holds. Throws Error(BadFile) "name: …".
nlohmann::json settingsIn(const std::string& name, std::string_view key, std::string_view text);

class SettingsReader {
public:
    SettingsReader(const nlohmann::json& object, Infotext& info) // both outlive it
        : m_object(object)
        , m_info(info)
    {
    }

    std::string take(const std::string& key); // its text; empty where it is not there or null
    const nlohmann::json& value(const std::string& key); // null where it is not there
    // Under the field's name, unless it is empty.
    void add(const std::string& field, std::string text);
    void move(const std::string& key, const std::string& field) { add(field, take(key)); }
    void moveSize(const std::string& width, const std::string& height);
    void drop(std::initializer_list<const char*> keys); // those that say nothing of the picture
    void dropIf(const std::string& key, std::string_view text); // that says nothing with this value
    // What was not asked for, under its own names.
    void keepRest();

private:
    const nlohmann::json& m_object;
    Infotext& m_info;
    std::set<std::string> m_taken;
};

}
