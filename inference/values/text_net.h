// The networks that read prompts, whichever they are.
#pragma once
#include "inference/models/clip_text.h"
#include "inference/models/t5_text.h"
#include "inference/values/value.h"

#include <variant>

namespace athanor {

// Null of one that is absent.
inline const Weights* weightsOf(const TextNet& net)
{
    if (const auto* clip = std::get_if<ClipNet>(&net))
        return &clip->text->weights;
    const auto* t5 = std::get_if<T5Net>(&net);
    return t5 ? &t5->text->weights : nullptr;
}

// Null of any other kind.
inline const ClipText* clipOf(const TextNet& net)
{
    const auto* clip = std::get_if<ClipNet>(&net);
    return clip ? clip->text.get() : nullptr;
}

}
