// What a running workflow tells: the window draws it, the command line prints it.
#pragma once
#include "inference/graph/validate.h"
#include "inference/values/image.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace athanor {

// "4/7": node 7 in subgraph 4.
inline std::string pathText(const NodePath& path)
{
    std::string text;
    for (const NodeId id : path)
        text += (text.empty() ? "" : "/") + std::to_string(id);
    return text;
}

// What is shown of a latent half done: its values as colours, or, which takes longer, the picture through the VAE.
enum class PreviewMode : uint8_t { Off, Latent, Decoded };

struct RunEvent {
    enum class Kind : uint8_t {
        Queued,
        NodeStarted,
        NodeCached, // its result was there already
        Progress,
        Preview,
        Saved,
        Warning,
        Problem, // of one node, or of one value of a list; what does not need it goes on
        NodeDone,
        Done, // the last one, however the run ended
    };

    Kind kind = Kind::Done;
    NodePath node; // from the outermost subgraph inwards; empty: the run as a whole
    std::string title; // of the node: its own, else its type's
    std::string port; // Problem: of the node, where one is to blame
    std::string text; // Progress: what it is doing; Warning, Problem: a sentence; Saved: the path
    int code = 0; // Problem: the ErrorKind as a number
    int done = 0, total = 0; // Progress within the node; total 0: not known
    double share = 0; // of the whole run, 0…1, never less than before
    double seconds = 0; // NodeDone and Done: time taken
    std::vector<std::string> saved; // NodeCached of an output: the files it wrote earlier
    // Preview: as it stands; NodeDone, NodeCached: the first picture or map that the node gives; Saved: what was saved;
    // else null. It may hold the whole of the node's values.
    std::shared_ptr<const RgbImage> picture;
    PreviewMode preview = PreviewMode::Off; // Preview of a latent half done: what the picture is
};

struct RunSummary {
    int executed = 0, cached = 0; // nodes
    std::vector<std::string> saved; // paths in order, those that were there already included
    std::vector<RunEvent> problems;
    bool cancelled = false;
    double seconds = 0;
};

}
