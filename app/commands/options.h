// Values of command line options from their text, with errors that name option, value and range. Locale-independent,
// which the parser library's own numbers are not.
#pragma once
#include "render/kernels.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

// All throw Error(BadArgument). Whole numbers are decimal digits with an optional minus sign.
int64_t parseInteger(std::string_view option, const std::string& text, int64_t smallest, int64_t largest);
double parseNumber(std::string_view option, const std::string& text, double smallest, double largest);
// 0 … 2^64 − 1 exactly; −1 is a random number.
uint64_t parseSeed(std::string_view option, const std::string& text);
// The index of `text` in `choices`.
size_t parseChoice(std::string_view option, const std::string& text, const std::vector<std::string_view>& choices);
// As UTF-8 without control characters; says on stderr what it replaced.
std::string parsePrompt(std::string_view option, const std::string& text);
// The name of a picture to write, as its ending says: .png, .jpg, .jpeg or .webp.
std::string parsePicturePath(std::string_view option, const std::string& text);
// A name or path, which is not empty: it may stand for a variable of the shell that nobody set.
std::string parseName(std::string_view option, const std::string& text);
// The name of a folder, which need not be there.
std::string parseFolder(std::string_view option, const std::string& text);
// "fp32" or "fp16".
DType parsePrecision(const std::string& text);

// Adds options to a subcommand. What they are stored in must outlive the parsing; it is left alone where the option is
// not given. `Value` is the type or an optional of it.
struct Options {
    CLI::App& app;

    CLI::Option* taken(
        const char* name, const char* type, const std::string& help, std::function<void(const std::string&)> take) const
    {
        return app.add_option_function<std::string>(name, std::move(take), help)->type_name(type);
    }
    CLI::Option* text(const char* name, const char* type, const std::string& help, std::string& value) const
    {
        return taken(name, type, help, [=, &value](const std::string& text) { value = parseName(name, text); });
    }
    // Given any number of times.
    CLI::Option* several(
        const char* name, const char* type, const std::string& help, std::vector<std::string>& values) const
    {
        return app.add_option(name, values, help)->type_name(type)->expected(1)->take_all();
    }
    template <typename Value>
    CLI::Option* integer(const char* name, const std::string& help, int smallest, int largest, Value& value) const
    {
        return taken(name, "N", help,
            [=, &value](const std::string& text) { value = int(parseInteger(name, text, smallest, largest)); });
    }
    template <typename Value>
    CLI::Option* number(const char* name, const std::string& help, double smallest, double largest, Value& value) const
    {
        return taken(name, "X", help,
            [=, &value](const std::string& text) { value = parseNumber(name, text, smallest, largest); });
    }
};

}
