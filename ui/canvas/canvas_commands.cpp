// What the actions of the canvas do to the document.
#include "inference/graph/subgraph.h"
#include "ui/canvas/canvas_actions.h"
#include "ui/canvas/graph_view.h"
#include "ui/document/clipboard.h"
#include "ui/document/labels.h"

#include <QClipboard>
#include <QGuiApplication>

#include <algorithm>
#include <cmath>
#include <optional>

namespace athanor {

namespace {

// The graph with the places of nodes, groups and comments of another, in which their sizes were written out.
Graph placedAs(Graph graph, const Graph& placed)
{
    const auto take = [](auto& to, const auto& from) {
        for (auto& [id, entry] : to) {
            entry.rect.x = from.at(id).rect.x;
            entry.rect.y = from.at(id).rect.y;
        }
    };
    take(graph.nodes, placed.nodes);
    take(graph.groups, placed.groups);
    take(graph.comments, placed.comments);
    return graph;
}

}

Ids CanvasActions::nodes(size_t most) const
{
    const Graph& body = m_document.body();
    Ids ids;
    for (auto id = m_document.selection().begin(); id != m_document.selection().end() && ids.size() < most; ++id)
        if (body.nodes.contains(*id))
            ids.insert(ids.end(), *id);
    return ids;
}

NodeId CanvasActions::subgraph() const
{
    const Ids ids = nodes(2);
    const bool is = ids.size() == 1 && m_document.body().nodes.at(*ids.begin()).subgraph;
    return is ? *ids.begin() : 0;
}

void CanvasActions::copy()
{
    m_copiedFrom = m_document.body();
    m_copied = m_document.selection();
    QGuiApplication::clipboard()->setMimeData(clipOf(copied(m_copiedFrom, m_copied)));
}

void CanvasActions::paste(bool withLinks)
{
    const std::optional<Graph> clip = clipFrom(QGuiApplication::clipboard()->mimeData());
    if (!clip)
        return m_view.tell(tr("There are no nodes on the clipboard. Copy some first."));
    Ids all;
    for (const auto& [id, node] : clip->nodes)
        all.insert(id);
    for (const auto& [id, frame] : clip->groups)
        all.insert(id);
    for (const auto& [id, comment] : clip->comments)
        all.insert(id);
    const Rect frame = frameOf(*clip, all);
    const QPointF by = m_view.placeForNew() - QPointF(frame.x + frame.width / 2, frame.y + frame.height / 2);
    Ids added;
    const bool done = m_document.tryEdit(withLinks ? tr("Paste with links") : tr("Paste"), [&] {
        Pasted pasted = athanor::pasted(m_document.body(), *clip, std::round(by.x()), std::round(by.y()));
        added = pasted.ids;
        const bool known = clip->nodes.size() == copied(m_copiedFrom, m_copied).nodes.size();
        return withLinks && known ? withOuterLinks(std::move(pasted.graph), added, outerLinks(m_copiedFrom, m_copied))
                                  : std::move(pasted.graph);
    });
    if (done)
        m_document.select(added);
}

void CanvasActions::duplicate()
{
    constexpr double beside = 32;
    const Ids ids = m_document.selection();
    Ids added;
    const bool done = m_document.tryEdit(tr("Duplicate"), [&] {
        const Graph& body = m_document.body();
        Pasted pasted = athanor::pasted(body, copied(body, ids), beside, beside);
        added = pasted.ids;
        return withOuterLinks(std::move(pasted.graph), added, outerLinks(body, ids));
    });
    if (done)
        m_document.select(added);
}

void CanvasActions::remove(bool reconnects)
{
    const Ids& ids = m_document.selection();
    m_document.edit(
        tr("Delete"), reconnects ? removedAndReconnected(m_document.body(), ids) : removed(m_document.body(), ids));
}

void CanvasActions::toggleMode(NodeMode mode, const QString& text)
{
    const Ids ids = nodes();
    bool all = true;
    for (const NodeId id : ids)
        all = all && m_document.body().nodes.at(id).mode == mode;
    m_document.edit(text, withMode(m_document.body(), ids, all ? NodeMode::Normal : mode));
}

void CanvasActions::collapse()
{
    Graph graph = m_document.body();
    const Ids ids = nodes();
    const bool all = std::ranges::all_of(ids, [&](NodeId id) { return graph.nodes.at(id).collapsed; });
    for (const NodeId id : ids)
        graph.nodes.at(id).collapsed = !all;
    m_document.edit(all ? tr("Expand") : tr("Collapse"), std::move(graph));
}

void CanvasActions::group()
{
    const Ids ids = nodes();
    const Graph framed = withGroup(m_view.graphScene().sized(), ids, tr("Group").toStdString());
    Graph graph = m_document.body();
    const int64_t id = addGroup(graph, framed.groups.rbegin()->second);
    if (!m_document.edit(tr("Group"), std::move(graph)))
        return;
    m_document.select({id});
    m_view.editText(id);
}

void CanvasActions::intoSubgraph()
{
    NodeId made = 0;
    const bool done = m_document.tryEdit(tr("Into a subgraph"), [&] {
        MadeSubgraph result = athanor::intoSubgraph(m_document.body(), nodes(), tr("Subgraph").toStdString());
        made = result.node;
        return std::move(result.graph);
    });
    if (done)
        m_document.select({made});
}

void CanvasActions::outOfSubgraph()
{
    Ids added;
    const bool done = m_document.tryEdit(tr("Out of the subgraph"), [&] {
        Pasted result = athanor::outOfSubgraph(m_document.body(), subgraph());
        added = result.ids;
        return std::move(result.graph);
    });
    if (done)
        m_document.select(added);
}

void CanvasActions::editSized(const QString& text, const Graph& placed)
{
    m_document.edit(text, placedAs(m_document.body(), placed));
}

void CanvasActions::align(Edge edge, const QString& text)
{
    editSized(text, aligned(m_view.graphScene().sized(), m_document.selection(), edge));
}

void CanvasActions::layOut()
{
    const Ids ids = nodes();
    editSized(tr("Lay out"), laidOut(m_view.graphScene().sized(), ids.size() > 1 ? ids : Ids()));
    m_view.fitAll();
}

void CanvasActions::addComment(QPointF at)
{
    Graph graph = m_document.body();
    const int64_t id = athanor::addComment(graph, {"", {std::round(at.x()), std::round(at.y()), 216, 96}, ""});
    if (!m_document.edit(tr("Add comment"), std::move(graph)))
        return;
    m_document.select({id});
    m_view.editText(id);
}

}
