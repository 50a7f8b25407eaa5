#include "inference/models/controlnet.h"
#include "inference/nodes/common.h"

namespace athanor {

namespace {

// The network, with the model's own weights where the file holds differences to them.
Shared<ControlNetValue> complete(const NodeRun& run, Shared<ControlNetValue> loaded)
{
    if (!loaded->net->config.difference)
        return loaded;
    if (!run.has("model"))
        throw Error(
            ErrorKind::BadArgument, loaded->name + " holds differences to a model; link the model that it is to steer");
    ControlNetValue whole = *loaded;
    whole.net = std::make_shared<const ControlNet>(onBase(*loaded->net, *run.input<ModelValue>("model").unet));
    return std::make_shared<const ControlNetValue>(std::move(whole));
}

Values run(NodeRun& run)
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
        .inputs = {{"model", PortType::Model, "Only for files of differences: the model to steer", true}},
        .params = {{"file", ParamKind::ControlNetFile, std::string(),
            "Path of a file or diffusers folder, or a name in the folder of ControlNets"}},
        .outputs = {{"control_net", PortType::ControlNet, "To apply with a map"}},
        .run = run,
    };
}

}
