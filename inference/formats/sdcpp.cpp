// stable-diffusion.cpp: A1111's text, with numbers as "7.000000" and fields of its own.
#include "inference/formats/formats.h"

namespace athanor {

namespace {

bool knowsStableDiffusionCpp(const MetadataSource& source)
{
    return versionBegins(source.info, "stable-diffusion.cpp");
}

// It writes "Eta" whatever the sampler, but only these use it.
bool usesEtaInSdCpp(std::string_view sampler)
{
    return sampler.starts_with("ddim") || sampler.starts_with("tcd");
}

Metadata readStableDiffusionCpp(const MetadataSource& source)
{
    Metadata made{"stable-diffusion.cpp", source.info, {}};
    if (!usesEtaInSdCpp(fieldValue(made.info, "Sampler")))
        takeField(made.info, "Eta");
    takeField(made.info, "SDCPP"); // the same once more as JSON
    return made;
}

}

MetadataFormat stableDiffusionCppFormat()
{
    return {"stable-diffusion.cpp", knowsStableDiffusionCpp, readStableDiffusionCpp, true};
}

}
