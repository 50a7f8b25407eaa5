// One run of one node: its inputs and parameters, and the way back for progress, previews and warnings.
#pragma once
#include "inference/pipeline/node_type.h"
#include "inference/pipeline/run_host.h"
#include "inference/pipeline/value.h"

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>

namespace athanor {

struct NodeProgress {
    int done = 0, total = 0; // total 0: not known
    std::string text; // what it is doing; may be empty
    std::function<RgbImage()> preview; // the picture as it stands, made on the device when called; may be empty
    std::function<LatentValue()> latent; // what `preview` guesses from, where it does; else empty
};

struct NodeHooks {
    std::function<void(const NodeProgress&)> onProgress; // may be empty
    std::function<void(const std::string&)> onWarning; // may be empty
    std::function<void(const std::string&)> onSaved; // paths; may be empty
    std::function<bool(std::string_view output)> isUsed; // whether anything takes it in this run; empty: yes
    std::stop_token stop;
};

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
    void saved(const std::string& path) const;
    void throwIfStopped() const; // Error(Cancelled)

private:
    const ParamValue& param(std::string_view name) const;

    std::map<std::string, Value, std::less<>> inputs_;
    std::map<std::string, ParamValue, std::less<>> params_;
};

}
