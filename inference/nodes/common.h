// Small things that several nodes do.
#pragma once
#include "inference/run/memory_plan.h"
#include "inference/run/node_run.h"
#include "render/error.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace athanor {

// Names of a table's rows, for a parameter's choices.
template <class Row> std::vector<std::string_view> namesOf(std::span<const Row> rows)
{
    std::vector<std::string_view> names;
    for (const Row& row : rows)
        names.push_back(row.name);
    return names;
}

// The path that the parameter "file" names.
inline std::string chosenFile(const NodeRun& run, FileKind kind)
{
    if (run.text("file").empty())
        throw Error(ErrorKind::BadArgument, "file: none is chosen");
    return run.host.resolve(kind, run.text("file"));
}

// The same before a run, where the node itself names it.
inline std::optional<std::string> writtenFile(
    RunHost& host, FileKind kind, const std::map<std::string, ParamValue>& params)
{
    const auto at = params.find("file");
    const auto* name = at == params.end() ? nullptr : std::get_if<std::string>(&at->second);
    return name && !name->empty() ? std::optional(host.resolve(kind, *name)) : std::nullopt;
}

inline ModelFile modelFile(const NodeRun& run, const std::string& path)
{
    return {path, run.host.stamp(path), run.host.precision()};
}

inline LoadHooks loadHooks(const NodeRun& run)
{
    return {[&run](double share) { run.progress({int(share * 100), 100, "loading", {}}); }, run.hooks.stop};
}

// A multiple of 8 at or below what the parameter says, with a warning where that is another number.
inline int64_t multipleOf8(const NodeRun& run, std::string_view param)
{
    const int64_t side = run.integer(param), rounded = side / 8 * 8;
    if (rounded != side)
        run.warn(std::string(param) + ' ' + std::to_string(side) + " becomes " + std::to_string(rounded)
            + ": sides are multiples of 8");
    return rounded;
}

// One of a batch, which it keeps.
inline Shared<RgbImage> pictureOf(const Shared<ImageValue>& batch, size_t index)
{
    return {batch, &batch->images[index]};
}

template <class T> Value shared(T value)
{
    return std::make_shared<const T>(std::move(value));
}

}
