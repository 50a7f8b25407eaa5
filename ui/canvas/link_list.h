// Linking without a mouse: a list of all links that the ports of a node could have.
#pragma once
#include "ui/canvas/choice_popup.h"
#include "ui/canvas/graph_scene.h"

#include <vector>

namespace athanor {

class GraphView;

std::vector<Choice> linkChoices(GraphView& view, NodeId node);
void listLinks(GraphView& view, NodeId node);

}
