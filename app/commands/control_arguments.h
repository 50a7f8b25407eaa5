// What --control and --control-map of "generate" say, and what serves it: which preprocessor makes the map, which
// ControlNet reads it.
#pragma once
#include "inference/graph/graph.h"
#include "inference/values/resample.h"
#include "inference/weights/family.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

struct ControlArgument {
    std::string kind; // "canny", "pose", …; or the path of a ControlNet
    std::string picture; // its path
    bool isMap = false; // the picture is a map already
    double strength = 1, start = 0, end = 1;
    std::string mode = "balanced", resizeMode = "crop"; // as apply_controlnet has them
};

std::string controlKinds(); // "canny, lineart, …"

// "canny:in.png", "canny:in.png:0.8" or "canny:in.png:0.8:0:0.5"; both paths may have colons in them.
// Throws Error(BadArgument).
ControlArgument parseControl(std::string_view option, const std::string& text);

struct ControlPlan {
    std::string file; // of the ControlNet, as a node names it
    std::string node; // that makes the map; empty: the picture is it
    std::map<std::string, ParamValue> params; // of that node, besides its defaults
};

// isStarter: the model to steer, which is of this family, is the one that comes with the program. folders: of models,
// the user's first. Throws Error(FileMissing) saying which ControlNet to put where, BadArgument where a path does not
// tell its kind of map.
ControlPlan planControl(
    const ControlArgument& control, bool isStarter, Architecture family, const std::vector<std::string>& folders);

// Pixels of the shorter side at which the map of a picture is made for a run of this size, so that it comes out at the
// run's own size, as A1111's ControlNet extension does with "Pixel Perfect"; 0: of the picture as it is, where it is no
// larger than the run.
int mapResolution(Size picture, Size run, std::string_view resizeMode);

// The graph with a ControlNet between its prompts and its sampler, after those that are there.
struct Steered {
    PortRef positive, negative; // outputs that the sampler takes
};
Steered addControl(
    Graph& graph, const ControlArgument& control, const ControlPlan& plan, const Steered& from, NodeId checkpoint);

}
