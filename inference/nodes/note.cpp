#include "inference/graph/node_type.h"

namespace athanor {

NodeType noteNode()
{
    return {
        .id = "note",
        .title = "Note",
        .category = "Flow",
        .text = "Words for whoever reads the workflow; it does nothing.",
        .params = {{"text", ParamKind::Prompt, std::string(), "Any text"}},
    };
}

}
