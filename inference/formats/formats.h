// The formats in which programs tell how a picture was made; each has a file of its own.
#pragma once
#include "inference/formats/metadata.h"

#include <nlohmann/json.hpp>

#include <span>
#include <string>

namespace athanor {

// The texts of a file, with what most formats look at already read.
struct MetadataSource {
    const MetadataTexts& texts;
    std::string name; // of the file, for errors
    std::string_view parameters; // the text "parameters"
    nlohmann::json json; // the same, where it is a JSON object; else null
    Infotext info; // the same as A1111 reads it, where it is not

    std::string_view text(std::string_view key) const; // empty if it is not there
};

struct MetadataFormat {
    std::string_view tool;
    bool (*knows)(const MetadataSource&);
    Metadata (*read)(const MetadataSource&); // throws Error(BadFile) "name: …"
    bool isText = false; // A1111's, with differences; reading it never fails
};

MetadataFormat drawThingsFormat();
MetadataFormat easyDiffusionFormat();
MetadataFormat fooocusFormat();
MetadataFormat fooocusTextFormat();
MetadataFormat invokeFormat();
MetadataFormat invoke2Format();
MetadataFormat kritaFormat();
MetadataFormat novelAiFormat();
MetadataFormat stableDiffusionCppFormat();
MetadataFormat swarmUiFormat();

// Those above in the order in which they are asked, A1111 itself last.
std::span<const MetadataFormat> metadataFormats();

// For formats that are A1111's text: whether its "Version" begins so.
bool versionBegins(const Infotext& info, std::string_view front);
// How the program counts a denoising strength (pipeline/strength_mode.h), where the picture has one.
void addStrengthMode(Infotext& info, std::string_view mode);
// Takes the fields of that name out of the list; the value of the first, or empty.
std::string takeField(Infotext& info, std::string_view name);

}
