#include "app/commands/options.h"

#include "app/files/standard_error.h"
#include "inference/formats/picture_format.h"
#include "inference/sampling/names.h"
#include "inference/text/prompt_syntax.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <random>

namespace athanor {

namespace {

// Nothing unless the whole text is one number of this type.
template <typename Number> std::optional<Number> parseWhole(const std::string& text)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return {};
    return value;
}

[[noreturn]] void refuse(std::string_view option, const std::string& text, const std::string& wanted)
{
    throw Error(ErrorKind::BadArgument, std::string(option) + " \"" + printable(text, 60) + "\" must be " + wanted);
}

}

int64_t parseInteger(std::string_view option, const std::string& text, int64_t smallest, int64_t largest)
{
    const auto value = parseWhole<int64_t>(text);
    if (!value || *value < smallest || *value > largest)
        refuse(option, text, "a whole number from " + std::to_string(smallest) + " to " + std::to_string(largest));
    return *value;
}

double parseNumber(std::string_view option, const std::string& text, double smallest, double largest)
{
    const auto value = parseWhole<double>(text);
    if (!value || !(*value >= smallest && *value <= largest)) // so that NaN is refused
        refuse(option, text, "a number from " + numberText(smallest) + " to " + numberText(largest));
    return *value;
}

uint64_t parseSeed(std::string_view option, const std::string& text)
{
    if (text == "-1") {
        std::random_device random;
        return uint64_t(random()) << 32 | random();
    }
    const auto value = parseWhole<uint64_t>(text);
    if (!value)
        refuse(option, text, "-1 for a random seed, or a whole number from 0 to 18446744073709551615");
    return *value;
}

size_t parseChoice(std::string_view option, const std::string& text, const std::vector<std::string_view>& choices)
{
    const auto at = std::ranges::find(choices, std::string_view(text));
    if (at == choices.end())
        throwUnknownName(option, text, choices);
    return size_t(at - choices.begin());
}

std::string parsePrompt(std::string_view option, const std::string& text)
{
    std::vector<std::string> warnings;
    const std::string clean = cleanPrompt(text, warnings);
    for (const std::string& warning : warnings)
        tellError(std::string(option) + ": " + warning);
    return clean;
}

std::string parsePicturePath(std::string_view option, const std::string& text)
{
    if (!formatByEnding(text))
        throw Error(ErrorKind::BadArgument,
            std::string(option) + ' ' + inQuotes(text) + " must be a file name that ends in "
                + std::string(writtenEndings));
    return text;
}

std::string parseName(std::string_view option, const std::string& text)
{
    if (text.empty())
        refuse(option, text, "a name; leave the option out for none");
    return text;
}

std::string parseFolder(std::string_view option, const std::string& text)
{
    if (text.empty())
        refuse(option, text, "the name of a folder; \".\" is the current one");
    return text;
}

DType parsePrecision(const std::string& text)
{
    return parseChoice("--precision", text, {"fp32", "fp16"}) == 0 ? DType::F32 : DType::F16;
}

}
