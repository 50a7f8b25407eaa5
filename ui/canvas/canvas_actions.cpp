#include "ui/canvas/canvas_actions.h"

#include "ui/canvas/graph_view.h"
#include "ui/canvas/link_list.h"
#include "ui/document/labels.h"

#include <QMenu>

#include <tuple>

namespace athanor {

CanvasActions::CanvasActions(GraphView& view, GraphDocument& document)
    : QObject(&view)
    , m_view(view)
    , m_document(document)
{
    addEditing();
    addGraph();
    addAligning();
    addViewing();
    connect(&document, &GraphDocument::selectionChanged, this, &CanvasActions::refresh);
    connect(&document, &GraphDocument::graphChanged, this, &CanvasActions::refresh);
    refresh();
}

QAction* CanvasActions::add(const char* name, const QString& text, const QKeySequence& key,
    const std::function<void()>& act, bool (CanvasActions::*enabled)() const)
{
    auto* action = new QAction(text, this);
    const QString id = QString::fromLatin1(name);
    action->setObjectName(id);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut); // letters belong to who types elsewhere
    if (act)
        connect(action, &QAction::triggered, this, act);
    m_view.addAction(action);
    m_actions.insert(id, action);
    m_order << id;
    if (enabled)
        m_conditions.push_back({action, enabled});
    return action;
}

QList<QAction*> CanvasActions::all() const
{
    QList<QAction*> actions;
    for (const QString& name : m_order)
        actions << m_actions.value(name);
    return actions;
}

void CanvasActions::refresh()
{
    for (const Condition& condition : m_conditions)
        condition.action->setEnabled((this->*condition.holds)());
}

void CanvasActions::addEditing()
{
    using Self = CanvasActions;
    add("add", tr("Add node…"), Qt::Key_Space, [this] { m_view.searchNode(m_view.placeForNew()); });
    add("add note", tr("Add comment"), Qt::SHIFT | Qt::Key_C, [this] { addComment(m_view.placeForNew()); });
    add(
        "link", tr("Link…"), Qt::Key_L, [this] { listLinks(m_view, *nodes().begin()); }, &Self::anyNode);
    add(
        "cut", tr("Cut"), QKeySequence::Cut,
        [this] {
            copy();
            remove(false);
        },
        &Self::any);
    add(
        "copy", tr("Copy"), QKeySequence::Copy, [this] { copy(); }, &Self::any);
    add("paste", tr("Paste"), QKeySequence::Paste, [this] { paste(false); });
    add("paste with links", tr("Paste with links"), Qt::CTRL | Qt::SHIFT | Qt::Key_V, [this] { paste(true); });
    add(
        "duplicate", tr("Duplicate"), Qt::CTRL | Qt::Key_D, [this] { duplicate(); }, &Self::any);
    add(
        "delete", tr("Delete"), {}, [this] { remove(true); }, &Self::any)
        ->setShortcuts({QKeySequence(Qt::Key_Delete), QKeySequence(Qt::Key_Backspace)});
    add(
        "delete with links", tr("Delete with links"), Qt::SHIFT | Qt::Key_Delete, [this] { remove(false); },
        &Self::any);
    add("select all", tr("Select all"), QKeySequence::SelectAll, [this] {
        Ids ids;
        for (const auto& [id, item] : m_view.graphScene().nodes())
            ids.insert(id);
        for (const auto& [id, item] : m_view.graphScene().frames())
            ids.insert(id);
        m_document.select(ids);
    });
    add(
        "rename", tr("Rename…"), Qt::Key_F2, [this] { m_view.editText(*m_document.selection().begin()); }, &Self::one);
}

void CanvasActions::addGraph()
{
    using Self = CanvasActions;
    add(
        "mute", tr("Mute"), Qt::Key_M, [this] { toggleMode(NodeMode::Muted, tr("Mute")); }, &Self::anyNode);
    add(
        "bypass", tr("Bypass"), Qt::Key_B, [this] { toggleMode(NodeMode::Bypassed, tr("Bypass")); }, &Self::anyNode);
    add(
        "collapse", tr("Collapse"), Qt::Key_C, [this] { collapse(); }, &Self::anyNode);
    add(
        "group", tr("Group"), Qt::CTRL | Qt::Key_G, [this] { group(); }, &Self::anyNode);
    add(
        "into subgraph", tr("Into a subgraph"), Qt::CTRL | Qt::SHIFT | Qt::Key_G, [this] { intoSubgraph(); },
        &Self::anyNode);
    add(
        "out of subgraph", tr("Out of the subgraph"), Qt::CTRL | Qt::SHIFT | Qt::Key_U, [this] { outOfSubgraph(); },
        &Self::oneSubgraph);
    add(
        "enter subgraph", tr("Open the subgraph"), {},
        [this] { m_document.enter(m_view.graphScene().pathOf(subgraph())); }, &Self::oneSubgraph)
        ->setShortcuts({QKeySequence(Qt::Key_Return), QKeySequence(Qt::Key_Enter)});
    add(
        "leave subgraph", tr("Back out of the subgraph"), Qt::ALT | Qt::Key_Up,
        [this] {
            NodePath path = m_document.path();
            const NodeId left = path.back();
            path.pop_back();
            m_document.enter(path);
            m_document.select({left});
        },
        &Self::isInside);
}

void CanvasActions::addAligning()
{
    using Self = CanvasActions;
    const std::tuple<const char*, QString, Edge> edges[] = {{"align left", tr("Left edges"), Edge::Left},
        {"align right", tr("Right edges"), Edge::Right}, {"align top", tr("Upper edges"), Edge::Top},
        {"align bottom", tr("Lower edges"), Edge::Bottom}, {"align middle", tr("Middles across"), Edge::Across},
        {"align row", tr("Middles along"), Edge::Along}};
    for (const auto& [name, text, edge] : edges)
        add(
            name, text, {}, [this, side = edge] { align(side, tr("Align")); }, &Self::several);
    for (const bool across : {true, false})
        add(
            across ? "distribute horizontally" : "distribute vertically",
            across ? tr("Equal gaps across") : tr("Equal gaps down"), {},
            [this, across] {
                editSized(tr("Distribute"), distributed(m_view.graphScene().sized(), m_document.selection(), across));
            },
            &Self::several);
    add("auto layout", tr("Lay out"), Qt::CTRL | Qt::Key_L, [this] { layOut(); });
}

void CanvasActions::addViewing()
{
    using Self = CanvasActions;
    const auto middle = [this] { return QPointF(m_view.viewport()->rect().center()); };
    add("fit", tr("Show everything"), Qt::Key_F, [this] { m_view.fitAll(); });
    add(
        "fit selection", tr("Show the selection"), Qt::SHIFT | Qt::Key_F,
        [this] { m_view.fit(m_view.graphScene().rectOf(m_document.selection()), 1.5); }, &Self::any);
    add("zoom in", tr("Zoom in"), {}, [this, middle] {
        m_view.zoomBy(1.25, middle());
    })->setShortcuts({QKeySequence(Qt::CTRL | Qt::Key_Plus), QKeySequence(Qt::CTRL | Qt::Key_Equal)});
    add("zoom out", tr("Zoom out"), Qt::CTRL | Qt::Key_Minus, [this, middle] { m_view.zoomBy(0.8, middle()); });
    add("zoom 100", tr("100 %"), Qt::CTRL | Qt::Key_0, [this, middle] { m_view.zoomBy(1 / m_view.zoom(), middle()); });
    QAction* map = add("minimap", tr("Small map"), {}, {});
    map->setCheckable(true);
    map->setChecked(true);
    connect(map, &QAction::toggled, &m_view, &GraphView::setMinimapShown);
}

void CanvasActions::fillPort(QMenu& menu, const Hit& hit)
{
    const PortRef port{hit.id, hit.port};
    const bool isOutput = hit.side == PortSide::Output;
    menu.addAction(tr("Add a node that fits…"), this,
        [this, port, isOutput, at = m_view.graphScene().node(hit.id)->portAt(hit.port, isOutput)] {
            m_view.searchNode(at + QPointF(isOutput ? 60 : -60 - canvas::nodeWidth, -20), port, isOutput);
        });
    const auto ends = [port, isOutput](
                          const auto& entry) { return (isOutput ? entry.second.from : entry.second.to) == port; };
    Ids links;
    for (const auto& entry : m_document.body().links)
        if (ends(entry))
            links.insert(entry.first);
    menu.addAction(tr("Remove links"), this,
            [this, links] { m_document.edit(tr("Remove links"), removed(m_document.body(), links)); })
        ->setEnabled(!links.empty());
    menu.addSeparator();
}

void CanvasActions::fill(QMenu& menu, const Hit& hit, QPointF at)
{
    if (hit.what == Hit::What::Link) {
        menu.addAction(tr("Add reroute"), this, [this, hit, at] {
            m_document.edit(tr("Add reroute"), withReroute(m_document.body(), hit.id, at.x(), at.y()));
        });
        menu.addAction(tr("Remove link"), this,
            [this, hit] { m_document.edit(tr("Remove link"), removed(m_document.body(), {hit.id})); });
        return;
    }
    if (hit.what == Hit::What::Port)
        fillPort(menu, hit);
    const auto put = [&](std::initializer_list<const char*> names) {
        for (const char* name : names)
            *name ? menu.addAction(action(QString::fromLatin1(name))) : void(menu.addSeparator());
    };
    if (!any()) {
        menu.addAction(tr("Add node…"), this, [this, at] { m_view.searchNode(at); });
        menu.addAction(tr("Add comment"), this, [this, at] { addComment(at); });
        put({"", "paste", "paste with links", "select all", "", "auto layout", "fit", "leave subgraph"});
        return;
    }
    put({"enter subgraph", "rename", "link", "", "cut", "copy", "duplicate", "delete", "delete with links", "", "mute",
        "bypass", "collapse", "", "group", "into subgraph", "out of subgraph", ""});
    QMenu* sides = menu.addMenu(tr("Align"));
    for (const QString& name : m_order)
        if (name.startsWith(QLatin1String("align")) || name.startsWith(QLatin1String("distribute")))
            sides->addAction(action(name));
    sides->setEnabled(several());
    put({"auto layout", "fit selection"});
}

}
