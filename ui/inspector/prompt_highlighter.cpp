#include "ui/inspector/prompt_highlighter.h"

#include "ui/inspector/prompt_text.h"

#include <QTextDocument>

#include <algorithm>
#include <cmath>

namespace athanor {

namespace {

constexpr double fullColourAt = 0.3, boldFrom = 1.2; // away from weight 1

QColor between(const QColor& a, const QColor& b, double share)
{
    const auto mix = [share](float from, float to) { return from + float(share) * (to - from); };
    return QColor::fromRgbF(mix(a.redF(), b.redF()), mix(a.greenF(), b.greenF()), mix(a.blueF(), b.blueF()));
}

}

QTextCharFormat weightFormat(double weight, const Theme& theme)
{
    QTextCharFormat format;
    const double share = std::clamp(std::abs(weight - 1) / fullColourAt, 0.0, 1.0);
    format.setForeground(between(theme.text, weight > 1 ? theme.accent : theme.dim, share));
    if (weight >= boldFrom)
        format.setFontWeight(QFont::Bold);
    return format;
}

PromptHighlighter::PromptHighlighter(QTextDocument* document, const Theme& theme)
    : QSyntaxHighlighter(static_cast<QObject*>(document))
    , m_theme(&theme)
{
    // Before the base class is told of a change, so that it finds the marks of the text as it then is.
    connect(document, &QTextDocument::contentsChange, this, &PromptHighlighter::read);
    setDocument(document);
}

void PromptHighlighter::setTheme(const Theme& theme)
{
    m_theme = &theme;
    rehighlight();
}

void PromptHighlighter::read()
{
    m_marks = markText(document()->toPlainText());
}

void PromptHighlighter::highlightBlock(const QString& text)
{
    const int begin = currentBlock().position(), end = begin + int(text.size());
    const auto apply = [&](size_t at, size_t length, const auto& change) {
        const int from = std::max(begin, int(at)), to = std::min(end, int(at + length));
        for (int i = from; i < to; ++i) {
            QTextCharFormat merged = format(i - begin);
            change(merged);
            setFormat(i - begin, 1, merged);
        }
    };
    for (const PromptPiece& mark : m_marks.pieces) {
        if (int(mark.at) >= end || int(mark.at + mark.length) <= begin)
            continue;
        QTextCharFormat format = weightFormat(mark.weight, *m_theme);
        if (mark.kind == PromptPiece::Kind::Break) {
            format = {};
            format.setForeground(m_theme->secondary);
            format.setFontWeight(QFont::Bold);
        }
        apply(mark.at, mark.length, [&](QTextCharFormat& f) { f = format; });
    }
    for (const PromptFault& flaw : m_marks.faults)
        apply(flaw.at, std::max(flaw.length, size_t(1)), [&](QTextCharFormat& format) {
            format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
            format.setUnderlineColor(flaw.kind == PromptFault::Kind::NoNumber ? m_theme->error : m_theme->warning);
        });
}

}
