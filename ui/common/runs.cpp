#include "ui/common/runs.h"

#include "inference/graph/graph_edit.h"
#include "inference/graph/graph_links.h"

#include <QRandomGenerator>

#include <algorithm>
#include <string>
#include <variant>

namespace athanor {

namespace {

using Kind = RunEvent::Kind;
constexpr int cancelledCode = 8; // as ErrorKind::Cancelled

size_t bytesOf(const Graph& graph)
{
    size_t bytes = graph.links.size() * (sizeof(Link) + 64);
    for (const auto& [id, node] : graph.nodes) {
        bytes += sizeof(Node) + 64 + node.title.size() + node.foreign.size();
        for (const auto& [name, value] : node.params) {
            const auto* text = std::get_if<std::string>(&value);
            bytes += 64 + sizeof(ParamValue) + (text ? text->size() : 0);
        }
        if (node.subgraph)
            bytes += bytesOf(*node.subgraph->body);
    }
    return bytes;
}

QImage within(const QImage& picture, int side)
{
    if (picture.width() <= side && picture.height() <= side)
        return picture;
    return picture.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

ParamValue plus(const ParamValue& seed, uint64_t more)
{
    const auto* small = std::get_if<int64_t>(&seed);
    const auto* large = std::get_if<uint64_t>(&seed);
    return wholeValue((small ? uint64_t(*small) : large ? *large : 0) + more); // wraps, as the engine's does
}

}

Graph batchGraph(Graph graph, int index)
{
    const Links links(graph);
    for (auto& [id, node] : graph.nodes) {
        const NodeType* type = findNodeType(node.type);
        for (size_t i = 0; type && i < type->params.size(); ++i) {
            const Param& param = type->params[i];
            if (param.kind != ParamKind::Seed || links.into(id, param.name))
                continue;
            ParamValue& value = node.params.try_emplace(std::string(param.name), param.value).first->second;
            value = plus(value, uint64_t(index));
        }
    }
    return withDrawnSeeds(std::move(graph), [] { return uint64_t(QRandomGenerator::global()->generate()); });
}

Runs::Runs(Studio& studio, QObject* parent)
    : QObject(parent)
    , m_studio(studio)
{
    connect(&studio, &Studio::message, this, &Runs::take);
}

qint64 Runs::start(const Graph& graph, const QString& title)
{
    const qint64 run = m_studio.run(graph, title);
    FinishedRun& pending = m_pending[run];
    pending.run = run;
    pending.title = title;
    pending.graph = graph;
    return run;
}

void Runs::setPaused(bool paused)
{
    if (paused == m_paused)
        return;
    m_paused = paused;
    if (paused)
        m_pause.start();
    else
        m_pausedTime += m_pause.elapsed();
    m_studio.setPaused(paused);
    emit pausedChanged();
}

void Runs::cancelCurrent()
{
    const std::vector<QueueEntry> runs = m_studio.queue();
    if (m_progress.run != 0) // as the user saw it, though the next may have begun
        m_studio.cancel(m_progress.run);
    else if (!runs.empty())
        m_studio.cancel(runs.front().run);
    setPaused(false);
}

void Runs::cancelAll()
{
    for (const QueueEntry& entry : m_studio.queue())
        m_studio.cancel(entry.run);
    setPaused(false);
}

const Graph* Runs::graphOf(qint64 run) const
{
    if (const auto pending = m_pending.find(run); pending != m_pending.end())
        return &pending->second.graph;
    const auto finished = std::ranges::find(m_finished, run, &FinishedRun::run);
    return finished == m_finished.end() ? nullptr : &finished->graph;
}

void Runs::forget(qint64 run)
{
    std::erase_if(m_finished, [&](const FinishedRun& finished) { return finished.run == run; });
    emit finishedChanged();
}

void Runs::take(const RunMessage& message)
{
    const RunEvent& event = message.event;
    if (message.run == 0) // a note, of no run
        return;
    FinishedRun& run = m_pending[message.run];
    if (event.kind == Kind::Done)
        return end(message);
    if (event.kind == Kind::Problem && run.problem.isEmpty())
        run.problem = QString::fromStdString(event.text);
    if (event.kind != Kind::Preview && !message.image.isNull()) {
        run.picture = message.image;
        run.file = event.kind == Kind::Saved ? QString::fromStdString(event.text) : QString();
    }
    m_progress.run = message.run;
    m_progress.share = std::max(event.share, m_progress.share);
    if (event.kind == Kind::NodeStarted) {
        m_progress.what = QString::fromStdString(event.title);
        m_progress.step = m_progress.steps = 0;
        m_progress.secondsPerStep = m_progress.secondsLeft = {};
        m_node.clear();
    } else if (event.kind == Kind::Progress) {
        takeStep(event);
    }
    emit progressed();
}

void Runs::takeStep(const RunEvent& event)
{
    m_progress.step = event.done;
    m_progress.steps = event.total;
    if (m_node != event.node || event.done < m_firstStep) {
        m_node = event.node;
        m_firstStep = event.done;
        m_clock.start();
        m_pausedTime = 0;
    } else if (event.done > m_firstStep) {
        m_progress.secondsPerStep = secondsOfStep() / (event.done - m_firstStep);
        m_progress.secondsLeft = *m_progress.secondsPerStep * (event.total - event.done);
    }
}

double Runs::secondsOfStep() const
{
    return double(m_clock.elapsed() - m_pausedTime - (m_paused ? m_pause.elapsed() : 0)) / 1000;
}

void Runs::end(const RunMessage& message)
{
    using Outcome = FinishedRun::Outcome;
    FinishedRun run = std::move(m_pending[message.run]);
    m_pending.erase(message.run);
    run.run = message.run;
    run.graphBytes = bytesOf(run.graph);
    run.seconds = message.event.seconds;
    run.outcome = message.event.code == cancelledCode ? Outcome::Cancelled
        : message.event.code != 0                     ? Outcome::Failed
        : message.event.done == 0                     ? Outcome::Unchanged
                                                      : Outcome::Done;
    run.picture = within(run.picture, wholeSide);
    m_finished.push_front(std::move(run));
    boundFinished();
    m_progress = {};
    m_node.clear();
    emit progressed();
    emit ended(message.run);
    emit finishedChanged();
}

void Runs::boundFinished()
{
    if (m_finished.size() > maxWhole)
        m_finished[maxWhole].picture = within(m_finished[maxWhole].picture, thumbnailSide);
    while (m_finished.size() > maxFinished || (m_finished.size() > 1 && finishedBytes() > mostBytes))
        m_finished.pop_back();
}

size_t Runs::finishedBytes() const
{
    size_t bytes = 0;
    for (const FinishedRun& run : m_finished)
        bytes += size_t(run.picture.sizeInBytes()) + run.graphBytes;
    return bytes;
}

QString durationText(double seconds)
{
    constexpr int minute = 60;
    if (seconds < 1)
        return Runs::tr("%1 s").arg(seconds, 0, 'f', 2);
    if (seconds < 10)
        return Runs::tr("%1 s").arg(seconds, 0, 'f', 1);
    if (seconds < minute)
        return Runs::tr("%1 s").arg(qRound(seconds));
    const int whole = qRound(seconds);
    return Runs::tr("%1:%2 min").arg(whole / minute).arg(whole % minute, 2, 10, QLatin1Char('0'));
}

}
