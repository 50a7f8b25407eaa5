// What a picture file tells of how it was made, for people.
#pragma once
#include "inference/formats/infotext.h"
#include "inference/graph/graph.h"

#include <string>
#include <vector>

namespace athanor {

struct MadeOf {
    std::string maker; // "Athanor", "ComfyUI", "A1111", another program; empty: the file tells nothing
    bool hasWorkflow = false; // one that openWorkflow opens
    Infotext info; // the settings in A1111's words, or the same read off the workflow
    std::vector<std::string> warnings;
};

// Throws FileMissing, or BadFile for what is no picture. A damaged workflow is a warning.
MadeOf howMade(const std::string& path);

// Prompt, negative prompt and settings of the first sampler in the graph.
Infotext infotextOf(const Graph& graph);

}
