// The settings of other programs, in the text that the first byte chooses, are read or refused.
#include "inference/formats/infotext_graph.h"
#include "render/error.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    using namespace athanor;
    constexpr const char* keys[] = {
        "parameters", "Comment", "invokeai_metadata", "sd-metadata", "Dream", "XML:com.adobe.xmp"};
    if (size == 0)
        return 0;
    const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
    const MetadataTexts texts{{keys[data[0] % std::size(keys)], text}, {"Software", "NovelAI"}};
    try {
        if (const auto made = readMetadata(texts, "fuzz"))
            writeWorkflow(metadataWorkflow(*made, texts).graph);
    } catch (const Error& error) {
        if (error.kind != ErrorKind::BadFile)
            std::abort();
    }
    return 0;
}
