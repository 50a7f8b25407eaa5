// Values given on the command line for parameters of a workflow's nodes.
#pragma once
#include "inference/graph/node_type.h"

#include <set>
#include <string>
#include <vector>

namespace athanor {

// A parameter as `--set` and `--sweep` name it: NODE.PARAM, where NODE is an id, a title or a type in any case, blanks
// as _ or -. What the outermost graph does not have is looked for in all subgraphs; a way through them names one for
// certain: "draw/prompt.text", "100/6.text".
struct ParamAddress {
    NodePath path; // of the node, the outermost first
    std::string param;
    std::string text; // as it was given
};

// Throws Error(BadArgument) with what there is if nothing, or more than one node, is meant.
ParamAddress findParamAddress(const Graph& graph, const std::string& text);

// The value as the parameter has it: numbers, true or false, -1 as a random seed, prompts cleaned of what is not text.
// Range and choice are checked too. Throws Error(BadArgument).
ParamValue parseParamValue(const Graph& graph, const ParamAddress& address, const std::string& text);

// Sets it; what a link brought there before is cut off, outside of its subgraphs too.
Graph withValue(Graph graph, const ParamAddress& address, const ParamValue& value);

// "a=b" into two. Throws Error(BadArgument) naming the option.
std::pair<std::string, std::string> splitAssignment(const std::string& option, const std::string& text);

// Names of files given by hand: values of file parameters among the above.
bool isFileParam(const Graph& graph, const ParamAddress& address);

}
