// Colours of a prompt: what counts more is nearer to the accent, what counts less dimmer, flaws are underlined.
#pragma once
#include "inference/formats/prompt_marks.h"
#include "ui/common/theme.h"

#include <QSyntaxHighlighter>

namespace athanor {

class PromptHighlighter : public QSyntaxHighlighter {
    Q_OBJECT
public:
    PromptHighlighter(QTextDocument* document, const Theme& theme);
    void setTheme(const Theme& theme);
    const LexedPrompt& marks() const { return m_marks; } // of the document as it is, in UTF-16 positions

protected:
    void highlightBlock(const QString& text) override;

private:
    void read();

    const Theme* m_theme;
    LexedPrompt m_marks;
};

// Of a part with the weight.
QTextCharFormat weightFormat(double weight, const Theme& theme);

}
