#include "inference/models/controlnet.h"
#include "inference/models/denoiser.h"
#include "inference/nodes/common.h"

#include <memory>
#include <string>

namespace athanor {

namespace {

// The network, with the model's own weights where the file holds differences to them, and brought from the model that
// it was made with to the one that it is to steer where both are linked.
Shared<ControlNetValue> complete(const NodeRun& run, Shared<ControlNetValue> loaded)
{
    const bool isDifference = loaded->net->config.difference;
    if (!run.has("model")) {
        if (isDifference || run.has("made_with"))
            throw Error(ErrorKind::BadArgument,
                loaded->name + (isDifference ? " holds differences to a model" : " is to be brought to another model")
                    + "; link the model that it is to steer");
        return loaded;
    }
    const UNet& unet = requireUNet(*run.input<ModelValue>("model").net);
    ControlNetValue whole = *loaded;
    if (isDifference)
        whole.net = std::make_shared<const ControlNet>(onBase(*loaded->net, unet));
    else if (run.has("made_with"))
        whole.net = std::make_shared<const ControlNet>(
            transferred(*loaded->net, requireUNet(*run.input<ModelValue>("made_with").net), unet));
    return std::make_shared<const ControlNetValue>(std::move(whole));
}

Values runLoadControlnet(NodeRun& run)
{
    RunHost& host = run.host;
    const std::string path = chosenFile(run, FileKind::ControlNet);
    const auto hash = [&] { return host.modelHash(path, run.hooks.stop); };
    std::vector<std::string> warnings;
    Shared<ControlNetValue> loaded =
        host.models().controlNet(host.gpu(), modelFile(run, path), hash, loadHooks(run), warnings);
    for (const std::string& warning : warnings)
        run.warn(warning);
    return {complete(run, std::move(loaded))};
}

}

NodeType loadControlnetNode()
{
    return {
        .id = "load_controlnet",
        .title = "Load ControlNet",
        .category = "Load",
        .text = "A network that makes pictures follow a map: edges, poses, depths.",
        .inputs = {{"model", PortType::Model,
                       "The model to steer: for files of differences, and with the model it was made with", true},
            {"made_with", PortType::Model,
                "The model that the ControlNet was made with, where it is to be brought to another", true}},
        .params = {{"file", ParamKind::ControlNetFile, std::string(),
            "Path of a file or diffusers folder, or a name in the folder of ControlNets"}},
        .outputs = {{"control_net", PortType::ControlNet, "To apply with a map"}},
        .run = runLoadControlnet,
    };
}

}
