#include "app/commands.h"
#include "app/generate.h"
#include "app/options.h"
#include "inference/sampling/names.h"
#include "inference/sampling/samplers.h"
#include "inference/text/prompt_syntax.h"
#include "render/error.h"

#include <cstdio>
#include <memory>

namespace athanor {

namespace {

std::string namesOf(const auto& rows)
{
    std::string names;
    for (const auto& row : rows)
        names.append(names.empty() ? "" : ", ").append(row.name);
    return names;
}

std::string cleaned(const char* option, const std::string& text)
{
    std::vector<std::string> warnings;
    const std::string clean = cleanPrompt(text, warnings);
    for (const std::string& warning : warnings)
        std::fprintf(stderr, "athanor: %s: %s\n", option, warning.c_str());
    return clean;
}

// A file name that ends in .png, in any case.
std::string pngPath(const std::string& text)
{
    const std::string ending = text.size() > 4 ? text.substr(text.size() - 4) : "";
    if (!sameName(ending, ".png"))
        throw Error(ErrorKind::BadArgument, "--out \"" + text + "\" must be a file name that ends in .png");
    return text;
}

// Adds options whose values are given as text to a function.
struct Options {
    CLI::App& app;

    CLI::Option* operator()(const std::string& names, const char* type, const std::string& help,
                            std::function<void(const std::string&)> take) const
    {
        return app.add_option_function<std::string>(names, std::move(take), help)->type_name(type);
    }
};

void addPromptOptions(const Options& option, GenerateArguments& a)
{
    option("--prompt", "TEXT", "What to show; weights as (word:1.3), [word], BREAK",
           [&](const std::string& text) { a.request.prompt = cleaned("--prompt", text); })->required();
    option("--negative", "TEXT", "What to keep away from",
           [&](const std::string& text) { a.request.negativePrompt = cleaned("--negative", text); });
    option("--clip-skip", "N", "Which layer of the text encoder counts: 1 the last, 2 the one before, … (1)",
           [&](const std::string& text) { a.request.clipSkip = int(parseInteger("--clip-skip", text, 1, 12)); });
}

void addFileOptions(const Options& option, GenerateArguments& a)
{
    option("--model", "PATH", "A Stable Diffusion 1.x checkpoint (.safetensors, .ckpt) or diffusers folder",
           [&](const std::string& text) { a.model = text; })->required();
    option("--vae", "PATH", "Another VAE than the model's own", [&](const std::string& text) { a.vae = text; });
    option("--out", "FILE", "The picture, x.png; a batch goes on with x-2.png, x-3.png. Existing files are replaced",
           [&](const std::string& text) { a.out = pngPath(text); })->required();
    option("--preview", "DIR", "Write a small picture after every step to this folder: step-01.png, …",
           [&](const std::string& text) { a.previewFolder = text; });
}

void addSamplingOptions(const Options& option, GenerateArguments& a)
{
    option("--steps", "N", "1 to 1000 (20)",
           [&](const std::string& text) { a.request.steps = int(parseInteger("--steps", text, 1, maxSteps)); });
    option("--cfg", "X", "How strongly the prompt counts, -100 to 100 (7.5)",
           [&](const std::string& text) { a.request.cfg = parseNumber("--cfg", text, -100, 100); });
    option("--sampler", "NAME", namesOf(samplers()) + " (" + a.request.sampler + ")",
           [&](const std::string& text) { a.request.sampler = findSampler(text).name; });
    option("--schedule", "NAME", namesOf(schedules()) + " (" + a.request.schedule + ")",
           [&](const std::string& text) { a.request.schedule = findSchedule(text).name; });
    option("--eta", "X", "Share of noise put back each step, 0 to 1, for samplers that have it",
           [&](const std::string& text) { a.request.eta = parseNumber("--eta", text, 0, 1); });
    option("--seed", "N", "0 to 18446744073709551615, or -1 for a random one (0); picture i of a batch has seed + i",
           [&](const std::string& text) { a.request.seed = parseSeed("--seed", text); });
    option("--rng", "NAME", "Where noise comes from: cpu as torch on a CPU, philox as torch on CUDA (cpu)",
           [&](const std::string& text) {
               a.request.noise = parseChoice("--rng", text, {"cpu", "philox"}) ? NoiseKind::Philox : NoiseKind::TorchCpu;
           });
}

void addImageOptions(const Options& option, GenerateArguments& a)
{
    option("--width", "N", "Pixels, 64 to 8192, a multiple of 8 (the model's own)",
           [&](const std::string& text) { a.width = int(parseInteger("--width", text, 64, 8192)); });
    option("--height", "N", "Pixels, 64 to 8192, a multiple of 8 (the model's own)",
           [&](const std::string& text) { a.height = int(parseInteger("--height", text, 64, 8192)); });
    option("--batch", "N", "Pictures, 1 to 64 (1)",
           [&](const std::string& text) { a.request.batch = int(parseInteger("--batch", text, 1, 64)); });
    CLI::Option* init = option("--init", "IMAGE", "Start from this picture instead of noise alone",
                               [&](const std::string& text) { a.initPath = text; });
    option("--strength", "X", "With --init: how much may change, 0 nothing to 1 everything (0.75)",
           [&](const std::string& text) { a.request.strength = parseNumber("--strength", text, 0, 1); })->needs(init);
}

void addDeviceOptions(const Options& option, GenerateArguments& a)
{
    option("--device", "NAME", "A number or part of a name as `athanor devices` lists them (the best)",
           [&](const std::string& text) { a.device = text; });
    option("--precision", "NAME", "fp16 or fp32, for weights and activations (fp16 where the device stores it)",
           [&](const std::string& text) {
               a.precision = parseChoice("--precision", text, {"fp32", "fp16"}) ? DType::F16 : DType::F32;
           });
    option("--tile", "WHEN", "Decode the picture in tiles: auto when memory asks, on, off (auto)",
           [&](const std::string& text) { a.request.tiling = Tiling(parseChoice("--tile", text, {"auto", "on", "off"})); });
}

}

void addGenerate(CLI::App& app, Command& command)
{
    CLI::App* generateApp = app.add_subcommand("generate", "Make pictures from a prompt");
    const auto arguments = std::make_shared<GenerateArguments>();
    const Options option{*generateApp};
    addPromptOptions(option, *arguments);
    addFileOptions(option, *arguments);
    addImageOptions(option, *arguments);
    addSamplingOptions(option, *arguments);
    addDeviceOptions(option, *arguments);
    generateApp->callback([&command, arguments] { command = [arguments] { generate(*arguments); }; });
}

}
