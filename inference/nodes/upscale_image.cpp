#include "inference/diffusion/device_stage.h"
#include "inference/diffusion/upscale.h"
#include "inference/models/upscaler.h"
#include "inference/nodes/common.h"

#include <map>
#include <string>
#include <vector>

namespace athanor {

namespace {

Values runUpscaleImage(NodeRun& run)
{
    RunHost& host = run.host;
    const std::string path = chosenFile(run, FileKind::Model);
    std::vector<std::string> warnings;
    const auto model = host.models().upscaler(host.gpu(), modelFile(run, path), loadHooks(run), warnings);
    for (const std::string& warning : warnings)
        run.warn(warning);

    ImageValue value = run.input<ImageValue>("image");
    const DeviceStage stage(host.gpu(), run.hooks.stop);
    int before = 0;
    for (RgbImage& image : value.images) {
        const int pictures = int(value.images.size());
        if (before == 1) // by now the first has its new size
            requireBatchMemory(int64_t(value.images.size()), value.images[0].width, value.images[0].height);
        image = upscaled(host.gpu(), *model, image, int(run.integer("tile")), [&](int done, int all) {
            run.throwIfStopped();
            run.progress({before * all + done, pictures * all, "enlarging", {}, {}});
        });
        ++before;
    }
    return {shared(std::move(value))};
}

void prepareUpscaleImage(RunHost& host, const std::map<std::string, ParamValue>& params)
{
    if (const auto path = writtenFile(host, FileKind::Model, params))
        requireUpscalerFile(*path);
}

}

// ComfyUI's UpscaleModelLoader and ImageUpscaleWithModel in one.
NodeType upscaleImageNode()
{
    return {
        .id = "upscale_image",
        .title = "Upscale image with model",
        .category = "Image",
        .text = "Pictures enlarged by a network that draws edges and textures sharp.",
        .inputs = {{"image", PortType::Image, "What to enlarge"}},
        .params = {{"file", ParamKind::UpscalerFile, std::string("starter/upscaler/athanor_x2.safetensors"),
                       "Path of an upscaler (SRVGGNetCompact), or a name in the folders of models"},
            {"tile", ParamKind::Int, int64_t(512), "Pixels a side enlarged at once; fewer take less memory", 32, 2048,
                32}},
        .outputs = {{"image", PortType::Image, "The pictures, as many times as large as the network was made for"}},
        .prepare = prepareUpscaleImage,
        .run = runUpscaleImage,
    };
}

}
