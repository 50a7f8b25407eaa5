// Opens what holds a workflow: Athanor's own JSON, ComfyUI's, and pictures that carry either, or the settings of
// a program whose format inference/formats knows.
#pragma once
#include "inference/graph/workflow_json.h"

#include <string>

namespace athanor {

struct OpenedWorkflow {
    LoadedWorkflow loaded;
    bool fromPicture = false; // made by who knows whom: it may name files in the usual folders only
};

// Told apart by content. Of the texts of a picture the one that tells most, or with a warning the next where that is
// damaged. Throws FileMissing, or BadFile when the file holds no workflow or only damaged ones.
OpenedWorkflow openWorkflow(const std::string& path);

// One of those that come with the program: "text-to-image".
Graph builtInWorkflow(const std::string& name);

}
