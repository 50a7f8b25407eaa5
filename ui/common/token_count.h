// How long a prompt is in the model's eyes.
#pragma once
#include <vector>

namespace athanor {

struct TokenCount {
    int used = 0; // without the begin and end tokens
    int chunk = 75; // tokens that one chunk takes
    std::vector<int> boundaries; // UTF-16 positions in the text at which a further chunk begins
};

}
