// What ComfyUI's node classes are here: a table with one row a class. It reads no files.
#pragma once
#include "inference/graph/graph.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

// How a value is written there and here.
enum class ComfyKind : uint8_t {
    Plain,
    Int,
    Seed, // in widgets_values followed by what becomes of it after a run
    SamplerId,
    ScheduleId,
    Method, // of finding pixels between pixels
    ClipLayer, // -1: the last layer
    Switch, // "enable", "disable"
    LastStep, // any large number for "to the end"
    TextFamily, // what text encoders read for
    Picture, // a file's name, perhaps with its folder: "a.png [input]"
};

struct ComfyInput {
    std::string_view theirs, ours; // ours empty: nothing here takes it
};

struct ComfyWidget {
    std::string_view theirs, ours; // ours empty: nothing here has it
    ComfyKind kind = ComfyKind::Plain;
};

struct ComfyFixed {
    std::string_view ours;
    ParamValue value;
    bool tells = true; // a node of another value is none of this class
};

struct ComfyClass {
    std::string_view theirs, ours; // class and node type
    std::vector<ComfyInput> inputs; // in ComfyUI's order
    std::vector<ComfyWidget> widgets; // in the order of widgets_values
    std::vector<std::string_view> outputs; // ours, in ComfyUI's order
    std::vector<ComfyFixed> fixed; // parameters that the class does not have and always means
    bool runs = true; // is in API files
};

// Of classes for one node type the usual one comes first. Node types that are yet to come have rows too, for the names
// of their widgets.
std::span<const ComfyClass> comfyClasses();
const ComfyClass* findComfyClass(std::string_view theirs); // null if unknown
// How a widget of that name is written, whatever its class.
ComfyKind comfyKind(std::string_view widget);

struct ComfyValue {
    ParamValue value;
    std::string remark; // what changes thereby, for people; empty: nothing
};
ComfyValue fromComfy(ParamValue value, ComfyKind kind);
ParamValue toComfy(ParamValue value, ComfyKind kind);

}
