#include "ui/document/run_text.h"

#include "inference/formats/run_texts.h"
#include "ui/document/labels.h"

#include <QRegularExpression>

#include <string_view>
#include <vector>

namespace athanor {

namespace {

struct RunSentence {
    std::string_view english;
    QRegularExpression pattern; // with a group for each part
};

// %1, %2, … replaced by what the groups hold, which may hold a % itself.
QString filled(const QString& text, const QRegularExpressionMatch& parts)
{
    QString result;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool isPlace = text[i] == u'%' && i + 1 < text.size() && text[i + 1].isDigit();
        result += isPlace ? parts.captured(text[++i].digitValue()) : QString(text[i]);
    }
    return result;
}

std::vector<RunSentence> makeSentences()
{
    static const QRegularExpression place(QStringLiteral("%\\d"));
    std::vector<RunSentence> sentences;
    for (const std::string_view text : runTexts()) {
        QStringList words = toText(text).split(place);
        for (QString& word : words)
            word = QRegularExpression::escape(word);
        sentences.push_back({text,
            QRegularExpression(QRegularExpression::anchoredPattern(words.join(QStringLiteral("(.*)"))),
                QRegularExpression::DotMatchesEverythingOption)});
    }
    return sentences;
}

}

QString runText(const QString& english)
{
    static const std::vector<RunSentence> sentences = makeSentences();
    for (const RunSentence& sentence : sentences) {
        const QRegularExpressionMatch match = sentence.pattern.match(english);
        if (!match.hasMatch())
            continue;
        return filled(nodeText(sentence.english), match);
    }
    return english;
}

}
