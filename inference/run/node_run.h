// One run of one node: its inputs and parameters, and the way back for progress, previews and warnings.
#pragma once
#include "inference/graph/node_type.h"
#include "inference/run/run_host.h"
#include "inference/values/node_hooks.h"
#include "inference/values/value.h"

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>

namespace athanor {

class NodeRun {
public:
    // inputs: by port name, those not linked absent; params: by name, linked ones already replaced, all present.
    NodeRun(RunHost& host, std::map<std::string, Value, std::less<>> inputs,
        std::map<std::string, ParamValue, std::less<>> params, NodeHooks hooks);

    RunHost& host;
    const NodeHooks hooks;

    bool has(std::string_view input) const;
    // The executor has checked that required inputs are there and of their type.
    template <class T> const T& input(std::string_view name) const { return *std::get<Shared<T>>(value(name)); }
    const Value& value(std::string_view input) const;

    bool boolean(std::string_view param) const;
    int64_t integer(std::string_view param) const;
    double number(std::string_view param) const; // whole numbers too
    uint64_t seed(std::string_view param) const;
    const std::string& text(std::string_view param) const;

    void progress(NodeProgress progress) const;
    void warn(const std::string& text) const;
    void saved(const std::string& path, const Shared<RgbImage>& picture) const;
    void throwIfStopped() const; // Error(Cancelled)

private:
    const ParamValue& param(std::string_view name) const;

    std::map<std::string, Value, std::less<>> inputs_;
    std::map<std::string, ParamValue, std::less<>> params_;
};

}
