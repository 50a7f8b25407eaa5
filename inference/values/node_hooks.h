// The way back from what works for a node: progress, previews, warnings; and the wish to stop.
#pragma once
#include "inference/values/value.h"

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace athanor {

struct NodeProgress {
    int done = 0, total = 0; // total 0: not known
    std::string text; // what it is doing; may be empty
    // Of a latent half done: its values as colours, and the first of the batch; else empty.
    std::function<RgbImage()> preview;
    std::function<LatentValue()> latent;
    Shared<RgbImage> picture; // that the node shows; may be null
};

struct NodeHooks {
    std::function<void(const NodeProgress&)> onProgress; // may be empty
    std::function<void(const std::string&)> onWarning; // may be empty
    std::function<void(const std::string& path, const Shared<RgbImage>& picture)> onSaved; // may be empty
    // Whether anything takes the output in this run; if not, it may be left out (a Value without one). Empty: yes.
    std::function<bool(std::string_view output)> isUsed;
    std::stop_token stop;
};

}
