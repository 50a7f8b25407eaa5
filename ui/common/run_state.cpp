#include "ui/common/run_state.h"

#include "ui/document/run_text.h"

namespace athanor {

namespace {

using NodeKind = NodeState::Kind;

// What becomes of a node's state by an event of it.
void apply(NodeState& state, const RunMessage& message)
{
    const RunEvent& event = message.event;
    switch (event.kind) {
    case RunEvent::Kind::NodeStarted:
        state = {.kind = NodeKind::Running, .text = {}, .port = {}, .picture = state.picture};
        break;
    case RunEvent::Kind::Progress:
        state.kind = NodeKind::Running;
        state.text = QString::fromStdString(event.text);
        state.done = event.done;
        state.total = event.total;
        break;
    case RunEvent::Kind::NodeCached:
        state.kind = NodeKind::Cached;
        break;
    case RunEvent::Kind::NodeDone:
        state.kind = state.kind == NodeKind::Error || state.kind == NodeKind::Warning ? state.kind : NodeKind::Done;
        state.seconds = event.seconds;
        break;
    case RunEvent::Kind::Warning:
    case RunEvent::Kind::Problem:
        state.kind = event.kind == RunEvent::Kind::Problem ? NodeKind::Error : NodeKind::Warning;
        state.text = runText(QString::fromStdString(event.text));
        state.port = QString::fromStdString(event.port);
        break;
    default:
        break;
    }
    if (!message.image.isNull())
        state.picture = message.image;
}

}

const NodeState& RunState::of(const NodePath& node) const
{
    static const NodeState idle;
    const auto it = m_states.find(node);
    return it == m_states.end() ? idle : it->second;
}

void RunState::apply(const RunMessage& message)
{
    if (message.event.kind == RunEvent::Kind::Done) { // what was cut off is no longer running
        for (auto& [path, state] : m_states)
            if (state.kind == NodeKind::Running)
                state.kind = NodeKind::Idle;
        emit allChanged();
    }
    const NodePath& path = message.event.node;
    for (size_t length = path.size(); length > 0; --length) { // a subgraph shows what happens in it
        const NodePath shown(path.begin(), path.begin() + std::ptrdiff_t(length));
        athanor::apply(m_states[shown], message);
        emit nodeChanged(shown);
    }
}

void RunState::setProblems(const std::vector<Problem>& problems)
{
    for (auto& [path, state] : m_states)
        if (state.kind == NodeKind::Error)
            state.kind = NodeKind::Idle;
    for (const Problem& problem : problems)
        for (size_t length = problem.node.size(); length > 0; --length) {
            NodeState& state = m_states[NodePath(problem.node.begin(), problem.node.begin() + std::ptrdiff_t(length))];
            state.kind = NodeKind::Error;
            state.text = QString::fromStdString(problem.text);
            state.port = QString::fromStdString(problem.port);
        }
    emit allChanged();
}

void RunState::clear()
{
    m_states.clear();
    emit allChanged();
}

}
