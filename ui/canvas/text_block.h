// Prompts as they are read: without the signs of their weights, wrapped into a few lines.
#pragma once
#include "ui/canvas/node_face.h"

#include <vector>

namespace athanor {

struct PromptRun {
    QString text;
    int weight = 0; // -1 lowered, 0 plain, 1 raised
    bool operator==(const PromptRun&) const = default;
};

// "a (red:1.3) [old] \(x\)" → "a ", raised "red", " ", lowered "old", " (x)". Brackets without their pair stay.
std::vector<PromptRun> promptRuns(const QString& prompt);

// At most `lines` lines of `width`, the last one ending in "…" where there is more; from the top left corner `at`.
std::vector<TextPiece> wrapped(
    const std::vector<PromptRun>& runs, QPointF at, double width, int lines, const CanvasFonts& fonts);

}
