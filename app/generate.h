// The subcommand "generate" with its arguments already checked: load, run, save.
#pragma once
#include "inference/pipeline/text_to_image.h"

#include <string>

namespace athanor {

struct GenerateArguments {
    TextToImage request; // init is read from initPath; width and height are those below
    std::optional<int> width, height; // pixels; absent: the start image's size, else the model's own
    std::optional<DType> precision; // absent: fp16 where the device stores it
    std::string model, vae; // paths; vae may be empty
    std::string out; // x.png; further pictures of a batch go to x-2.png, …
    std::string initPath; // empty: from noise alone
    std::string previewFolder; // empty: no previews
    std::string device; // as chooseDevice takes it
};

// Prints "PATH: WxH, seed N" for every picture written. Throws Error.
void generate(const GenerateArguments& arguments);

}
