#include "inference/nodes/common.h"
#include "inference/run/output_name.h"
#include "inference/weights/printable.h"

#include <map>
#include <optional>
#include <string>
#include <variant>

namespace athanor {

namespace {

Values runSaveImage(NodeRun& run)
{
    const auto& batch = std::get<Shared<ImageValue>>(run.value("image"));
    const ImageValue& value = *batch;
    const PictureEncoding encoding{pictureFormat(run.text("format")), int(run.integer("quality"))};
    for (size_t i = 0; i < value.images.size(); ++i) {
        run.throwIfStopped();
        run.saved(run.host.saveImage({run.text("name"), value.images[i],
                      i < value.infos.size() ? value.infos[i] : Infotext(), encoding}),
            pictureOf(batch, i));
    }
    return {};
}

std::string checkName(const Node& node)
{
    const std::string& name = std::get<std::string>(node.params.at("name"));
    const std::string problem = namePatternProblem(name);
    return problem.empty() ? "" : "name " + inQuotes(name, 200) + ' ' + problem;
}

void prepareSaveImage(RunHost& host, const std::map<std::string, ParamValue>& params)
{
    const auto name = params.find("name");
    host.requireSaveable(name == params.end() ? std::nullopt : std::optional(std::get<std::string>(name->second)));
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
        .params =
            {
                {"name", ParamKind::Text, std::string("athanor"),
                    "Below the output folder, without ending; may hold folders and [seed], [prompt], [sampler], "
                    "[model], [steps], [cfg], [width], [height], [date], [time], [counter], %date:yyyy-MM-dd%, and "
                    "%NODE.VALUE% of any node, such as %Sample.seed%"},
                {"format", ParamKind::Choice, std::string("png"),
                    "JPEG and WebP files are smaller; png and webp_lossless keep every pixel as it is", 0, 0, 1,
                    {pictureFormatNames().begin(), pictureFormatNames().end()}},
                {"quality", ParamKind::Int, int64_t(90), "Of jpeg and webp: 1 the smallest file, 100 the best picture",
                    1, 100},
            },
        .isOutput = true,
        .check = checkName,
        .prepare = prepareSaveImage,
        .run = runSaveImage,
    };
}

}
