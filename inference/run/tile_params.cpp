#include "inference/run/tile_params.h"

#include "render/error.h"

#include <cstdint>
#include <variant>

namespace athanor {

namespace {

constexpr int64_t usualTile = 512, usualOverlap = 128; // pixels

std::string problem(int64_t tile, int64_t overlap)
{
    if (overlap * 2 <= tile)
        return {};
    return "overlap is " + std::to_string(overlap) + ", at most half of tile, " + std::to_string(tile / 2)
        + ", is possible";
}

int64_t wholeNumber(const Node& node, const char* name, int64_t otherwise)
{
    const auto it = node.params.find(name);
    const auto* value = it == node.params.end() ? nullptr : std::get_if<int64_t>(&it->second);
    return value ? *value : otherwise;
}

}

std::vector<Param> tileParams(std::vector<Param> own)
{
    own.push_back({"tiling", ParamKind::Choice, std::string("auto"),
        "Piece by piece: where memory asks, always, or never; pieces differ slightly from the whole", 0, 0, 1,
        {"auto", "on", "off"}});
    own.push_back({"tile", ParamKind::Int, usualTile, "Pixels a side of a piece; of use in tiles only", 128, 4096, 64});
    own.push_back(
        {"overlap", ParamKind::Int, usualOverlap, "Pixels by which pieces overlap; of use in tiles only", 0, 2048, 8});
    return own;
}

std::string checkTiles(const Node& node)
{
    return problem(wholeNumber(node, "tile", usualTile), wholeNumber(node, "overlap", usualOverlap));
}

TileOptions tileOptions(const NodeRun& run)
{
    const int64_t tile = run.integer("tile"), overlap = run.integer("overlap");
    if (const std::string text = problem(tile, overlap); !text.empty())
        throw Error(ErrorKind::BadArgument, text);
    const std::string& when = run.text("tiling");
    return {when == "on" ? Tiling::On : when == "off" ? Tiling::Off : Tiling::Auto, int(tile), int(overlap)};
}

}
