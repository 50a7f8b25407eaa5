#include "inference/graph/node_type.h"

#include "inference/graph/node_types.h"

#include <algorithm>

namespace athanor {

namespace {

template <class Rows, class Key> auto rowNamed(const Rows& rows, std::string_view wanted, Key key)
{
    const auto it = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.*key == wanted; });
    return it == rows.end() ? nullptr : &*it;
}

}

std::string_view name(PortType type)
{
    constexpr std::string_view names[] = {"Any", "Model", "Text encoder", "VAE", "Conditioning", "Latent", "Image",
        "Mask", "ControlNet", "Control map", "Sampler", "Schedule", "Int", "Float", "Bool", "Text", "Seed"};
    return names[size_t(type)];
}

bool accepts(PortType input, PortType output)
{
    using enum PortType;
    if (input == output || input == Any || output == Any)
        return true;
    switch (input) {
    case Float:
    case Seed:
        return output == Int;
    case ControlMap:
        return output == Image;
    case Sampler:
    case Schedule:
        return output == Text;
    default:
        return false;
    }
}

std::span<const NodeType> nodeTypes()
{
    static const std::vector<NodeType> types = makeNodeTypes();
    return types;
}

const NodeType* findNodeType(std::string_view id)
{
    return rowNamed(nodeTypes(), id, &NodeType::id);
}

const Param* findParam(const NodeType& type, std::string_view name)
{
    return rowNamed(type.params, name, &Param::name);
}

const InputPort* findInput(const NodeType& type, std::string_view name)
{
    return rowNamed(type.inputs, name, &InputPort::name);
}

const OutputPort* findOutput(const NodeType& type, std::string_view name)
{
    return rowNamed(type.outputs, name, &OutputPort::name);
}

Node makeNode(const NodeType& type)
{
    Node node;
    node.type = type.id;
    node.version = type.version;
    for (const Param& param : type.params)
        node.params[std::string(param.name)] = param.value;
    return node;
}

}
