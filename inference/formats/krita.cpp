// Krita's AI plugin: A1111's text of pictures that ComfyUI makes.
#include "inference/formats/formats.h"

namespace athanor {

namespace {

bool knowsKrita(const MetadataSource& source)
{
    return versionBegins(source.info, "krita-ai");
}

Metadata readKrita(const MetadataSource& source)
{
    Metadata made{"Krita AI", source.info, {}};
    if (fieldValue(made.info, "RNG").empty())
        made.info.fields.emplace_back("RNG", "CPU");
    addStrengthMode(made.info, "all"); // as ComfyUI's denoise
    return made;
}

}

MetadataFormat kritaFormat()
{
    return {"Krita AI", knowsKrita, readKrita, true};
}

}
