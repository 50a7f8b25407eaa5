// A workflow as a plain value: nodes, links between their ports, and what is drawn around them. It knows no node types:
// whether a port exists, a parameter is in range or two ports fit is validate.h's matter.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace athanor {

using NodeId = int64_t; // 1 … 2^40 − 1; one counter numbers nodes, links, groups and comments, and never goes back
using LinkId = int64_t;
using NodePath = std::vector<NodeId>; // a node within subgraphs, the outermost first

// A whole number is an int64_t wherever it fits; uint64_t holds seeds from 2^63 on.
using ParamValue = std::variant<bool, int64_t, uint64_t, double, std::string>;
inline ParamValue wholeValue(uint64_t number)
{
    return number <= uint64_t(INT64_MAX) ? ParamValue(int64_t(number)) : ParamValue(number);
}

enum class NodeMode : uint8_t {
    Normal,
    Muted, // does not run, nor does what needs it
    Bypassed, // hands inputs on to outputs: those of the same place, else of the same type (bypass.h)
};

// In canvas units, x to the right, y downwards.
struct Rect {
    double x = 0, y = 0, width = 0, height = 0; // of a node 0 × 0: as large as it needs
    bool operator==(const Rect&) const = default;
};

// One end of a link: an output, an input, or a parameter that is fed instead of typed in.
struct PortRef {
    NodeId node = 0;
    std::string port;
    auto operator<=>(const PortRef&) const = default;
};

struct Link {
    PortRef from, to;
    bool operator==(const Link&) const = default;
};

struct Group {
    std::string title;
    Rect rect;
    std::string colour; // "#rrggbb", or empty
    bool operator==(const Group&) const = default;
};

struct Comment {
    std::string text;
    Rect rect;
    std::string colour;
    bool operator==(const Comment&) const = default;
};

struct Graph;

// A port or parameter of a subgraph and what it stands for inside; an input may feed several.
struct Exposed {
    std::string name;
    std::vector<PortRef> inner;
    bool operator==(const Exposed&) const = default;
};

// What a node of type "subgraph" holds. The values of its parameters are those of the nodes inside.
struct Subgraph {
    std::shared_ptr<const Graph> body; // never null
    std::vector<Exposed> inputs, outputs, params;
    bool operator==(const Subgraph& other) const; // by the body's value
};

struct Node {
    std::string type; // id of a node type, possibly one that this program does not know
    int version = 1; // of the node type, when the node was made
    std::string title; // empty: the type's
    std::map<std::string, ParamValue> params; // those absent have their type's default
    NodeMode mode = NodeMode::Normal;
    Rect rect;
    std::string colour;
    bool collapsed = false;
    std::shared_ptr<const Subgraph> subgraph; // null but for the type "subgraph"
    std::string foreign; // what a file said beyond that, one JSON object kept as it was; empty: nothing
    bool operator==(const Node& other) const; // by the subgraph's value
};

// A parameter of a node, perhaps within subgraphs.
struct ParamPlace {
    NodePath node;
    std::string param;
    bool operator==(const ParamPlace&) const = default;
};

struct Graph {
    std::map<NodeId, Node> nodes;
    std::map<LinkId, Link> links;
    std::map<int64_t, Group> groups;
    std::map<int64_t, Comment> comments;
    int64_t nextId = 1; // above every number in use
    std::string foreign; // as of Node
    // Of the whole workflow; empty in the bodies of subgraphs. Places that are not there mean nothing.
    std::vector<ParamPlace> form; // what is offered to who uses the workflow without looking at it, in order
    std::vector<ParamPlace> freshSeeds; // what the window draws anew for each run
    bool operator==(const Graph&) const = default;
};

// What feeds an input or parameter; null if nothing does.
const Link* linkInto(const Graph& graph, NodeId node, std::string_view port);

}
