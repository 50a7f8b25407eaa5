// The runs of this session: how far the one in progress is, and what came of those before.
#pragma once
#include "ui/common/studio.h"

#include <QElapsedTimer>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace athanor {

struct FinishedRun {
    enum class Outcome : uint8_t { Done, Unchanged, Failed, Cancelled };
    qint64 run = 0;
    QString title;
    Graph graph;
    Outcome outcome = Outcome::Done;
    QString problem; // Failed: the first
    QImage picture; // the last it made, small; may be null
    QString file; // of that picture; empty: in none
    double seconds = 0;
    size_t graphBytes = 0; // of the graph, about
};

struct RunProgress {
    qint64 run = 0; // 0: none runs
    double share = 0; // of the whole
    QString what; // "Sampler"
    int step = 0, steps = 0; // of the node that runs; 0: not known
    std::optional<double> secondsPerStep, secondsLeft; // of that node, as far as it can be told
};

class Runs : public QObject {
    Q_OBJECT
public:
    explicit Runs(Studio& studio, QObject* parent = nullptr);

    qint64 start(const Graph& graph, const QString& title);
    void setPaused(bool paused);
    bool isPaused() const { return m_paused; }
    void cancelCurrent();
    void cancelAll();

    const RunProgress& progress() const { return m_progress; }
    std::vector<QueueEntry> queue() const { return m_studio.queue(); }
    const std::deque<FinishedRun>& finished() const { return m_finished; } // the latest first
    const Graph* graphOf(qint64 run) const; // of one that waits, runs or is finished
    void forget(qint64 run); // a finished one
    // The latest have pictures of 512 pixels a side at most, the others of thumbnailSide. Fewer than maxFinished are
    // kept where their workflows are large.
    static constexpr size_t maxFinished = 200, maxWhole = 8;
    static constexpr int wholeSide = 512, thumbnailSide = 72;
    static constexpr size_t mostBytes = 64 << 20;
    size_t finishedBytes() const; // of pictures and workflows, about

signals:
    void progressed();
    void pausedChanged();
    void ended(qint64 run); // already in finished()
    void finishedChanged();

private:
    void take(const RunMessage& message);
    void takeStep(const RunEvent& event);
    void end(const RunMessage& message);
    void boundFinished();
    double secondsOfStep() const; // spent in it so far, pauses left out

    Studio& m_studio;
    RunProgress m_progress;
    std::deque<FinishedRun> m_finished;
    std::map<qint64, FinishedRun> m_pending; // those that wait or run
    bool m_paused = false;
    QElapsedTimer m_clock, m_pause; // since the node's first step; since the pause began
    qint64 m_pausedTime = 0; // ms of the node's time
    int m_firstStep = 0;
    NodePath m_node;
};

// For run `index` of a batch: each seed that is not linked higher by that, those to be drawn anew drawn.
Graph batchGraph(Graph graph, int index);

QString durationText(double seconds); // "0.41 s", "3 s", "2:05 min"

}
