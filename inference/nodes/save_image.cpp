#include "inference/nodes/common.h"

namespace athanor {

namespace {

Values run(NodeRun& run)
{
    const auto& value = run.input<ImageValue>("image");
    for (size_t i = 0; i < value.images.size(); ++i) {
        run.throwIfStopped();
        run.saved(run.host.saveImage(
            {run.text("name"), value.images[i], i < value.infos.size() ? value.infos[i] : Infotext()}));
    }
    return {};
}

}

NodeType saveImageNode()
{
    return {
        .id = "save_image",
        .title = "Save image",
        .category = "Image",
        .text = "Writes each picture to a new file, with how it was made inside.",
        .inputs = {{"image", PortType::Image, "What to save"}},
        .params = {{"name", ParamKind::Text, std::string("athanor"),
            "Below the output folder, without ending; may hold folders and %seed%, %model%, %date%"}},
        .isOutput = true,
        .run = run,
    };
}

}
