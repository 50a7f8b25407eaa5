#include "inference/formats/lora_nodes.h"

#include <utility>

namespace athanor {

NodeId addLoras(Graph& graph, NodeId checkpoint, const std::vector<NamedLora>& loras)
{
    NodeId last = checkpoint;
    for (const NamedLora& lora : loras) {
        const NodeId id = graph.nextId++;
        Node node{.type = "load_lora"};
        node.params = {{"file", lora.name}, {"model_strength", lora.strength}, {"text_strength", lora.textStrength}};
        graph.nodes.emplace(id, std::move(node));
        for (const char* port : {"model", "text_encoder"})
            graph.links.emplace(graph.nextId++, Link{{last, port}, {id, port}});
        last = id;
    }
    return last;
}

}
