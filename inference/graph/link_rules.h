// What may be linked to what, and how nodes are called in the sentences that say so.
#pragma once
#include "inference/graph/node_type.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace athanor {

// "Sample (node 4)"; within subgraphs "(node 4/7)". Safe to show.
std::string nodeName(const Node& node, const NodePath& path, FindNodeType findType = findNodeType);

// What an input or parameter takes.
struct Target {
    PortType type = PortType::Any;
    PortType alsoType = PortType::Any; // Any: no other
    bool takes(PortType output) const;
};

// Nothing if the type has no such input or parameter.
std::optional<Target> findTarget(const NodeType& type, std::string_view port);

// "a circle of 12 nodes can never run: A → B → …", with at most ten names.
std::string circleText(const std::vector<NodeId>& circle, const std::function<std::string(NodeId)>& nameOf);

}
