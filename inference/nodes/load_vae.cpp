#include "inference/models/stable_diffusion.h"
#include "inference/nodes/common.h"

#include <map>
#include <string>
#include <vector>

namespace athanor {

namespace {

Values runLoadVae(NodeRun& run)
{
    RunHost& host = run.host;
    const std::string path = chosenFile(run, FileKind::Vae);
    std::vector<std::string> warnings;
    Shared<VaeValue> vae = host.models().vae(host.gpu(), modelFile(run, path), loadHooks(run), warnings);
    for (const std::string& warning : warnings)
        run.warn(warning);
    return {std::move(vae)};
}

void prepareLoadVae(RunHost& host, const std::map<std::string, ParamValue>& params)
{
    if (const auto path = writtenFile(host, FileKind::Vae, params))
        requireVaeFile(*path);
}

}

NodeType loadVaeNode()
{
    return {
        .id = "load_vae",
        .title = "Load VAE",
        .category = "Load",
        .text = "Another VAE than the model's own.",
        .params = {{"file", ParamKind::VaeFile, std::string(),
            "Path, or a name in the folder of VAEs; a checkpoint too"}},
        .outputs = {{"vae", PortType::Vae, "What turns latents into pictures and back"}},
        .prepare = prepareLoadVae,
        .run = runLoadVae,
    };
}

}
