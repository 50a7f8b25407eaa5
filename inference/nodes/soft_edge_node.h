// What the nodes have in common that draw soft edges.
#pragma once
#include "inference/nodes/network_node.h"
#include "inference/preprocess/soft_edges.h"

#include <functional>
#include <vector>

namespace athanor {

inline Param safeParam()
{
    return {"safe", ParamKind::Bool, false, "In three shades only, which hide traces of the picture"};
}

// The edges by the user's network, or else the starter model's, "safe" where that is asked for.
inline Values softEdgeMaps(NodeRun& run, const std::vector<NetworkFile>& networks,
    const std::function<RgbImage(OnnxNetwork&, const RgbImage&)>& users)
{
    const auto stepped = [&](const NetworkMaps& maps) {
        return NetworkMaps{maps.side, [&run, map = maps.map](OnnxNetwork& network, const RgbImage& image) {
                               RgbImage edges = map(network, image);
                               return run.boolean("safe") ? safeSteps(std::move(edges)) : edges;
                           }};
    };
    return networkMaps(run, findNetwork(run, networks), stepped({usualSide, users}),
        stepped(starterMaps("softedge", starterLinesSide)));
}

}
