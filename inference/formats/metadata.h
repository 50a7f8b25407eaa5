// How a picture was made, as programs tell it in the texts of its file: the format of each is read into A1111's words.
// Text only, no files and no graphs.
#pragma once
#include "inference/formats/infotext.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

// By key; a text that stands alone, in a file or an Exif comment, has the key "parameters".
using MetadataTexts = std::map<std::string, std::string, std::less<>>;

struct Metadata {
    std::string_view tool; // the program, by its name
    Infotext info; // fields in A1111's words, what A1111 does not know in the program's own
    std::vector<std::string> notes; // what is not read, one sentence each
};

// By the first format that knows the texts (formats.h); nothing: none does. Throws Error(BadFile) "source: …" for JSON
// that no format has or that is damaged, so that it never counts as a prompt.
std::optional<Metadata> readMetadata(const MetadataTexts& texts, const std::string& source);

// The same of A1111's text or that of a program which writes it alike; any text is one. Never fails.
Metadata readTextMetadata(std::string_view text);

// Whether the text tells of a picture: settings, not a remark alone. Never fails.
bool isMetadata(std::string_view text);

// Whether a text is meant as JSON, damaged or not, and not as a prompt such as "{a|b} house".
bool looksLikeJson(std::string_view text);

}
