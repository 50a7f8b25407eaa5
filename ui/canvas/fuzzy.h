// Finding by a few letters: "ldck" finds "Load checkpoint".
#pragma once
#include <QString>

namespace athanor {

// How well the letters, in their order, are found in the text, without regard to case; the more the better, above all
// at beginnings of words and side by side. Below 0: not all of them are there. Nothing typed: 0.
int fuzzyScore(const QString& typed, const QString& text);

}
