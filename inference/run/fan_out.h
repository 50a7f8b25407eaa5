// One node, once for each value of the lists that come to it: what each run gets, and the lists that the results make.
// The longest list counts; a shorter one repeats its last value, a single value stays the same.
#pragma once
#include "inference/run/node_run.h"
#include "inference/run/result_cache.h"
#include "inference/run/run_plan.h"
#include "render/error.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace athanor {

// No value: in a list, one whose run failed; else one that the node does not give.
bool isMissing(const Value& value);

struct Arguments {
    std::map<std::string, Value, std::less<>> inputs;
    std::map<std::string, ParamValue, std::less<>> params;
};

class FanOut {
public:
    // `come`: what comes over each feed of the step, in their order. Both outlive it.
    FanOut(const Step& step, std::vector<const Value*> come);

    bool isList() const { return m_isList; }
    size_t count() const { return m_count; } // runs; of a list may be 0
    // Nothing if a value that a list has for this run is missing. Throws NodeError for what is not of its port's type
    // or range.
    std::optional<Arguments> arguments(size_t run) const;

private:
    const Value& valueOf(size_t feed, size_t run) const;

    const Step& m_step;
    std::vector<const Value*> m_come;
    size_t m_count = 1;
    bool m_isList = false;
};

// The outputs of the runs of a list as lists; a run that failed is empty. What a run returned as a list is joined.
Values joined(std::vector<Values> runs, size_t outputs);

// An Error at one port of the node that runs.
struct NodeError : Error {
    NodeError(ErrorKind errorKind, std::string_view where, const std::string& message)
        : Error(errorKind, message)
        , port(where)
    {
    }
    std::string port;
};

}
