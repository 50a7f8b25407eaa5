#include "tests/support/graph_types.h"

#include "inference/graph/validate.h"

#include <algorithm>

namespace athanor {

namespace {

std::string checkPicture(const Node& node)
{
    return node.params.at("width") == node.params.at("height") ? "a picture must not be square" : "";
}

std::vector<NodeType> makeTypes()
{
    using enum PortType;
    const OutputPort image{"image", Image, ""};
    std::vector<NodeType> types;
    const auto add = [&](std::string_view id, std::vector<InputPort> inputs, std::vector<Param> params,
                         std::vector<OutputPort> outputs) -> NodeType& {
        NodeType type;
        type.id = id;
        type.title = id;
        type.inputs = std::move(inputs);
        type.params = std::move(params);
        type.outputs = std::move(outputs);
        return types.emplace_back(std::move(type));
    };
    add("picture", {},
        {{"width", ParamKind::Int, int64_t(512), "", 64, 8192, 8},
            {"height", ParamKind::Int, int64_t(768), "", 64, 8192, 8}, {"strength", ParamKind::Float, 1.0, "", 0, 1},
            {"seed", ParamKind::Seed, int64_t(0), ""}, {"fast", ParamKind::Bool, false, ""},
            {"prompt", ParamKind::Prompt, std::string("a cat"), ""},
            {"sampler", ParamKind::Choice, std::string("euler"), "", 0, 0, 1, {"euler", "heun"}, Sampler},
            {"file", ParamKind::ImageFile, std::string("a.png"), ""}},
        {image})
        .check = checkPicture;
    add("blur", {{"image", Image, ""}}, {{"amount", ParamKind::Float, 1.5, "", 0, 10}}, {image});
    add("blend", {{"a", Image, ""}, {"b", Image, ""}, {"mask", Mask, "", true}}, {}, {image});
    add("encode", {{"image", Image, ""}}, {}, {{"latent", Latent, ""}});
    add("decode", {{"latent", Latent, ""}}, {}, {image});
    add("number", {}, {{"value", ParamKind::Int, int64_t(64), "", 0, 1'000'000}}, {{"value", Int, ""}});
    add("cut", {{"image", Image, ""}}, {}, {image, {"mask", Mask, ""}});
    add("switch", {{"a", Any, "", true}, {"b", Any, "", true}}, {{"second", ParamKind::Bool, false, ""}},
        {{"output", Any, ""}});
    add("reroute", {{"input", Any, "", true}}, {}, {{"output", Any, ""}});
    add("show", {{"image", Image, ""}}, {{"name", ParamKind::Text, std::string("x"), ""}}, {}).isOutput = true;
    return types;
}

Node at(std::string_view type, int64_t index)
{
    Node node = testNode(type);
    node.rect = {double(index % 100) * 240, double(index / 100) * 300, 200, 0};
    return node;
}

}

const NodeType* testType(std::string_view id)
{
    static const std::vector<NodeType> types = makeTypes();
    const auto found = std::ranges::find(types, id, &NodeType::id);
    return found == types.end() ? nullptr : &*found;
}

Node testNode(std::string_view type)
{
    return makeNode(*testType(type));
}

Graph smallGraph()
{
    Graph graph;
    for (const char* type : {"picture", "blur", "show"})
        addNode(graph, testNode(type));
    graph = connected(std::move(graph), {1, "image"}, {2, "image"});
    return connected(std::move(graph), {2, "image"}, {3, "image"});
}

std::string problemsOf(const Graph& graph)
{
    std::string all;
    for (const Problem& problem : validate(graph, testType))
        all += problem.text + "\n";
    return all;
}

Graph chain(int64_t nodes, std::string_view middle)
{
    const NodeType& type = *testType(middle);
    Graph graph;
    addNode(graph, at("picture", 0));
    for (int64_t i = 1; i < nodes; ++i) {
        const bool last = i == nodes - 1;
        const PortRef from{i, i == 1 ? "image" : std::string(type.outputs.front().name)};
        const NodeId added = addNode(graph, at(last ? "show" : middle, i));
        graph.links.emplace(nodes + i, Link{from, {added, last ? "image" : std::string(type.inputs.front().name)}});
    }
    graph.nextId = 2 * nodes;
    return graph;
}

Graph fan(int64_t nodes)
{
    Graph graph;
    addNode(graph, at("picture", 0));
    for (int64_t i = 1; i < nodes; ++i) {
        const NodeId added = addNode(graph, at("show", i));
        graph.links.emplace(nodes + i, Link{{1, "image"}, {added, "image"}});
    }
    graph.nextId = 2 * nodes;
    return graph;
}

}
