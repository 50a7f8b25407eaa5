// What a bypassed node hands on: which of its inputs stands for an output. Nothing here follows links.
#pragma once
#include "inference/pipeline/subgraph_type.h"

#include <string>

namespace athanor {

// The type of a port in the words of ComfyUI's files, in which types unknown here have names too: "IMAGE", "SIGMAS".
using SlotType = std::string;

// Of an input or parameter; "*" where nothing is known of it.
SlotType slotType(const Node& node, std::string_view input, FindNodeType findType = findNodeType);

struct HandedOn {
    std::string input; // or parameter; empty: the output gives nothing
    SlotType type; // of that input
};

// For an output that feeds something of the type `wanted`. As in ComfyUI's window: the input of the output's own place
// if its type fits, else the first of exactly the type wanted, else the first that fits; for what takes anything the
// input of the output's place, else the first. Parameters count as inputs behind the others.
HandedOn handedOn(
    const Node& node, std::string_view output, const SlotType& wanted, FindNodeType findType = findNodeType);

}
