// The text "parameters" that A1111 and others keep in their pictures: how a picture was made. Text only, no files.
//
//   prompt, any number of lines
//   Negative prompt: any number of lines
//   Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 1, Size: 512x512, Model hash: …
//
// Reference: A1111 stable-diffusion-webui, modules/infotext_utils.py.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace athanor {

struct Infotext {
    std::string prompt, negativePrompt; // UTF-8
    // In order. Names have two or more letters, digits, spaces, - or /; values are any UTF-8.
    std::vector<std::pair<std::string, std::string>> fields;

    bool operator==(const Infotext&) const = default;
};

// Needs 3 to 998 fields. Prompts that A1111's reader would not read back as they are (a line that begins with
// "Negative prompt:", blanks at a line's end) are added as the fields "Exact prompt" and "Exact negative prompt".
std::string writeInfotext(const Infotext& info);
// Never fails: text with fewer than three fields at its end is prompt text, fields after the first 1,000 are left out.
// Settings that others wrapped over lines are read, and values with line ends in them; what stands between fields and
// belongs to none is the field "Not understood". readInfotext(writeInfotext(x)) == x.
Infotext readInfotext(std::string_view text);

constexpr std::string_view notUnderstoodField = "Not understood";

// The value of the field, or empty.
std::string_view fieldValue(const Infotext& info, std::string_view name);

}
