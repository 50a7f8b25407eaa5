#include "ui/canvas/graph_scene.h"

#include "inference/graph/link_types.h"
#include "ui/canvas/place_index.h"

#include <algorithm>
#include <vector>

namespace athanor {

namespace {

constexpr double half = 1e6; // of the canvas' width and height

template <class Item, class Map> void removeGone(std::unordered_map<int64_t, Item*>& items, const Map& entries)
{
    std::erase_if(items, [&](const auto& entry) {
        if (entries(entry.first))
            return false;
        delete entry.second;
        return true;
    });
}

}

GraphScene::GraphScene(GraphDocument& document, RunState& runs, const Theme& theme, QObject* parent)
    : QGraphicsScene(-half, -half, 2 * half, 2 * half, parent)
    , m_document(document)
    , m_runs(runs)
    , m_style{&theme, canvasFonts()}
    , m_links(new LinkLayer(m_style))
{
    m_links->setZValue(-5);
    addItem(m_links);
    connect(&document, &GraphDocument::graphChanged, this, &GraphScene::sync);
    connect(&document, &GraphDocument::selectionChanged, this, &GraphScene::showSelection);
    connect(&runs, &RunState::nodeChanged, this, &GraphScene::refresh);
    connect(&runs, &RunState::allChanged, this, &GraphScene::refreshAll);
    sync();
}

void GraphScene::setTheme(const Theme& theme)
{
    m_style.theme = &theme;
    m_style.fonts = canvasFonts();
    for (const auto& [id, item] : m_nodes)
        item->repaint();
    moveEnds(nullptr);
    update();
}

NodePath GraphScene::pathOf(NodeId node) const
{
    NodePath path = m_document.path();
    path.push_back(node);
    return path;
}

const NodeItem* GraphScene::node(NodeId id) const
{
    const auto it = m_nodes.find(id);
    return it == m_nodes.end() ? nullptr : it->second;
}

void GraphScene::sync()
{
    const Graph& body = m_document.body();
    std::unordered_map<NodeId, FaceOptions> options;
    for (const auto& [id, link] : body.links) {
        options[link.from.node].linkedOutputs.insert(link.from.port);
        options[link.to.node].linkedInputs.insert(link.to.port);
    }
    removeGone(m_nodes, [&](NodeId id) { return body.nodes.contains(id); });
    for (const auto& [id, node] : body.nodes) {
        NodeItem*& item = m_nodes[id];
        if (!item) {
            item = new NodeItem(id, m_style);
            addItem(item);
        }
        item->show(node, options[id], m_runs.of(pathOf(id)));
    }
    syncFrames(body);
    syncLinks(body);
    showSelection();
    emit shown();
}

void GraphScene::syncFrames(const Graph& body)
{
    removeGone(m_frames, [&](int64_t id) { return body.groups.contains(id) || body.comments.contains(id); });
    const auto show = [this](int64_t id, bool comment, const Rect& rect, const std::string& text,
                          const std::string& colour) {
        FrameItem*& item = m_frames[id];
        if (item && item->isComment() != comment) { // another graph's
            delete item;
            item = nullptr;
        }
        if (!item) {
            item = new FrameItem(id, comment, m_style);
            addItem(item);
        }
        item->show(rect, text, colour);
    };
    for (const auto& [id, group] : body.groups)
        show(id, false, group.rect, group.title, group.colour);
    for (const auto& [id, comment] : body.comments)
        show(id, true, comment.rect, comment.text, comment.colour);
}

void GraphScene::syncLinks(const Graph& body)
{
    std::vector<LinkShape> shapes;
    shapes.reserve(body.links.size());
    LinkTypes types(body, m_document.links(body));
    for (const auto& [id, link] : body.links) {
        const NodeItem *from = node(link.from.node), *to = node(link.to.node);
        if (!from || !to || id == m_detached)
            continue;
        LinkShape shape = shapeOf(
            id, link, types.given(link.from), from->portAt(link.from.port, true), to->portAt(link.to.port, false));
        shape.pale = from->look().mode == NodeMode::Muted || to->look().mode == NodeMode::Muted;
        shapes.push_back(std::move(shape));
    }
    m_links->setShapes(std::move(shapes));
}

// Of the links of these nodes; null: of all.
void GraphScene::moveEnds(const Ids* nodes)
{
    const auto& shapes = m_links->shapes();
    for (size_t i = 0; i < shapes.size(); ++i) {
        const Link& link = shapes[i].link;
        if (!nodes || nodes->contains(link.from.node) || nodes->contains(link.to.node))
            m_links->setEnds(
                i, node(link.from.node)->portAt(link.from.port, true), node(link.to.node)->portAt(link.to.port, false));
    }
}

void GraphScene::showSelection()
{
    showSelected(m_document.selection(), {});
}

void GraphScene::showSelected(const Ids& some, const Ids& others)
{
    for (const auto& [id, item] : m_nodes)
        item->setSelected(some.contains(id) || others.contains(id));
    for (const auto& [id, item] : m_frames)
        item->setSelected(some.contains(id) || others.contains(id));
}

void GraphScene::refresh(const NodePath& path)
{
    const NodePath& shown = m_document.path();
    if (path.size() != shown.size() + 1 || !std::equal(shown.begin(), shown.end(), path.begin()))
        return;
    const auto it = m_nodes.find(path.back());
    if (it == m_nodes.end())
        return;
    const auto before = it->second->look().state->kind;
    it->second->refresh(m_runs.of(path));
    if (it->second->look().state->kind != before)
        emit stateChanged();
}

void GraphScene::refreshAll()
{
    for (const auto& [id, item] : m_nodes)
        item->refresh(m_runs.of(pathOf(id)));
    emit stateChanged();
}

QRectF GraphScene::rectOf(int64_t id) const
{
    if (const NodeItem* item = node(id))
        return item->rect();
    const auto it = m_frames.find(id);
    return it == m_frames.end() ? QRectF() : it->second->rect();
}

QRectF GraphScene::rectOf(const Ids& ids) const
{
    QRectF all;
    for (const int64_t id : ids)
        all |= rectOf(id);
    return all;
}

QRectF GraphScene::contents() const
{
    QRectF all;
    for (const auto& [id, item] : m_nodes)
        all |= item->rect();
    for (const auto& [id, item] : m_frames)
        all |= item->rect();
    return all;
}

Ids GraphScene::idsIn(const QRectF& rect) const
{
    Ids ids;
    for (const auto& [id, item] : m_nodes)
        if (rect.intersects(item->rect()))
            ids.insert(id);
    for (const auto& [id, item] : m_frames)
        if (rect.contains(item->rect()))
            ids.insert(id);
    return ids;
}

Ids GraphScene::inside(const Ids& groups) const
{
    PlaceIndex places;
    for (const auto& [id, item] : m_nodes)
        places.add(id, item->rect().center());
    for (const auto& [id, item] : m_frames)
        places.add(id, item->rect().center());
    Ids ids;
    for (const int64_t group : groups) {
        const QRectF frame = rectOf(group);
        places.take(frame, [&](int64_t id) {
            const auto inner = m_frames.find(id);
            const bool taken = inner == m_frames.end() || (id != group && frame.contains(inner->second->rect()));
            if (taken)
                ids.insert(id);
            return taken;
        });
    }
    return ids;
}

PortType GraphScene::typeAt(const PortRef& output) const
{
    const Graph& body = m_document.body();
    return LinkTypes(body, m_document.links(body)).given(output);
}

Graph GraphScene::sized() const
{
    Graph graph = m_document.body();
    for (auto& [id, shown] : graph.nodes)
        if (const NodeItem* item = node(id)) {
            shown.rect.width = item->face().size.width();
            shown.rect.height = item->face().size.height();
        }
    return graph;
}

void GraphScene::setMoved(const Ids& ids, QPointF by)
{
    const Graph& body = m_document.body();
    for (const int64_t id : ids) {
        if (const auto it = m_nodes.find(id); it != m_nodes.end())
            it->second->setPos(QPointF(body.nodes.at(id).rect.x, body.nodes.at(id).rect.y) + by);
        if (const auto it = m_frames.find(id); it != m_frames.end()) {
            const Rect& rect = it->second->isComment() ? body.comments.at(id).rect : body.groups.at(id).rect;
            it->second->setPos(QPointF(rect.x, rect.y) + by);
        }
    }
    moveEnds(&ids);
}

void GraphScene::setFrameRect(int64_t id, const QRectF& rect)
{
    const auto it = m_frames.find(id);
    if (it == m_frames.end())
        return;
    it->second->setPos(rect.topLeft());
    it->second->setSize(rect.size());
}

void GraphScene::setHovered(const Hit& hit)
{
    const bool onNode = hit.what == Hit::What::Node || hit.what == Hit::What::Port;
    const NodeId hovered = onNode ? hit.id : 0;
    if (hovered != m_hoveredNode) {
        for (const NodeId id : {m_hoveredNode, hovered})
            if (const auto it = m_nodes.find(id); it != m_nodes.end())
                it->second->setHovered(id == hovered);
        m_hoveredNode = hovered;
    }
    m_links->setHovered(hit.what == Hit::What::Link ? hit.id : 0);
}

void GraphScene::setEveryParam(NodeId opened)
{
    if (opened == m_opened)
        return;
    for (const NodeId id : {m_opened, opened})
        if (const auto it = m_nodes.find(id); it != m_nodes.end() && it->second->setEveryParam(id == opened)) {
            it->second->setZValue(++m_top);
            const Ids changed{id};
            moveEnds(&changed);
        }
    m_opened = opened;
}

void GraphScene::setDragged(NodeLook::Drag drag, PortType type)
{
    m_drag = drag;
    for (const auto& [id, item] : m_nodes)
        item->setDrag(drag, type);
}

void GraphScene::setDetached(LinkId link)
{
    if (link == m_detached)
        return;
    m_detached = link;
    syncLinks(m_document.body());
}

void GraphScene::raise(const Ids& nodes)
{
    for (const NodeId id : nodes)
        if (const auto it = m_nodes.find(id); it != m_nodes.end())
            it->second->setZValue(++m_top);
}

}
