#include "inference/formats/run_texts.h"

#include "inference/text/later_syntax.h"

namespace athanor {

namespace {

// Of workflows made from pictures' settings: infotext_graph.cpp and of other programs.
constexpr std::string_view importTexts[] = {"the text holds no settings; all of it is taken as the prompt",
    "not taken over: %1", "not understood: %1", "the sampler %1 is not known here; choose another",
    "the schedule %1 is not known here; choose another",
    "the upscaler %1 is not known here; the picture is resized instead",
    "the noise of RNG %1 is not known here; philox, as a GPU makes it, is taken",
    "it was made from another picture, which the text does not hold: choose it",
    "%1: choose its picture, which the text does not hold", "%1 is %2, no number; the usual one is taken",
    "%1 is %2, but the sampler %3 has none; it is left out", "Seed is %1, no whole number; 0 is taken",
    "Size is %1, not as 512x768; 512x512 is taken",
    "InvokeAI's own graph is not read; the workflow is made of its settings"};

}

std::vector<std::string_view> runTexts()
{
    std::vector<std::string_view> texts(std::begin(importTexts), std::end(importTexts));
    for (int kind = 0; kind < laterSyntaxCount; ++kind)
        texts.push_back(laterSentence(LaterSyntax(kind)));
    return texts;
}

}
