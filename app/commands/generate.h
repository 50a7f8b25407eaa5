// The subcommand "generate" with its arguments already checked: a built-in workflow with these values.
#pragma once
#include "app/commands/control_arguments.h"
#include "app/files/folders.h"
#include "inference/text/lora_tags.h"
#include "render/kernels.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace athanor {

struct GenerateArguments {
    std::string prompt, negative; // UTF-8, with A1111 weights (inference/text/prompt_syntax.h)
    std::optional<int> width, height; // pixels; absent: the start image's size, else the model's own
    // Absent: the preset of the model's family.
    std::optional<int> steps;
    std::optional<double> cfg; // 1 runs without the negative prompt
    std::optional<std::string> sampler, schedule;
    std::optional<double> eta; // absent: the sampler's own
    uint64_t seed = 0; // picture i of the batch has seed + i
    std::string noise = "cpu"; // or "philox"
    int batch = 1;
    int clipSkip = 1; // 1: the last layer; 2: the one before, …
    std::optional<double> strength; // of image to image; absent: with a mask 1, else 0.75
    std::string tiling = "auto"; // of the VAE: "on", "off"
    std::optional<DType> precision; // absent: fp16 where the device stores it
    std::string model = starterModelPath(), vae; // paths, or names in the folders of models; vae may be empty
    std::vector<std::string> textEncoders; // likewise, of a model whose file has none, or instead of its own
    std::vector<NamedLora> loras; // likewise
    std::string out; // x.png, as parsePicturePath gives it; further pictures of a batch go to x-2.png, …
    std::optional<int> quality; // of JPEG and WebP, 1 … 100; absent: the node's own
    std::string initPath; // empty: from noise alone
    std::string maskPath; // with a start: white where it is made anew; empty: everywhere
    std::string previewFolder; // empty: no previews
    std::vector<ControlArgument> controls;
    ControlArgument forAllControls; // whose mode and resize mode all have
    std::vector<std::string> modelFolders; // for ControlNets and networks by name, besides the usual ones
    std::string device; // as chooseDevice takes it
};

// Prints "PATH: WxH, seed N" for every picture written. Throws Error.
void generate(const GenerateArguments& arguments);

}
