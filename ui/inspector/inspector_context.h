// What every part of the inspector works with; all of it outlives them.
#pragma once
#include "ui/common/studio.h"
#include "ui/document/graph_document.h"
#include "ui/inspector/problem_watch.h"

#include <QStringList>

namespace athanor {

// What was typed and run before, and what is known to complete words with.
struct InspectorMemory {
    Graph lastRun; // as it ran, with the seeds drawn
    QStringList prompts; // the latest last
    QStringList completions;
};

struct InspectorContext {
    GraphDocument& document;
    RunState& runs;
    Studio& studio;
    const ProblemWatch& problems;
    const InspectorMemory& memory;
};

}
