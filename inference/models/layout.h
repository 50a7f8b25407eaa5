// Holds the tensors of a network's file against what the network needs: names and shapes, no values. Used to find a
// network's configuration and to refuse a file before anything is loaded.
#pragma once
#include "inference/weights/model_files.h"
#include "inference/weights/tensor_roles.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace athanor {

// One network's tensor list, and what was found wrong with it so far.
struct Layout {
    const ModelFiles& files;
    Part part;
    std::vector<std::string> missing = {};
    std::vector<std::string> wrong = {}; // "name: found [4, 3], expected [4, 4]"
    TensorRoles roles = {}; // of all that was asked for, whether it is there or not
};

// "prefix.index".
std::string at(const std::string& prefix, int64_t index);
// One more than the largest N of "<prefix>.N.…".
int64_t blockCount(const Layout& layout, const std::string& prefix);
// Throws Error(BadFile): "the UNet's 5 attention heads do not divide its 8 channels".
void requireDivides(const Layout& layout, int64_t divisor, int64_t number, const char* what, const char* ofWhat);

// Throws Error(BadFile) where attention heads have more channels than the kernels take: "… attention heads of 500
// channels, supported are up to 256".
void requireHeadSize(const Layout& layout, int64_t channels);
// Throws Error(BadFile) unless a network that denoises takes what it predicts, the latent, and what the family gives it
// beside that.
void requirePrediction(const Layout& layout, int inputChannels, int outputChannels);

// Whether any tensor lies at or below `prefix` ("input_blocks.3" does not match "input_blocks.30").
bool has(const Layout& layout, std::string_view prefix);
// One side of a tensor's shape; 0 (and noted as missing) when there is no such tensor or axis.
int64_t side(Layout& layout, const std::string& name, size_t axis);

// Note a tensor that must be there. A 1×1 convolution may be stored as a matrix, and the other way round.
void need(Layout& layout, const std::string& name, std::vector<int64_t> shape, TensorRole role);
void needLinear(Layout& layout, const std::string& name, int64_t outputs, int64_t inputs, bool bias = true);
void needConv(Layout& layout, const std::string& name, int64_t outputs, int64_t inputs, int64_t kernel);
void needNorm(Layout& layout, const std::string& name, int64_t channels);

// Throws Error(BadFile) naming the part, the first five tensors that are missing or wrong, and their number.
void refuseBroken(const Layout& layout);

// Tells once which tensors of the part nobody asked for. warnings may be null.
void tellExtra(const Layout& layout, std::vector<std::string>* warnings);

// A whole number that shapes cannot tell: from the file's metadata, else from the part's config.json, else `standard`.
// Throws Error(BadFile) when it is not a whole number from 1 to 65,536.
int64_t setting(const ModelFiles& files, Part part, const std::string& metadataKey,
    std::initializer_list<const char*> configKeys, int64_t standard);

}
