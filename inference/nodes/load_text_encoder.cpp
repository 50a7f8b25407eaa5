#include "inference/models/stable_diffusion.h"
#include "inference/nodes/common.h"
#include "inference/weights/families.h"

#include <map>
#include <string>
#include <vector>

namespace athanor {

namespace {

constexpr const char* fileParams[] = {"file", "second_file", "third_file"};

Values runLoadTextEncoder(NodeRun& run)
{
    RunHost& host = run.host;
    std::vector<ModelFile> files;
    for (const char* param : fileParams)
        if (const std::string& name = run.text(param); !name.empty())
            files.push_back(modelFile(run, host.resolve(FileKind::TextEncoder, name)));
    if (files.empty())
        throw Error(ErrorKind::BadArgument, "file: none is chosen");
    std::vector<std::string> warnings;
    Shared<TextEncoderValue> text =
        host.models().texts(host.gpu(), files, findFamily(run.text("family")), loadHooks(run), warnings);
    for (const std::string& warning : warnings)
        run.warn(warning);
    return {std::move(text)};
}

}

// ComfyUI's CLIPLoader, DualCLIPLoader and TripleCLIPLoader.
NodeType loadTextEncoderNode()
{
    return {
        .id = "load_text_encoder",
        .title = "Load text encoder",
        .category = "Load",
        .text = "What reads prompts, from files of its own: one, or the two or three that a model reads with, in any "
                "order.",
        .params = {{"file", ParamKind::TextEncoderFile, std::string(),
                       "Path, or a name in the folder of text encoders: a CLIP or T5"},
            {.name = "second_file",
                .kind = ParamKind::TextEncoderFile,
                .value = std::string(),
                .text = "Another, or none",
                .mayBeEmpty = true},
            {.name = "third_file",
                .kind = ParamKind::TextEncoderFile,
                .value = std::string(),
                .text = "Another, or none",
                .mayBeEmpty = true},
            {"family", ParamKind::Choice, std::string("auto"),
                "Of the model that they read for; auto: the one that reads with these", 0, 0, 1, textFamilyNames()}},
        .outputs = {{"text_encoder", PortType::TextEncoder, "What reads prompts"}},
        .run = runLoadTextEncoder,
    };
}

}
