// A network of an ONNX file, run on the processor by OpenCV, which sees only what onnx_plan.h has checked. What goes in
// and what comes out is the business of those who know the network: the other files of this folder.
#pragma once
#include "inference/networks/onnx_file.h"
#include "inference/networks/watched.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace athanor {

struct NetArray {
    std::vector<int> shape; // usually 1 × channels × height × width
    std::vector<float> values;
};

class OnnxNetwork {
public:
    // Throws Error(FileMissing), or BadFile with the path: larger than maxOnnxBytes, damaged, not with one input of
    // four sides, or, where these are fixed, with steps that do not fit together or that this OpenCV does not know.
    explicit OnnxNetwork(const std::string& path);
    ~OnnxNetwork();
    OnnxNetwork(OnnxNetwork&&) noexcept;

    const std::string& path() const;
    uint64_t bytes() const; // of its file
    const std::vector<int64_t>& inputShape() const; // four sides, 0 where free
    const std::vector<OnnxPort>& outputs() const;

    // What ends a run before its time; and how long one may take at all.
    void stopBy(std::stop_token stop);
    void limit(const WatchLimits& limits);

    // The outputs of these names, or without names all in the file's order. Throws Error(BadFile) where the network
    // takes another input, has no such output, does not fit together for this input, or takes longer than it may;
    // Error(Cancelled) where it was stopped.
    std::vector<NetArray> run(const NetArray& input, const std::vector<std::string>& wanted = {});

    // For checks of what the others expect: Error(BadFile) "path: this is not …".
    [[noreturn]] void refuse(const std::string& sentence) const;

private:
    struct Impl;
    std::shared_ptr<Impl> m; // shared with a run that does not end
};

}
