#include "app/commands/commands.h"
#include "app/commands/generate.h"
#include "app/commands/options.h"
#include "inference/graph/node_type.h"
#include "inference/sampling/names.h"
#include "inference/sampling/samplers.h"
#include "inference/weights/families.h"
#include "render/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace athanor {

namespace {

std::string namesOf(const auto& rows)
{
    std::string names;
    for (const auto& row : rows)
        names.append(names.empty() ? "" : ", ").append(row.name);
    return names;
}

void addPromptOptions(const Options& option, GenerateArguments& a)
{
    option
        .taken("--prompt", "TEXT", "What to show; weights as (word:1.3), [word], BREAK",
            [&](const std::string& text) { a.prompt = parsePrompt("--prompt", text); })
        ->required();
    option.taken("--negative", "TEXT", "What to keep away from",
        [&](const std::string& text) { a.negative = parsePrompt("--negative", text); });
    option.integer("--clip-skip", "Which layer of the text encoder counts: 1 the last, 2 the one before, … (1)", 1, 24,
        a.clipSkip);
}

// "FILE[:STRENGTH[:TEXT]]"; a file whose name ends like that is meant whole.
NamedLora parseLora(const std::string& text)
{
    NamedLora lora{parseName("--lora", text)};
    std::vector<double> numbers; // from the last
    std::error_code error;
    while (numbers.size() < 2 && !std::filesystem::exists(lora.name, error)) {
        const size_t colon = lora.name.rfind(':');
        if (colon == std::string::npos || colon == 0)
            break;
        const std::string_view last = std::string_view(lora.name).substr(colon + 1);
        double number = 0;
        const auto [end, problem] = std::from_chars(last.data(), last.data() + last.size(), number);
        if (problem != std::errc() || end != last.data() + last.size())
            break;
        constexpr double most = 100;
        if (!(std::abs(number) <= most))
            throw Error(ErrorKind::BadArgument,
                "--lora: the strength " + std::string(last) + " is not from -100 to 100, as 1 or 0.8");
        numbers.push_back(number);
        lora.name.resize(colon);
    }
    if (!numbers.empty())
        lora.strength = lora.textStrength = numbers.back();
    if (numbers.size() == 2)
        lora.textStrength = numbers.front();
    return lora;
}

void addFileOptions(const Options& option, GenerateArguments& a)
{
    option.text("--model", "NAME",
        "A checkpoint (.safetensors, .ckpt) or diffusers folder of " + familyTitles(" or ")
            + ": a path, or a name in the folders of models (the starter model)",
        a.model);
    option.app
        .add_option_function<std::vector<std::string>>(
            "--lora",
            [&a](const std::vector<std::string>& all) {
                for (const std::string& text : all)
                    a.loras.push_back(parseLora(text));
            },
            "Changes the model, any number of times; as <lora:NAME:STRENGTH> in the prompt. STRENGTH -100 to 100 (1), "
            "TEXT "
            "that of the text encoder (the same)")
        ->type_name("FILE[:STRENGTH[:TEXT]]")
        ->expected(1)
        ->take_all();
    option.several("--text-encoder", "FILE",
        "Reads prompts instead of the model's own, up to three times: of a model whose file has none", a.textEncoders);
    option.text("--vae", "PATH", "Another VAE than the model's own", a.vae);
    option
        .taken("--out", "FILE",
            "The picture: x.png, x.jpg or x.webp; a batch goes on with x-2.png, x-3.png. Existing files are replaced",
            [&](const std::string& text) { a.out = parsePicturePath("--out", text); })
        ->required();
    option.integer("--quality", "Of JPEG and WebP, 1 to 100 (90)", 1, 100, a.quality);
    option.text(
        "--preview", "DIR", "Write a small picture after every step to this folder: step-01.png, …", a.previewFolder);
}

void addImageOptions(const Options& option, GenerateArguments& a)
{
    option.integer("--width", "Pixels, 64 to 8192, a multiple of 8 (the model's own)", 64, 8192, a.width);
    option.integer("--height", "Pixels, 64 to 8192, a multiple of 8 (the model's own)", 64, 8192, a.height);
    option.integer("--batch", "Pictures, 1 to 64 (1)", 1, 64, a.batch);
    CLI::Option* init = option.text("--init", "IMAGE", "Start from this picture instead of noise alone", a.initPath);
    option.text("--mask", "IMAGE", "With --init: white where it is made anew, black what stays", a.maskPath)
        ->needs(init);
    option
        .number("--strength", "With --init: how much may change, 0 nothing to 1 everything (0.75; with --mask 1)", 0, 1,
            a.strength)
        ->needs(init);
}

void addControlOptions(const Options& option, GenerateArguments& a)
{
    const auto several = [&](const char* name, const std::string& help, bool isMap) {
        const auto take = [&a, name, isMap](const std::vector<std::string>& all) {
            for (const std::string& text : all) {
                a.controls.push_back(parseControl(name, text));
                a.controls.back().isMap = isMap;
            }
        };
        option.app.add_option_function<std::vector<std::string>>(name, take, help)
            ->type_name("KIND:IMAGE[:STRENGTH[:START:END]]")
            ->expected(1)
            ->take_all();
    };
    several("--control",
        "Follow this picture, any number of times; KIND: " + controlKinds()
            + ", or the path of a ControlNet; STRENGTH 0 to 10 (1); START and END, shares of the steps (0 and 1)",
        false);
    several("--control-map", "The same with a map, as `athanor preprocess` makes it", true);
    const auto forAll = [&](const char* name, const char* help, const char* param,
                            std::string ControlArgument::*member) {
        const std::vector<std::string_view> choices = findParam(*findNodeType("apply_controlnet"), param)->choices;
        option.taken(name, "MODE", help, [&a, name, choices, member](const std::string& text) {
            if (std::ranges::find(choices, text) == choices.end())
                throwUnknownName(name, text, choices);
            a.forAllControls.*member = text;
        });
    };
    forAll("--control-mode",
        "With --control: balanced; prompt or control: which of the two counts more; guess: for empty prompts "
        "(balanced)",
        "mode", &ControlArgument::mode);
    forAll("--control-resize",
        "With --control, of pictures of other proportions: stretch; crop: cut off what is over; fill: with a border "
        "(crop)",
        "resize_mode", &ControlArgument::resizeMode);
    option.several(
        "--models", "DIR", "Where models are looked for by name, besides the user's own folder", a.modelFolders);
}

void addSamplingOptions(const Options& option, GenerateArguments& a)
{
    const auto usually = [](const auto& text) { return " (" + presetTexts(text) + ")"; };
    option.integer("--steps", "1 to 1000" + usually([](const Preset& p) { return std::to_string(p.steps); }), 1,
        maxSteps, a.steps);
    option.number("--cfg",
        "How strongly the prompt counts, -100 to 100" + usually([](const Preset& p) { return numberText(p.cfg); }),
        -100, 100, a.cfg);
    option.taken("--sampler", "NAME",
        namesOf(samplers()) + usually([](const Preset& p) { return std::string(p.sampler); }),
        [&](const std::string& text) { a.sampler = findSampler(text).name; });
    option.taken("--schedule", "NAME",
        namesOf(schedules()) + usually([](const Preset& p) { return std::string(p.schedule); }),
        [&](const std::string& text) { a.schedule = findSchedule(text).name; });
    option.number("--eta", "Share of noise put back each step, 0 to 1, for samplers that have it", 0, 1, a.eta);
    option.taken("--seed", "N",
        "0 to 18446744073709551615, or -1 for a random one (0); picture i of a batch has seed + i",
        [&](const std::string& text) { a.seed = parseSeed("--seed", text); });
    option.taken("--rng", "NAME", "Where noise comes from: cpu as torch on a CPU, philox as torch on CUDA (cpu)",
        [&](const std::string& text) {
            (void)parseChoice("--rng", text, {"cpu", "philox"});
            a.noise = text;
        });
}

void addDeviceOptions(const Options& option, GenerateArguments& a)
{
    option.text("--device", "NAME", "A number or part of a name as `athanor devices` lists them (the best)", a.device);
    option.taken("--precision", "NAME", "fp16 or fp32, for weights and activations (fp16 where the device stores it)",
        [&](const std::string& text) { a.precision = parsePrecision(text); });
    option.taken("--tile", "WHEN", "Decode the picture in tiles: auto when memory asks, on, off (auto)",
        [&](const std::string& text) {
            (void)parseChoice("--tile", text, {"auto", "on", "off"});
            a.tiling = text;
        });
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
    addControlOptions(option, *arguments);
    addSamplingOptions(option, *arguments);
    addDeviceOptions(option, *arguments);
    generateApp->callback([&command, arguments] {
        for (ControlArgument& control : arguments->controls) {
            control.mode = arguments->forAllControls.mode;
            control.resizeMode = arguments->forAllControls.resizeMode;
        }
        command = [arguments] { generate(*arguments); };
    });
}

}
