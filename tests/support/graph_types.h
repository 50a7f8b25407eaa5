// Node types for tests of graphs, which so do not depend on what the program offers, and graphs of them.
#pragma once
#include "inference/graph/graph_edit.h"

namespace athanor {

// picture → image; blur image → image; blend a, b, mask? → image; encode image → latent; decode latent → image;
// number → value; cut image → image, mask; switch a?, b? → output; reroute input → output; show image, an output.
const NodeType* testType(std::string_view id);

// A node of one of these, with its defaults written out.
Node testNode(std::string_view type);

// picture (1) → blur (2) → show (3), links 4 and 5.
Graph smallGraph();

// The texts of all problems, one a line.
std::string problemsOf(const Graph& graph);

// A first picture, `nodes` − 2 blurs each after the one before, a show.
Graph chain(int64_t nodes, std::string_view middle = "blur");
// A picture that feeds all other nodes, which show it.
Graph fan(int64_t nodes);

}
