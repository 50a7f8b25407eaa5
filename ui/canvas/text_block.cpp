#include "ui/canvas/text_block.h"

#include "inference/formats/prompt_marks.h"

#include <QFontMetricsF>
#include <QRegularExpression>

namespace athanor {

namespace {

constexpr qsizetype mostShown = 400; // characters; more never fit into a block

TextPiece::Look lookOf(int weight)
{
    return weight > 0 ? TextPiece::Look::Raised : weight < 0 ? TextPiece::Look::Lowered : TextPiece::Look::Plain;
}

struct Word {
    QString text; // with the space behind it
    int weight;
};

std::vector<Word> wordsOf(const std::vector<PromptRun>& runs)
{
    static const QRegularExpression word(R"(\S+\s*|\s+)");
    std::vector<Word> words;
    for (const PromptRun& run : runs)
        for (auto it = word.globalMatch(run.text); it.hasNext();)
            words.push_back({it.next().captured(), run.weight});
    return words;
}

}

std::vector<PromptRun> promptRuns(const QString& prompt)
{
    const QByteArray text = prompt.left(mostShown).simplified().toUtf8();
    std::vector<PromptRun> runs;
    for (const PromptPiece& mark : markPrompt({text.constData(), size_t(text.size())}).pieces) {
        if (mark.kind != PromptPiece::Kind::Text || mark.length == 0)
            continue;
        const int weight = mark.weight > 1.001 ? 1 : mark.weight < 0.999 ? -1 : 0;
        if (runs.empty() || runs.back().weight != weight)
            runs.push_back({{}, weight});
        runs.back().text += QString::fromUtf8(text.mid(qsizetype(mark.at), qsizetype(mark.length)));
    }
    return runs;
}

std::vector<TextPiece> wrapped(
    const std::vector<PromptRun>& runs, QPointF at, double width, int lines, const CanvasFonts& fonts)
{
    const QFontMetricsF plain(fonts.text), strong(fonts.strong);
    const double ascent = (canvas::lineHeight + plain.ascent() - plain.descent()) / 2;
    std::vector<TextPiece> pieces;
    double x = 0;
    int line = 0;
    for (const Word& word : wordsOf(runs)) {
        const QFontMetricsF& metrics = word.weight > 0 ? strong : plain;
        const double wordWidth = metrics.horizontalAdvance(word.text.trimmed());
        const bool isLast = line == lines - 1;
        const bool stands = x > 0 && pieces.back().text.endsWith(u' '); // not "," behind a weighed word
        if (stands && x + wordWidth > width - (isLast ? plain.horizontalAdvance(u'…') : 0)) {
            if (isLast) {
                pieces.back().text = pieces.back().text.trimmed() + u'…';
                break;
            }
            x = 0;
            ++line;
        }
        const QPointF place = at + QPointF(x, line * canvas::lineHeight + ascent);
        if (x > 0 && pieces.back().look == lookOf(word.weight))
            pieces.back().text += word.text;
        else
            pieces.push_back({place, metrics.elidedText(word.text, Qt::ElideRight, width), lookOf(word.weight)});
        x += metrics.horizontalAdvance(word.text);
    }
    return pieces;
}

}
