// A studio without an engine: words for tokens, and the names that it is told.
#pragma once
#include "ui/common/studio.h"

#include <QRegularExpression>

namespace athanor {

class FakeStudio : public Studio {
public:
    qint64 run(const Graph& graph, const QString&) override
    {
        runs.push_back(graph);
        return qint64(runs.size());
    }
    void cancel(qint64) override { }
    void move(qint64, int) override { }
    void setPaused(bool) override { }
    void setPreview(PreviewMode) override { }
    std::vector<QueueEntry> queue() const override { return {}; }

    // Each word is a token, and a chunk takes three.
    TokenCount countTokens(const QString& text, const QString& model) override
    {
        counted << model;
        TokenCount count{.chunk = 3};
        static const QRegularExpression word("\\S+");
        for (auto it = word.globalMatch(text); it.hasNext(); ++count.used) {
            const int at = int(it.next().capturedStart());
            if (count.used > 0 && count.used % count.chunk == 0)
                count.boundaries.push_back(at);
        }
        return count;
    }
    QStringList files(ParamKind kind) const override { return names.value(int(kind)); }

    std::vector<Graph> runs;
    QStringList counted; // the models asked for
    QMap<int, QStringList> names;
};

}
