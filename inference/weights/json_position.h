// A walk through JSON text that knows where it stands, which nlohmann::json does not tell.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace athanor {

// Calls start, end, key and scalar in the order of the text until one says false. Only for one run.
class JsonEvents : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit JsonEvents(std::string_view text);
    void run();

    // Where the token of the event at hand begins; once for each event.
    size_t nextToken();

    // Of an object or array, and of a value that is neither.
    virtual bool start(size_t, bool) { return true; } // where it begins, whether it is an object
    virtual bool end(bool) { return true; }
    virtual bool scalar(size_t) { return true; }
    bool key(string_t&) override;
    bool parse_error(size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

    bool null() final { return scalar(nextToken()); }
    bool boolean(bool) final { return scalar(nextToken()); }
    bool number_integer(number_integer_t) final { return scalar(nextToken()); }
    bool number_unsigned(number_unsigned_t) final { return scalar(nextToken()); }
    bool number_float(number_float_t, const string_t&) final { return scalar(nextToken()); }
    bool string(string_t&) final { return scalar(nextToken()); }
    bool binary(binary_t&) final { return true; }
    bool start_object(size_t) final { return start(nextToken(), true); }
    bool end_object() final { return end(true); }
    bool start_array(size_t) final { return start(nextToken(), false); }
    bool end_array() final { return end(false); }

private:
    const std::string_view m_text;
    size_t m_read = 0; // bytes the parser has taken
    size_t m_last = 0; // of them when the token before was reported
};

}
