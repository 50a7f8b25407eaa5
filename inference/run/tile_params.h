// The parameters by which nodes run a VAE in tiles.
#pragma once
#include "inference/diffusion/latent_codec.h"
#include "inference/run/node_run.h"

#include <string>
#include <vector>

namespace athanor {

std::vector<Param> tileParams(std::vector<Param> own = {}); // behind the node's own
std::string checkTiles(const Node& node); // as NodeType::check
TileOptions tileOptions(const NodeRun& run); // throws Error(BadArgument) where checkTiles finds something

}
