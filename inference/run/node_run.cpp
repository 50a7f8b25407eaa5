#include "inference/run/node_run.h"

#include "render/error.h"

#include <cassert>
#include <variant>

namespace athanor {

NodeRun::NodeRun(RunHost& runHost, std::map<std::string, Value, std::less<>> inputs,
    std::map<std::string, ParamValue, std::less<>> params, NodeHooks runHooks)
    : host(runHost)
    , hooks(std::move(runHooks))
    , inputs_(std::move(inputs))
    , params_(std::move(params))
{
}

bool NodeRun::has(std::string_view input) const
{
    return inputs_.contains(input);
}

const Value& NodeRun::value(std::string_view input) const
{
    const auto it = inputs_.find(input);
    assert(it != inputs_.end() && "the node type has no such input, or it is optional and not linked");
    return it->second;
}

const ParamValue& NodeRun::param(std::string_view name) const
{
    const auto it = params_.find(name);
    assert(it != params_.end() && "the node type has no such parameter");
    return it->second;
}

bool NodeRun::boolean(std::string_view name) const
{
    return std::get<bool>(param(name));
}

int64_t NodeRun::integer(std::string_view name) const
{
    return std::get<int64_t>(param(name));
}

double NodeRun::number(std::string_view name) const
{
    const ParamValue& value = param(name);
    if (const auto* whole = std::get_if<int64_t>(&value))
        return double(*whole);
    return std::get<double>(value);
}

uint64_t NodeRun::seed(std::string_view name) const
{
    const ParamValue& value = param(name);
    if (const auto* small = std::get_if<int64_t>(&value))
        return uint64_t(*small);
    return std::get<uint64_t>(value);
}

const std::string& NodeRun::text(std::string_view name) const
{
    return std::get<std::string>(param(name));
}

void NodeRun::progress(NodeProgress progress) const
{
    if (hooks.onProgress)
        hooks.onProgress(progress);
}

void NodeRun::warn(const std::string& text) const
{
    if (hooks.onWarning)
        hooks.onWarning(text);
}

void NodeRun::saved(const std::string& path, const Shared<RgbImage>& picture) const
{
    if (hooks.onSaved)
        hooks.onSaved(path, picture);
}

void NodeRun::throwIfStopped() const
{
    if (hooks.stop.stop_requested())
        throw Error(ErrorKind::Cancelled, "cancelled");
}

}
