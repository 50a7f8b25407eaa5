// What comes up over the canvas: the list of nodes, fields for text.
#include "ui/canvas/graph_view.h"
#include "ui/canvas/minimap.h"
#include "ui/canvas/node_search.h"
#include "ui/canvas/text_editor.h"
#include "ui/document/labels.h"

#include <algorithm>
#include <string>
#include <vector>

namespace athanor {

namespace {

struct Editable {
    std::string* text = nullptr; // null: the id has none
    bool lines = false;
};

Editable textOf(Graph& graph, int64_t id)
{
    if (const auto it = graph.nodes.find(id); it != graph.nodes.end())
        return {&it->second.title};
    if (const auto it = graph.groups.find(id); it != graph.groups.end())
        return {&it->second.title};
    if (const auto it = graph.comments.find(id); it != graph.comments.end())
        return {&it->second.text, true};
    return {};
}

}

void GraphView::searchNode(QPointF at, const PortRef& port, bool isOutput)
{
    OpenEnd end{port, isOutput, PortType::Any};
    const NodeItem* item = m_scene->node(port.node);
    if (item) {
        const PortSpot* spot = item->face().port(port.port, isOutput);
        end.type = isOutput ? m_scene->typeAt(port) : spot ? spot->type : PortType::Any;
        if (!isOutput)
            at -= QPointF(canvas::nodeWidth, 0); // its output comes to where the link was dropped
        at -= QPointF(0, canvas::headerHeight + canvas::rowHeight / 2);
    }
    std::vector<Choice> choices = nodeChoices(*this, at, end);
    if (choices.empty())
        return tell(tr("No node has a port for %1.").arg(typeLabel(end.type)));
    const QString hint = item
        ? (isOutput ? tr("Nodes that take %1") : tr("Nodes that give %1")).arg(typeLabel(end.type))
        : tr("Add a node");
    auto* popup = new ChoicePopup(this, hint, std::move(choices));
    popup->openAt(viewport()->mapToGlobal(mapFromScene(at)));
}

void GraphView::editText(int64_t id)
{
    Graph graph = m_document.body();
    const Editable editable = textOf(graph, id);
    if (!editable.text)
        return;
    const auto node = graph.nodes.find(id);
    const QString shown = node == graph.nodes.end() ? toText(*editable.text) : titleOf(node->second);
    const auto keep = [this, id, shown](const QString& text) {
        Graph changed = m_document.body();
        if (text == shown)
            return;
        if (const Editable target = textOf(changed, id); target.text) {
            *target.text = (target.lines ? text : text.simplified()).toStdString();
            m_document.edit(target.lines ? tr("Change comment") : tr("Rename"), std::move(changed));
        }
    };
    reveal({id});
    QRectF rect = m_scene->rectOf(id);
    if (!editable.lines)
        rect.setHeight(canvas::headerHeight);
    const QRect pixels = mapFromScene(rect).boundingRect();
    auto* editor = new TextEditor(viewport(), shown, editable.lines, keep);
    editor->setGeometry(pixels.x(), pixels.y(), std::max(pixels.width(), 160), std::max(pixels.height(), 32));
    editor->show();
    editor->setFocus();
}

void GraphView::setMinimapShown(bool shown)
{
    m_minimap->setWanted(shown);
}

}
