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
    std::function<RgbImage()> preview; // the picture as it stands, made on the device when called; may be empty
    std::function<LatentValue()> latent; // what `preview` guesses from, where it does; else empty
};

struct NodeHooks {
    std::function<void(const NodeProgress&)> onProgress; // may be empty
    std::function<void(const std::string&)> onWarning; // may be empty
    std::function<void(const std::string&)> onSaved; // paths; may be empty
    // Whether anything takes the output in this run; if not, it may be left out (a Value without one). Empty: yes.
    std::function<bool(std::string_view output)> isUsed;
    std::stop_token stop;
};

}
