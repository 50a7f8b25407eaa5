// What a node type is: its ports, its parameters and the function that runs it, one value from one file in
// inference/nodes. Graphs name types by id and hold nothing of them.
#pragma once
#include "inference/graph/graph.h"
#include "inference/graph/param_kind.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

enum class PortType : uint8_t {
    Any, // of reroute, switch and the like: the type of what is linked to it
    Model,
    TextEncoder,
    Vae,
    Conditioning,
    Latent,
    Image,
    Mask,
    ControlNet,
    ControlMap,
    Sampler,
    Schedule,
    Int,
    Float,
    Bool,
    Text,
    Seed,
};

std::string_view name(PortType type); // "Text encoder"

// Whether an input of one type takes what an output of the other gives: the same type, Any, or a value that loses
// nothing (Int as Float, Int as Seed, Image as ControlMap, Text as Sampler or Schedule).
bool accepts(PortType input, PortType output);

struct InputPort {
    std::string_view name; // as in files and links: lower case, digits, _
    PortType type;
    std::string_view text; // one line for people
    bool optional = false;
    bool wholeList = false; // takes a list at once; else a list runs the node once for each of its values
};

struct OutputPort {
    std::string_view name;
    PortType type;
    std::string_view text;
    bool isList = false; // gives several values, not what is written in the node
};

struct Param {
    std::string_view name;
    ParamKind kind;
    ParamValue value; // to begin with
    std::string_view text;
    double lowest = 0, highest = 0, step = 1; // of Int and Float
    std::vector<std::string_view> choices = {}; // of Choice
    PortType fedBy = PortType::Any; // another type that may feed it than its kind's; Any: none
    bool mayBeEmpty = false; // of a file: none is a choice
};

// A network that a node looks for by name in the folders of models, there and in their folder "preprocessors". What is
// there counts in fingerprints.
struct NetworkFile {
    std::string_view name; // "yolox_l.onnx"
    std::string_view project; // who made it and how to get the file, for people
};

struct RunHost; // run_host.h
class NodeRun; // node_run.h
struct Values; // value.h: one for each output

struct NodeType {
    std::string_view id; // "encode_prompt": the name of its file
    std::string_view title, category, text;
    int version = 1;
    std::vector<InputPort> inputs;
    std::vector<Param> params;
    std::vector<OutputPort> outputs;
    std::vector<NetworkFile> networks = {}; // the best first
    bool isOutput = false; // runs because it is there: saves or shows something
    // What is wrong with the parameters taken together; null or empty: nothing. Ranges and kinds are checked before.
    std::string (*check)(const Node& node) = nullptr;
    // Throws Error for what the node could not do in the end, before anything runs. `params`: as written in it, without
    // those that a link feeds. Null: nothing is known before.
    void (*prepare)(RunHost& host, const std::map<std::string, ParamValue>& params) = nullptr;
    // Null for types that only structure a graph (reroute, note, subgraph), which the executor and the canvas know.
    Values (*run)(NodeRun& run) = nullptr;
};

// Every type of inference/nodes by id: a table that the build makes from the files there.
std::span<const NodeType> nodeTypes();
const NodeType* findNodeType(std::string_view id); // null if unknown
using FindNodeType = const NodeType* (*)(std::string_view id); // so that tests may bring their own types
const Param* findParam(const NodeType& type, std::string_view name);
const InputPort* findInput(const NodeType& type, std::string_view name);
const OutputPort* findOutput(const NodeType& type, std::string_view name);

// A node of the type, its parameters written out.
Node makeNode(const NodeType& type);

}
