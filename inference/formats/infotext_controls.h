// What A1111's ControlNet extension says of a unit in a picture's text, in the words of the nodes here.
#pragma once
#include "inference/formats/infotext.h"
#include "inference/graph/graph.h"

#include <map>
#include <string>
#include <vector>

namespace athanor {

struct ControlUnit {
    std::string field; // "ControlNet 0"
    std::string model; // file, without its hash
    std::string module; // as the text says it; empty: none
    std::string preprocessor; // node type that does the same; empty: none is wanted, or none is known
    std::map<std::string, ParamValue> preprocessorParams;
    std::map<std::string, ParamValue> applyParams;
    std::vector<std::string> warnings;
};

// One for each field "ControlNet 0", "ControlNet 1", … in order. Never fails: what is no number is told and left out.
std::vector<ControlUnit> controlUnits(const Infotext& info);

}
