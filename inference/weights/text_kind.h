// The kinds of networks that read prompts.
#pragma once

namespace athanor {

enum class TextKind { Clip, T5 };

// One that a family reads prompts with and that was left out: it counts as zeros, of CLIP's so many for each token and
// for the whole prompt.
struct AbsentText {
    TextKind kind = TextKind::Clip;
    int width = 0, pooledWidth = 0;
};

}
