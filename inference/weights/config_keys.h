// Every key of the configuration files that diffusers and transformers write for the parts of Stable Diffusion, and
// what this program does with it. It reads no value into a network: models/detect_*.cpp and noise_config.h do that.
#pragma once
#include <nlohmann/json.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

enum class KeyUse : uint8_t {
    Read, // its value is used, and refused by whom reads it where it is out of range
    Shape, // the tensors tell it
    Only, // refused unless it is one of a few values
    NoEffect // on any picture
};

struct ConfigKey {
    std::string_view key;
    KeyUse use;
    std::string_view values; // of Only: the supported ones as a JSON list
    std::string_view reason; // why the others are refused, or why it has no effect
};

// The keys of a class ("UNet2DConditionModel", "SD3Transformer2DModel", "AutoencoderKL", "ControlNetModel",
// "CLIPTextModel", "T5EncoderModel", "CLIPTokenizer", "T5Tokenizer", "Scheduler" for all of them, "FlowScheduler" for
// those of flows, "Pipeline" for model_index.json); none for any other name.
std::span<const ConfigKey> configKeys(std::string_view className);

// "Scheduler" where the sigmas of the scheduler's class are those that its betas give, "FlowScheduler" where they are a
// flow's; empty where they are neither, as those of no sampler here are.
std::string_view schedulerTable(std::string_view className);

// Throws BadFile where a value is not supported: "PATH: KEY is VALUE, supported is …: why". Keys that are not in the
// table are told in one warning. Does nothing where config is no object.
void checkConfigKeys(std::string_view className, const nlohmann::json& config, const std::string& path,
    std::vector<std::string>* warnings);

}
