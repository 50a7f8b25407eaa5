#include "inference/diffusion/control.h"
#include "inference/nodes/common.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <variant>

namespace athanor {

namespace {

constexpr std::string_view controlModes[] = {"balanced", "prompt", "control", "guess"};
constexpr std::string_view resizeModes[] = {"stretch", "crop", "fill"};

template <class Names> size_t indexOf(const Names& names, std::string_view name)
{
    return size_t(std::ranges::find(names, name) - std::begin(names));
}

// "1, 0.5, 0": nothing if it is not numbers with commas or blanks between them.
std::optional<std::vector<double>> numbersOf(std::string_view text)
{
    constexpr std::string_view between = ", \t\n";
    std::vector<double> numbers;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(between), text.size()));
        if (text.empty())
            return numbers;
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || !(std::abs(number) <= 10))
            return std::nullopt;
        text.remove_prefix(size_t(end - text.data()));
        if (!text.empty() && between.find(text.front()) == between.npos)
            return std::nullopt;
        numbers.push_back(number);
    }
}

ConditioningValue with(ConditioningValue conditioning, const std::shared_ptr<const AppliedControl>& control)
{
    conditioning.controls.push_back(control);
    return conditioning;
}

Values runApplyControlnet(NodeRun& run)
{
    const Value& positive = run.value("positive");
    const Value negative = run.has("negative") ? run.value("negative") : Value();
    const auto& net = run.input<ControlNetValue>("control_net");
    AppliedControl control;
    control.net = net.net;
    control.name = net.name;
    control.hash = net.hash;
    control.maps = run.input<ControlMapValue>("image").maps;
    control.hidden = run.input<ControlMapValue>("image").hidden;
    if (run.has("mask"))
        control.mask = std::get<Shared<Mask>>(run.value("mask"));
    control.strength = run.number("strength");
    control.curve = numbersOf(run.text("curve")).value_or(std::vector<double>());
    control.start = run.number("start");
    control.end = run.number("end");
    control.mode = ControlMode(indexOf(controlModes, run.text("mode")));
    control.fit = MapFit(indexOf(resizeModes, run.text("resize_mode")));
    control.blockWeights = numbersOf(run.text("block_weights")).value_or(std::vector<double>());
    check(control);
    if (control.strength == 0)
        return {positive, negative};
    const std::string& branch = run.text("branch");
    control.spreads = branch == "both" && !run.has("negative");
    const auto applied = std::make_shared<const AppliedControl>(std::move(control));
    const bool toNegative =
        run.has("negative") && (branch == "negative" || (branch == "both" && reachesNegative(*applied)));
    return {branch == "negative" ? positive : shared(with(run.input<ConditioningValue>("positive"), applied)),
        toNegative ? shared(with(run.input<ConditioningValue>("negative"), applied)) : negative};
}

std::string checkControl(const Node& node)
{
    const auto value = [&](const char* name, auto otherwise) {
        const auto it = node.params.find(name);
        const auto* given = it == node.params.end() ? nullptr : std::get_if<decltype(otherwise)>(&it->second);
        return given ? *given : otherwise;
    };
    if (value("start", 0.0) > value("end", 1.0))
        return "start lies behind end";
    for (const char* name : {"curve", "block_weights"})
        if (!numbersOf(value(name, std::string())))
            return std::string(name) + " is not a row of numbers from -10 to 10 with commas between them";
    return {};
}

}

// ComfyUI's ControlNetApplyAdvanced, with the controlModes of A1111's ControlNet extension and of diffusers.
NodeType applyControlnetNode()
{
    return {
        .id = "apply_controlnet",
        .title = "Apply ControlNet",
        .category = "Control",
        .text = "Makes the picture follow a map. One after another, any number at once.",
        .inputs = {{"positive", PortType::Conditioning, "What the picture shall show"},
            {"negative", PortType::Conditioning,
                "What it is kept away from; not linked: the sampler's goes with the positive one", true},
            {"control_net", PortType::ControlNet, "Trained for maps of this kind"},
            {"image", PortType::ControlMap,
                "The map, or a picture as it is; of a batch one for each picture that is made"},
            {"mask", PortType::Mask, "Where it counts; not linked: everywhere", true}},
        .params = {{"strength", ParamKind::Float, 1.0, "How strongly; 0 leaves it out", 0, 10, 0.05},
            {"start", ParamKind::Float, 0.0, "Share of the steps before it begins", 0, 1, 0.01},
            {"end", ParamKind::Float, 1.0, "Share of the steps after which it is left out", 0, 1, 0.01},
            {"mode", ParamKind::Choice, std::string("balanced"),
                "balanced; prompt: less where details are made; control: so, and not for the negative prompt; guess: "
                "for empty prompts",
                0, 0, 1, {std::begin(controlModes), std::end(controlModes)}},
            {"resize_mode", ParamKind::Choice, std::string("crop"),
                "Of a map with other proportions. stretch; crop: cut off what is over; fill: with a border", 0, 0, 1,
                {std::begin(resizeModes), std::end(resizeModes)}},
            {"branch", ParamKind::Choice, std::string("both"), "Which prompts it goes with", 0, 0, 1,
                {"both", "positive", "negative"}},
            {"curve", ParamKind::Curve, std::string(),
                "Times strength, from the first step to the last: 1, 0.5, 0; empty: the same all the way"},
            {"block_weights", ParamKind::Text, std::string(),
                "Times strength, for each block down and last the middle: 13 numbers; empty: 1"}},
        .outputs = {{"positive", PortType::Conditioning, "Steered"}, {"negative", PortType::Conditioning, "Steered"}},
        .check = checkControl,
        .run = runApplyControlnet,
    };
}

}
