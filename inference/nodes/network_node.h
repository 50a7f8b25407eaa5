// What the nodes have in common that look at pictures through networks, the user's or the one of the starter model.
#pragma once
#include "inference/nodes/preprocess_node.h"
#include "inference/preprocess/starter_estimators.h"
#include "inference/values/resample.h"
#include "inference/weights/printable.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace athanor {

// The starter model's network is looked for last.
inline std::vector<NetworkFile> withStarter(std::vector<NetworkFile> networks)
{
    networks.push_back({starterEstimators, "it comes with the program"});
    return networks;
}

inline std::string howToGet(const NodeRun& run, const NetworkFile& network)
{
    const std::string folder = run.host.modelsFolder();
    return "put " + std::string(network.name) + " (" + std::string(network.project) + ") into "
        + (folder.empty() ? "the folder " + networksFolder + " of your models"
                          : printable(folder + '/' + networksFolder, 1'000));
}

inline std::shared_ptr<OnnxNetwork> keptNetwork(const NodeRun& run, const std::string& path)
{
    std::shared_ptr<OnnxNetwork> network = run.host.models().onnx(path, run.host.stamp(path));
    network->stopBy(run.hooks.stop);
    return network;
}

struct FoundNetwork {
    std::shared_ptr<OnnxNetwork> network; // kept loaded while it is in use
    std::string_view name; // of NetworkFile
    bool isStarter = false;
};

// The first of the node's networks that is there. A warning says that the starter model's is only a stand-in.
// Throws Error(FileMissing) where there is none.
inline FoundNetwork findNetwork(const NodeRun& run, const std::vector<NetworkFile>& networks)
{
    for (const NetworkFile& network : networks) {
        const std::string path = run.host.findNetwork(network.name);
        if (path.empty())
            continue;
        const bool isStarter = network.name == starterEstimators;
        if (isStarter)
            run.warn("the network in use knows only scenes of the starter model; for other pictures "
                + howToGet(run, networks.front()));
        return {keptNetwork(run, path), network.name, isStarter};
    }
    throw Error(ErrorKind::FileMissing, "this needs a network that is not here: " + howToGet(run, networks.front()));
}

// Sides that suit networks, where the parameter "resolution" is 0 and pictures are larger.
constexpr int usualSide = 512; // what most were trained at
constexpr int starterSide = 256; // what the starter model's was trained at
constexpr int starterLinesSide = 1024; // its lines are finer where it sees more

// The map at the parameter "resolution"; 0: of the picture's size, seen with at most `side` pixels on the shorter side,
// or with side 0 as it is.
inline RgbImage networkMap(const NodeRun& run, const RgbImage& image, int side, const Preprocess& map)
{
    constexpr int64_t mostPixels = 8 << 20; // what a network's layers take grows with them
    const int resolution = int(run.integer("resolution"));
    const int shorter = std::min(image.width, image.height);
    const int64_t wanted = resolution ? resolution : std::min(side, shorter);
    if (shorter > 0 && wanted * wanted * std::max(image.width, image.height) / shorter > mostPixels)
        throw Error(ErrorKind::BadArgument,
            "the network would see more than " + std::to_string(mostPixels) + " pixels; take a lower resolution");
    if (resolution)
        return atResolution(image, resolution, map);
    if (side == 0 || shorter <= side)
        return map(image);
    const Size size = wantedSize({image.width, image.height}, {}, double(side) / shorter);
    return resampled(map(resampled(image, int(size.width), int(size.height), Resample::Area)), image.width,
        image.height, Resample::Bilinear);
}

// How a map comes to be, and with how many pixels on the shorter side the network looks at most (networkMap).
struct NetworkMaps {
    int side = usualSide;
    std::function<RgbImage(OnnxNetwork&, const RgbImage&)> map;
};

inline Values networkMaps(NodeRun& run, FoundNetwork found, const NetworkMaps& users, const NetworkMaps& starters)
{
    const NetworkMaps& chosen = found.isStarter ? starters : users;
    ImageValue maps;
    eachOnWhite(run, [&](const RgbImage& image) {
        maps.images.push_back(networkMap(
            run, image, chosen.side, [&](const RgbImage& seen) { return chosen.map(*found.network, seen); }));
    });
    return {shared(std::move(maps))};
}

inline NetworkMaps starterMaps(const char* head, int side)
{
    return {side, [head](OnnxNetwork& network, const RgbImage& image) { return starterMap(network, image, head); }};
}

}
