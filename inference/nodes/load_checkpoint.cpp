#include "inference/diffusion/latent_codec.h"
#include "inference/graph/starter.h"
#include "inference/nodes/common.h"

#include <string>

namespace athanor {

namespace {

Values runLoadCheckpoint(NodeRun& run)
{
    RunHost& host = run.host;
    const std::string path = chosenFile(run, FileKind::Model);
    const auto hash = [&] { return host.modelHash(path, run.hooks.stop); };
    const LoadedModel loaded = host.models().checkpoint(host.gpu(), modelFile(run, path), hash, loadHooks(run));
    for (const std::string& warning : loaded.warnings)
        run.warn(warning);
    if (run.hooks.isUsed && run.hooks.isUsed("vae"))
        (void)requireVae(*loaded.vae); // now, and not after the sampling
    return {loaded.model, loaded.text, loaded.vae};
}

}

NodeType loadCheckpointNode()
{
    return {
        .id = "load_checkpoint",
        .title = "Load checkpoint",
        .category = "Load",
        .text = "A Stable Diffusion model: a single file or a diffusers folder.",
        .params = {{"file", ParamKind::ModelFile, std::string(starterModel),
            "Path, or a name in the folder of models"}},
        .outputs = {{"model", PortType::Model, "What takes the noise away"},
            {"text_encoder", PortType::TextEncoder, "What reads prompts"},
            {"vae", PortType::Vae, "What turns latents into pictures and back"}},
        .run = runLoadCheckpoint,
    };
}

}
