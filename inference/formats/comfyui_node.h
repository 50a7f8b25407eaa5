// One node of a ComfyUI file as a node here, and what its ports are called.
#pragma once
#include "inference/formats/comfyui_values.h"
#include "inference/graph/placeholder.h"

#include <map>
#include <string>
#include <vector>

namespace athanor {

constexpr std::string_view searchNameKey = "Node name for S&R"; // of properties: what names of files call the node
constexpr std::string_view comfyPrefix = "comfyui:"; // of the types of placeholders; the class follows

struct ComfyPort {
    std::string name; // empty: nothing here takes it
    bool isParam = false;
};

struct ComfyNode {
    Node node;
    const ComfyClass* row = nullptr; // null: a placeholder or a subgraph
    std::vector<ComfyPort> inputs; // as the file numbers them
    std::vector<std::string> outputs;
    std::map<std::string, size_t> linkSlots; // of inputs, by the id of the link that the node says feeds it
    std::map<std::string, std::string> widgets; // their name → parameter
};

// "KSampler (node 3)", safe to show.
std::string comfyName(const std::string& className, NodeId id);

// What nodes in UI files have beside ports and values: title, place, mode, colour.
void readLooks(Node& node, const Json& json, const std::string& usualTitle);
// Values of widgets in their order, without what becomes of seeds after a run.
std::vector<const Json*> widgetValues(const Json& json, const std::vector<std::string>& names);
// Sets a parameter; refuses NaN and warns of what cannot be one.
void setComfyParam(
    ComfyNode& made, const std::string& who, const ComfyWidget& widget, const Json& value, ComfyReport& report);

ComfyNode uiNode(const Json& json, NodeId id, ComfyReport& report);
// Links are left to the caller: a port for each name in "inputs".
ComfyNode apiNode(const Json& json, NodeId id, ComfyReport& report);
bool isApiLink(const Json& value); // ["4", 0]
ComfyPort portNamed(const ComfyNode& node, std::string_view theirs);

// Ports of slots that the node does not have are named by their number, so that they can be seen.
std::string slotName(const Json& slot);
std::string outputName(const ComfyNode& node, const Json& slot);

}
