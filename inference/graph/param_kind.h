// The kinds of parameters, a row each: all that anything below ui knows of one. The widget is a row of
// ui/inspector/param_widgets.cpp.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace athanor {

enum class PortType : uint8_t; // node_type.h, as the next
struct Param;

enum class ParamKind : uint8_t {
    Bool,
    Int,
    Float,
    Seed,
    Text,
    Prompt,
    Curve, // text of numbers, from the first step to the last: "1, 0.5, 0"
    Drawing, // text of drawing.h, made in the paint view
    Pose, // OpenPose's JSON, made in the pose editor
    Choice,
    ModelFile,
    VaeFile,
    ControlNetFile,
    UpscalerFile,
    LoraFile,
    DiffusionModelFile,
    TextEncoderFile,
    ImageFile
};

enum class FileKind : uint8_t {
    Model,
    Vae,
    ControlNet,
    Lora,
    TextEncoder,
    Image
}; // looked for in folders of their own

struct ParamKindRow {
    ParamKind kind;
    std::string_view name; // for people
    PortType type; // of its values, and of a link that may feed it: Bool, Int, Float, Seed or Text
    bool isFreeText = false; // which people write as they like
    bool isDrawn = false; // in a view of its own
    std::optional<FileKind> file = {}; // which its values name
    // What is wrong with a text; null or empty: nothing.
    std::string (*problem)(const Param& param, const std::string& text) = nullptr;
};

const ParamKindRow& rowOf(ParamKind kind);

// Whether a table has a row for each kind, in their order.
template <class Row, size_t count> constexpr bool hasEachKind(const Row (&rows)[count])
{
    for (size_t i = 0; i < count; ++i)
        if (rows[i].kind != ParamKind(i))
            return false;
    return count == size_t(ParamKind::ImageFile) + 1;
}

}
