#include "ui/inspector/problem_watch.h"

#include "inference/graph/link_rules.h"
#include "inference/graph/subgraph.h"
#include "ui/document/labels.h"

#include <algorithm>
#include <set>

namespace athanor {

namespace {

// Of "Sample (node 4): ", if the problem begins so.
qsizetype nameLength(const Graph& graph, const Problem& problem)
{
    const NodePath outer(problem.node.begin(), problem.node.empty() ? problem.node.end() : problem.node.end() - 1);
    const Graph* body = problem.node.empty() ? nullptr : bodyAt(graph, outer);
    const auto node = body ? body->nodes.find(problem.node.back()) : graph.nodes.end();
    if (!body || node == body->nodes.end())
        return 0;
    const QString name = toText(nodeName(node->second, problem.node)) + QStringLiteral(": ");
    return toText(problem.text).startsWith(name) ? name.size() : 0;
}

constexpr int checkPatience = 120; // ms: what is typed or dragged changes the graph many times a second

// Of nodes in subgraphs too, which nest no deeper than files allow.
void addRunProblems(const Graph& graph, const RunState& runs, NodePath& path,
    std::set<std::pair<NodePath, QString>>& told, std::vector<ShownProblem>& all)
{
    for (const auto& [id, node] : graph.nodes) {
        path.push_back(id);
        const NodeState& state = runs.of(path);
        const bool isWarning = state.kind == NodeState::Kind::Warning;
        const bool isProblem = isWarning || state.kind == NodeState::Kind::Error;
        const ShownProblem problem{path, state.port, state.text, isWarning, 0};
        // A subgraph's state repeats that of a node in it.
        if (node.subgraph)
            addRunProblems(*node.subgraph->body, runs, path, told, all);
        else if (isProblem && told.emplace(path, problem.text).second)
            all.push_back(problem);
        path.pop_back();
    }
}

}

ProblemWatch::ProblemWatch(GraphDocument& document, RunState& runs, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_runs(runs)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(checkPatience);
    const auto soon = [this] {
        if (!m_soon.isActive())
            m_soon.start();
    };
    connect(&m_soon, &QTimer::timeout, this, &ProblemWatch::look);
    connect(&document, &GraphDocument::graphChanged, this, soon);
    connect(&runs, &RunState::nodeChanged, this, soon);
    connect(&runs, &RunState::allChanged, this, soon);
    look();
}

void ProblemWatch::look()
{
    m_soon.stop();
    std::vector<ShownProblem> all;
    for (const Problem& problem : validate(m_document.graph()))
        all.push_back(
            {problem.node, toText(problem.port), toText(problem.text), false, nameLength(m_document.graph(), problem)});
    std::set<std::pair<NodePath, QString>> told;
    for (const ShownProblem& problem : all)
        told.emplace(problem.node, problem.text);
    NodePath path;
    addRunProblems(m_document.graph(), m_runs, path, told, all);
    if (all == m_all)
        return;
    m_all = std::move(all);
    m_first.clear();
    for (size_t i = 0; i < m_all.size(); ++i)
        m_first.try_emplace({m_all[i].node, m_all[i].port}, i);
    emit changed();
}

QString ProblemWatch::at(const NodePath& node, std::string_view port) const
{
    const auto found = m_first.find({node, toText(port)});
    QString text = found == m_first.end() ? QString() : m_all[found->second].text.mid(m_all[found->second].name);
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

}
