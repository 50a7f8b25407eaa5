// The list of nodes to add, and how a node is added.
#pragma once
#include "ui/canvas/choice_popup.h"
#include "ui/canvas/graph_scene.h"

#include <string>
#include <vector>

namespace athanor {

class GraphView;

struct OpenEnd { // of a link that was dropped where nothing is
    PortRef port; // node 0: none
    bool isOutput = true;
    PortType type = PortType::Any;
};

// The first port of the type that the open end fits; empty: none does.
std::string fittingPort(const NodeType& type, const OpenEnd& end);
// The graph with a new node of the type there, linked to the end as far as it fits; throws Error where that is refused.
Graph withNode(Graph graph, const NodeType& type, QPointF at, const OpenEnd& end);
std::vector<Choice> nodeChoices(GraphView& view, QPointF at, const OpenEnd& end);

}
