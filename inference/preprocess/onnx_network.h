// A network of an ONNX file, run on the processor by OpenCV. What goes in and what comes out is the business of those
// who know the network: the other files of this folder.
#pragma once
#include "inference/preprocess/onnx_file.h"

#include <cstdint>
#include <memory>
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
    // four sides, or with what this OpenCV does not know.
    explicit OnnxNetwork(const std::string& path);
    ~OnnxNetwork();
    OnnxNetwork(OnnxNetwork&&) noexcept;

    const std::string& path() const;
    uint64_t bytes() const; // of its file
    const std::vector<int64_t>& inputShape() const; // four sides, 0 where free
    const std::vector<OnnxPort>& outputs() const;

    // The outputs of these names, or without names all in the file's order. Throws Error(BadFile) where the network
    // takes another input or has no such output.
    std::vector<NetArray> run(const NetArray& input, const std::vector<std::string>& wanted = {});

    // For checks of what the others expect: Error(BadFile) "path: this is not …".
    [[noreturn]] void refuse(const std::string& sentence) const;

private:
    struct Impl;
    std::unique_ptr<Impl> m;
};

}
