// Which prompts a node gets, and which model reads a prompt: both found by walking up the links.
#pragma once
#include "ui/inspector/param_target.h"

#include <QString>

#include <string>
#include <vector>

namespace athanor {

struct PromptSource {
    NodeId node = 0;
    std::string param;
    QString title; // the node's, or what it is for: "Positive"
};

// The prompts behind the conditioning inputs of the node, first those of its first input. At most eight.
std::vector<PromptSource> promptsOf(const Graph& body, const Links& links, NodeId node);

// The node whose prompts are worth showing when nothing is chosen: the first one that samples. 0: none.
NodeId mainNode(const Graph& body);

// The file of the model that reads the node's prompt; empty: not known.
QString modelReading(const Graph& body, const Links& links, NodeId node);

}
