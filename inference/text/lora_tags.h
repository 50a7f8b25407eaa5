// LoRAs that a prompt names, as A1111 has it: "<lora:name:0.8>". It opens no files.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

// A LoRA as prompts, arguments and pictures' metadata name it, and how strongly it acts.
struct NamedLora {
    std::string name;
    double strength = 1, textStrength = 1; // of the model and of the text encoder
};

struct PromptAndLoras {
    std::string prompt; // without the tags of loras
    std::vector<NamedLora> loras; // in order
};

// "<lora:name:w>", "<lora:name:text:model>", "<lora:name:te=0.5:unet=1>"; "lyco" is the same. What is written otherwise
// stays in the prompt, which tells it (A1111: extensions-builtin/Lora/extra_networks_lora.py).
PromptAndLoras takeLoraTags(std::string_view prompt);

}
