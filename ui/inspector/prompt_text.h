// Prompts as the editor handles them: with UTF-16 positions, and weights changed in place.
#pragma once
#include "inference/formats/prompt_marks.h"

#include <QString>

namespace athanor {

// markPrompt with positions and lengths in UTF-16 units.
LexedPrompt markText(const QString& text);

// What an editor shows: a text and what is selected in it, start ≤ end.
struct PromptSelection {
    QString text;
    int start = 0, end = 0;
    bool operator==(const PromptSelection&) const = default;
};

// The weight of what is selected, or else of the brackets or the word at the cursor, changed by so much. Brackets
// around exactly that become one pair with a number; at weight 1 they go. Unchanged if there is nothing to weigh, or if
// brackets in the selection lack their other half.
PromptSelection withWeight(PromptSelection prompt, double by);

}
