#include "inference/graph/node_type.h"

namespace athanor {

NodeType rerouteNode()
{
    return {
        .id = "reroute",
        .title = "Reroute",
        .category = "Flow",
        .text = "A bend in a link.",
        .inputs = {{"value", PortType::Any, "Anything"}},
        .outputs = {{"value", PortType::Any, "The same"}},
    };
}

}
