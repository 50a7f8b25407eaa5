#include "inference/graph/param_kind.h"

#include "inference/graph/node_type.h"
#include "inference/sampling/names.h"
#include "inference/text/prompt_syntax.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstddef>

namespace athanor {

namespace {

std::string promptProblem(const Param& param, const std::string& text)
{
    if (text.size() <= maxPromptBytes)
        return {};
    return std::string(param.name) + " has " + std::to_string(text.size()) + " bytes, the limit for a prompt is "
        + std::to_string(maxPromptBytes);
}

std::string choiceProblem(const Param& param, const std::string& text)
{
    if (param.choices.empty() || std::ranges::find(param.choices, text) != param.choices.end())
        return {};
    try {
        throwUnknownName(param.name, text, param.choices);
    } catch (const Error& error) {
        return error.what();
    }
}

bool hasControlCharacter(const std::string& text)
{
    return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::string fileProblem(const Param& param, const std::string& text)
{
    const std::string name(param.name);
    if (text.empty())
        return param.mayBeEmpty ? "" : name + ": no file is chosen";
    if (hasControlCharacter(text))
        return name + " is " + inQuotes(text) + ", and no file's name holds control characters";
    if (text.find("://") != text.npos || text.starts_with("//") || text.starts_with("\\\\"))
        return name + " is " + inQuotes(text) + ": nothing is ever opened over a network; copy the file to a folder";
    return {};
}

using Type = PortType;

constexpr ParamKindRow ofFile(ParamKind kind, std::string_view name, FileKind file)
{
    return {.kind = kind, .name = name, .type = Type::Text, .file = file, .problem = fileProblem};
}

constexpr ParamKindRow kindRows[] = {
    {ParamKind::Bool, "Bool", Type::Bool},
    {ParamKind::Int, "Int", Type::Int},
    {ParamKind::Float, "Float", Type::Float},
    {ParamKind::Seed, "Seed", Type::Seed},
    {.kind = ParamKind::Text, .name = "Text", .type = Type::Text, .isFreeText = true},
    {.kind = ParamKind::Prompt, .name = "Prompt", .type = Type::Text, .isFreeText = true, .problem = promptProblem},
    {.kind = ParamKind::Curve, .name = "Curve", .type = Type::Text, .isFreeText = true},
    {.kind = ParamKind::Drawing, .name = "Drawing", .type = Type::Text, .isDrawn = true},
    {.kind = ParamKind::Pose, .name = "Pose", .type = Type::Text, .isFreeText = true, .isDrawn = true},
    {.kind = ParamKind::Choice, .name = "Choice", .type = Type::Text, .problem = choiceProblem},
    ofFile(ParamKind::ModelFile, "Model file", FileKind::Model),
    ofFile(ParamKind::VaeFile, "VAE file", FileKind::Vae),
    ofFile(ParamKind::ControlNetFile, "ControlNet file", FileKind::ControlNet),
    ofFile(ParamKind::UpscalerFile, "Upscaler file", FileKind::Model),
    ofFile(ParamKind::LoraFile, "LoRA file", FileKind::Lora),
    ofFile(ParamKind::DiffusionModelFile, "Diffusion model file", FileKind::Model),
    ofFile(ParamKind::TextEncoderFile, "Text encoder file", FileKind::TextEncoder),
    ofFile(ParamKind::ImageFile, "Image file", FileKind::Image),
};
static_assert(hasEachKind(kindRows));

}

const ParamKindRow& rowOf(ParamKind kind)
{
    return kindRows[size_t(kind)];
}

}
