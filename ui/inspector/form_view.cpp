#include "ui/inspector/form_view.h"

#include "inference/graph/subgraph.h"
#include "ui/document/labels.h"
#include "ui/inspector/param_row.h"
#include "ui/inspector/param_target.h"
#include "ui/inspector/prompt_sources.h"
#include "ui/inspector/scroll_column.h"
#include "ui/inspector/size_row.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace athanor {

namespace {

const Node* nodeAt(const Graph& graph, const NodePath& path)
{
    if (path.empty())
        return nullptr;
    const Graph* body = bodyAt(graph, NodePath(path.begin(), path.end() - 1));
    const auto node = body ? body->nodes.find(path.back()) : decltype(body->nodes.end())();
    return body && node != body->nodes.end() ? &node->second : nullptr;
}

}

std::vector<ParamPlace> usualForm(const Graph& graph)
{
    std::vector<ParamPlace> places;
    const NodeId main = mainNode(graph);
    if (!main)
        return places;
    for (const PromptSource& prompt : promptsOf(graph, Links(graph), main))
        places.push_back({{prompt.node}, prompt.param});
    for (const auto& [id, node] : graph.nodes) {
        NodeType made;
        const NodeType* type = typeOf(node, made);
        const bool hasInput = type && !type->inputs.empty();
        for (size_t i = 0; type && !hasInput && i < type->params.size(); ++i)
            if (isSize(type->params, i)) {
                places.push_back({{id}, "width"});
                places.push_back({{id}, "height"});
            }
    }
    NodeType made;
    const NodeType* type = typeOf(graph.nodes.at(main), made);
    for (const char* name : {"steps", "cfg", "seed"})
        if (findParam(*type, name))
            places.push_back({{main}, name});
    return places;
}

FormView::FormView(const InspectorContext& context, QWidget* parent)
    : QScrollArea(parent)
    , m_context(context)
{
    makeColumn(*this);
    refresh();
}

void FormView::refresh()
{
    const Graph& graph = m_context.document.graph();
    std::vector<ParamPlace> there;
    for (const ParamPlace& place : graph.form)
        if (!place.node.empty() && readParam(graph, targetOf(place)))
            there.push_back(place);
    if (there != m_built || !m_page) {
        m_built = there;
        build();
        return;
    }
    for (ParamRow* row : m_page->findChildren<ParamRow*>())
        row->refresh();
    for (SizeRow* row : m_page->findChildren<SizeRow*>())
        row->refresh();
    for (QLabel* title : m_page->findChildren<QLabel*>("nodeTitle"))
        if (const Node* node = nodeAt(graph, m_built[title->property("place").toUInt()].node))
            title->setText(titleOf(*node));
}

void FormView::build()
{
    if (QWidget* old = takeWidget()) { // one of its widgets may be in the middle of telling something
        old->hide();
        old->deleteLater();
    }
    m_page = new QWidget;
    m_layout = new QVBoxLayout(m_page);
    m_layout->setContentsMargins(16, 12, 12, 16);
    m_layout->setSpacing(8);
    if (m_built.empty())
        showEmpty();
    const Graph& graph = m_context.document.graph();
    for (size_t i = 0; i < m_built.size(); ++i) {
        const ParamTarget target = targetOf(m_built[i]);
        const auto reading = readParam(m_context.document, target);
        const Node* node = nodeAt(graph, m_built[i].node);
        const bool isPrompt = reading->param.kind == ParamKind::Prompt; // which has the node's title as its own
        if (!isPrompt && (i == 0 || m_built[i - 1].node != m_built[i].node)) {
            auto* title = new QLabel(m_page);
            title->setTextFormat(Qt::PlainText);
            title->setText(titleOf(*node));
            title->setObjectName("nodeTitle");
            title->setProperty("place", uint(i));
            title->setProperty("role", "title");
            title->setContentsMargins(0, i == 0 ? 0 : 8, 0, 0);
            m_layout->addWidget(title);
        }
        const bool size = m_built[i].param == "width" && i + 1 < m_built.size()
            && m_built[i + 1] == ParamPlace{m_built[i].node, "height"} && !reading->source;
        if (size) {
            const auto height = readParam(graph, targetOf(m_built[i + 1]));
            m_layout->addWidget(new SizeRow(m_context, target, reading->param, height->param, m_page));
            ++i;
            continue;
        }
        auto* row = new ParamRow(m_context, target, *reading, isPrompt ? titleOf(*node) : QString(), m_page);
        connect(row, &ParamRow::nodeWanted, this, &FormView::nodeWanted);
        m_layout->addWidget(row);
    }
    m_layout->addStretch(1);
    setWidget(m_page);
    viewport()->setAutoFillBackground(false);
    m_page->setAutoFillBackground(false);
}

void FormView::showEmpty()
{
    auto* text = new QLabel(tr("A form shows the few parameters that matter, so that the workflow can be used without "
                               "looking at its nodes. Right-click a parameter in the node tab and choose “Show in "
                               "Form”."),
        m_page);
    text->setProperty("role", "secondary");
    text->setWordWrap(true);
    m_layout->addWidget(text);
    if (usualForm(m_context.document.graph()).empty())
        return;
    auto* begin = new QPushButton(tr("Begin with the usual ones"), m_page);
    begin->setObjectName("usual");
    connect(begin, &QPushButton::clicked, this, [this] {
        Graph graph = m_context.document.graph();
        graph.form = usualForm(graph);
        m_context.document.editWhole(tr("Make Form"), std::move(graph));
    });
    m_layout->addWidget(begin, 0, Qt::AlignLeft);
}

}
