#include "ui/paint/value_editors.h"

#include "inference/graph/subgraph.h"
#include "ui/document/labels.h"
#include "ui/inspector/param_target.h"
#include "ui/paint/paint_canvas.h"
#include "ui/paint/paint_view.h"
#include "ui/paint/pose_canvas.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <variant>

namespace athanor {

ValueEditors::ValueEditors(
    GraphDocument& document, const UnderlaySources& sources, PoseView::Write write, QWidget* parent)
    : QStackedWidget(parent)
    , m_document(document)
    , m_paint(new PaintView(sources, this))
    , m_pose(new PoseView(sources, std::move(write), this))
{
    addView(ParamKind::Drawing, *m_paint);
    addView(ParamKind::Pose, *m_pose);
    setAutoFillBackground(true);
    hide();
    connect(&document, &GraphDocument::editorWanted, this, &ValueEditors::open);
    connect(&document, &GraphDocument::graphChanged, this, &ValueEditors::refresh);
    connect(&document, &GraphDocument::wasReset, this, &ValueEditors::close);
}

template <class Widget> void ValueEditors::addView(ParamKind kind, Widget& view)
{
    addWidget(&view);
    m_views.push_back({kind, [&view](const std::string& text, const QString& title) { view.display(text, title); }});
    connect(&view, &Widget::edited, this, &ValueEditors::change);
    connect(&view, &Widget::leaveWanted, this, &ValueEditors::close);
    connect(&view, &Widget::refused, &m_document, &GraphDocument::refused);
}

std::optional<ParamPlace> ValueEditors::drawnParam(const Graph& whole, const NodePath& node)
{
    const Graph* body = node.empty() ? nullptr : bodyAt(whole, NodePath(node.begin(), node.end() - 1));
    const auto it = body ? body->nodes.find(node.back()) : std::map<NodeId, Node>::const_iterator();
    if (!body || it == body->nodes.end())
        return {};
    NodeType made;
    const NodeType* type = typeOf(it->second, made);
    for (size_t i = 0; type && i < type->params.size(); ++i) {
        const Param& param = type->params[i];
        if (rowOf(param.kind).isDrawn && !linkInto(*body, node.back(), param.name))
            return ParamPlace{node, std::string(param.name)};
    }
    return {};
}

void ValueEditors::open(const ParamPlace& place)
{
    const auto reading = readParam(m_document, targetOf(place));
    if (!reading || reading->source)
        return;
    const auto view = std::ranges::find(m_views, reading->param.kind, &View::kind);
    if (view == m_views.end())
        return;
    const bool was = isOpen();
    m_place = place;
    setCurrentIndex(int(view - m_views.begin()));
    refresh();
    if (isOpen() && !was)
        emit openChanged(true);
    if (isOpen())
        currentWidget()->setFocus();
}

void ValueEditors::close()
{
    if (!m_place)
        return;
    m_place.reset();
    emit openChanged(false);
}

// The node may be gone, or by now be fed by a link.
void ValueEditors::refresh()
{
    if (!m_place)
        return;
    const auto reading = readParam(m_document, targetOf(*m_place));
    const auto* text = reading && !reading->source ? std::get_if<std::string>(&reading->value) : nullptr;
    if (!text)
        return close();
    const ParamTarget target = targetOf(*m_place);
    const QString title = titleOf(bodyAt(m_document.graph(), target.body)->nodes.at(target.nodes.front()));
    m_views[size_t(currentIndex())].display(*text, title);
}

void ValueEditors::change(const std::string& text, const QString& what)
{
    if (m_place)
        changeParams(m_document, targetOf(*m_place), {{m_place->param, text}}, what, {});
    refresh(); // what was refused is not shown
}

}
