#include "inference/models/stable_diffusion.h"
#include "inference/nodes/common.h"

#include <map>
#include <string>

namespace athanor {

namespace {

Values runLoadDiffusionModel(NodeRun& run)
{
    RunHost& host = run.host;
    const std::string path = chosenFile(run, FileKind::Model);
    const auto hash = [&] { return host.modelHash(path, run.hooks.stop); };
    const LoadedModel loaded = host.models().denoiser(host.gpu(), modelFile(run, path), hash, loadHooks(run));
    for (const std::string& warning : loaded.warnings)
        run.warn(warning);
    return {loaded.model};
}

void prepareLoadDiffusionModel(RunHost& host, const std::map<std::string, ParamValue>& params)
{
    if (const auto path = writtenFile(host, FileKind::Model, params))
        requireDenoiserFile(*path);
}

}

// ComfyUI's UNETLoader.
NodeType loadDiffusionModelNode()
{
    return {
        .id = "load_diffusion_model",
        .title = "Load diffusion model",
        .category = "Load",
        .text = "What takes the noise away, from a file without text encoders and VAE.",
        .params = {{"file", ParamKind::DiffusionModelFile, std::string(),
            "Path, or a name in the folder of models; a checkpoint too"}},
        .outputs = {{"model", PortType::Model, "What takes the noise away"}},
        .prepare = prepareLoadDiffusionModel,
        .run = runLoadDiffusionModel,
    };
}

}
