#include "ui/canvas/fuzzy.h"

#include <algorithm>
#include <vector>

namespace athanor {

namespace {

constexpr int none = -1'000'000;

int letterScore(const QString& text, qsizetype at)
{
    constexpr int found = 1, atWord = 8, atStart = 12;
    if (at == 0)
        return atStart;
    return text[at - 1].isLetterOrNumber() ? found : atWord;
}

}

int fuzzyScore(const QString& typed, const QString& text)
{
    constexpr int sideBySide = 6;
    const QString letters = typed.simplified().remove(' ').toLower(), in = text.toLower();
    if (letters.isEmpty())
        return 0;
    // best[i]: of the letters up to now, the last of them at i
    std::vector<int> best(size_t(in.size()), none), next(best);
    for (qsizetype l = 0; l < letters.size(); ++l) {
        int before = l == 0 ? 0 : none; // the best that ends left of i
        for (qsizetype i = 0; i < in.size(); ++i) {
            next[size_t(i)] = none;
            if (in[i] == letters[l] && before > none)
                next[size_t(i)] = before + letterScore(in, i);
            if (in[i] == letters[l] && l > 0 && i > 0 && best[size_t(i - 1)] > none)
                next[size_t(i)] = std::max(next[size_t(i)], best[size_t(i - 1)] + letterScore(in, i) + sideBySide);
            if (l > 0)
                before = std::max(before, best[size_t(i)]);
        }
        std::swap(best, next);
    }
    const int score = in.isEmpty() ? none : *std::ranges::max_element(best);
    return score == none ? -1 : std::max(0, score * 8 - int(std::min<qsizetype>(in.size(), 64)) / 4);
}

}
