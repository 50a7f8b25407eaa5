// One graph of a ComfyUI file as its window writes it: the workflow itself, or the inside of a subgraph.
#pragma once
#include "inference/formats/comfyui_node.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace athanor {

// A parameter that a subgraph shows, and how its value is written.
struct ComfyHostWidget {
    std::string name; // empty: not known here
    ComfyKind kind = ComfyKind::Plain;
};

// What several nodes may be hosts of.
struct ComfyDefinition {
    std::string title;
    std::shared_ptr<const Subgraph> shape;
    std::map<std::string, ComfyPort> ports; // their input's name → what is exposed here
    std::vector<std::string> inputs, outputs; // by slot: their names of inputs, our names of outputs
    std::vector<ComfyHostWidget> widgets; // of inputs that stand for parameters, in order
    std::map<std::string, std::pair<NodeId, std::map<std::string, std::string>>> inside; // by id: node, its widgets
    size_t nodes = 0; // with those in subgraphs
    int depth = 1;
};

using ComfyDefinitions = std::map<std::string, ComfyDefinition>;

// What an input of a subgraph feeds inside.
struct ComfyFed {
    std::vector<PortRef> ports, params;
};

struct ComfyGraph {
    Graph graph;
    std::map<NodeId, ComfyNode> nodes; // as the graph's
    ComfyIds ids;
    std::vector<ComfyFed> inputs; // of a subgraph
    std::vector<PortRef> outputs; // of a subgraph: what feeds each; node 0: nothing
    size_t count = 0; // of nodes, with those in subgraphs
    int depth = 0; // of subgraphs in it
};

ComfyGraph readUiGraph(const Json& json, const ComfyDefinitions& definitions, ComfyReport& report);

// "definitions" of a file. Those that contain themselves are left out, with a warning.
ComfyDefinitions readDefinitions(const Json& json, ComfyReport& report);
ComfyNode hostNode(const Json& json, NodeId id, const ComfyDefinition& definition, ComfyReport& report);

}
