// Names of files that hold values of other nodes, as ComfyUI's window writes them: "%KSampler.seed%_x".
#pragma once
#include "inference/graph/graph.h"

#include <string>
#include <string_view>
#include <vector>

namespace athanor {

struct NameWithValues {
    std::string name;
    std::vector<std::string> unknown; // tokens that name no node or value; they stay
};

// The name with each %NODE.VALUE% replaced. NODE is looked for as ComfyUI does, in subgraphs too: a class of ComfyUI
// ("KSampler") or what a file calls it ("Node name for S&R"), else a title, else a type here or a number; of several
// nodes the one of the lowest number counts, outer ones first. VALUE is the widget's name there, or the parameter's
// here; what a node of a value feeds it counts. Characters that file names do not have become _.
NameWithValues withNodeValues(std::string_view name, const Graph& graph);

// "true", "42", "7.5", or the text itself.
std::string valueText(const ParamValue& value);

}
