#include "ui/inspector/param_panel.h"

#include "inference/graph/subgraph_type.h"
#include "inference/run/run_event.h"
#include "ui/document/labels.h"
#include "ui/inspector/node_header.h"
#include "ui/inspector/param_row.h"
#include "ui/inspector/prompt_sources.h"
#include "ui/inspector/scroll_column.h"
#include "ui/inspector/size_row.h"

#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace athanor {

struct ParamPanel::Content {
    std::vector<NodeId> nodes; // of one type, or only to be muted and coloured together
    bool sameType = true;
    std::vector<PromptSource> prompts;
};

ParamPanel::ParamPanel(const InspectorContext& context, QWidget* parent)
    : QScrollArea(parent)
    , m_context(context)
{
    makeColumn(*this);
    refresh();
}

ParamPanel::Content ParamPanel::contentNow() const
{
    const Graph& body = m_context.document.body();
    Content content;
    for (const int64_t id : m_context.document.selection())
        if (body.nodes.contains(id))
            content.nodes.push_back(id);
    if (content.nodes.empty())
        if (const NodeId main = mainNode(body))
            content.nodes = {main};
    if (content.nodes.empty())
        return content;
    const Node& first = body.nodes.at(content.nodes.front());
    content.sameType = std::ranges::all_of(content.nodes, [&](NodeId id) {
        const Node& node = body.nodes.at(id);
        return node.type == first.type && (content.nodes.size() == 1 || !isSubgraph(node));
    });
    if (content.nodes.size() == 1)
        content.prompts = promptsOf(body, m_context.document.links(body), content.nodes.front());
    return content;
}

void ParamPanel::refresh()
{
    const Content content = contentNow();
    const Graph& body = m_context.document.body();
    QString key = QString::fromStdString(pathText(m_context.document.path()));
    if (body.nodes.empty())
        key += QStringLiteral(" nothing");
    for (const NodeId id : content.nodes) {
        const Node& node = body.nodes.at(id);
        key += QStringLiteral(" %1:").arg(id) + toText(node.type);
        if (isSubgraph(node))
            for (const Exposed& param : node.subgraph->params)
                key += ' ' + toText(param.name);
        for (const Link* link : m_context.document.links(body).into(id)) // a size that is fed is no size row
            key += QStringLiteral(" <") + toText(link->to.port);
    }
    for (const PromptSource& prompt : content.prompts)
        key += QStringLiteral(" p%1 ").arg(prompt.node) + toText(prompt.param);
    if (key != m_built || !m_page) {
        m_built = key;
        build(content);
    } else {
        for (ParamRow* row : m_page->findChildren<ParamRow*>())
            row->refresh();
        for (SizeRow* row : m_page->findChildren<SizeRow*>())
            row->refresh();
        if (m_header)
            m_header->refresh();
    }
    QString title;
    if (content.nodes.size() == 1)
        title = titleOf(body.nodes.at(content.nodes.front()));
    else if (!content.nodes.empty())
        title = tr("%1 nodes").arg(content.nodes.size());
    if (title == m_title)
        return;
    m_title = title;
    emit titleChanged();
}

void ParamPanel::build(const Content& content)
{
    if (QWidget* old = takeWidget()) { // one of its widgets may be in the middle of telling something
        old->hide();
        old->deleteLater();
    }
    m_page = new QWidget;
    m_page->setObjectName("page");
    m_layout = new QVBoxLayout(m_page);
    m_layout->setContentsMargins(16, 12, 12, 16);
    m_layout->setSpacing(8);
    m_header = nullptr;
    if (content.nodes.empty()) {
        showEmpty();
    } else {
        m_header = new NodeHeader(m_context, m_page);
        m_header->display(content.nodes);
        m_layout->addWidget(m_header);
        for (const PromptSource& prompt : content.prompts)
            addRow({m_context.document.path(), {prompt.node}, prompt.param}, prompt.title);
        addParams(content);
    }
    m_layout->addStretch(1);
    setWidget(m_page);
    viewport()->setAutoFillBackground(false);
    m_page->setAutoFillBackground(false);
}

void ParamPanel::addRow(ParamTarget target, const QString& name)
{
    const auto reading = readParam(m_context.document, target);
    if (!reading)
        return;
    auto* row = new ParamRow(m_context, std::move(target), *reading, name, m_page);
    connect(row, &ParamRow::nodeWanted, this, &ParamPanel::nodeWanted);
    m_layout->addWidget(row);
}

void ParamPanel::addParams(const Content& content)
{
    const Graph& body = m_context.document.body();
    NodeType made;
    const NodeType* type = content.sameType ? typeOf(body.nodes.at(content.nodes.front()), made) : nullptr;
    if (!type) {
        auto* text = new QLabel(content.sameType
                ? tr("This program does not know nodes of this type. It keeps them as they are.")
                : tr("Nodes of different types have no parameters in common. Mode and colour go for all of them."),
            m_page);
        text->setProperty("role", "secondary");
        text->setWordWrap(true);
        m_layout->addWidget(text);
        return;
    }
    const auto isFed = [&](std::string_view name) {
        const Links& links = m_context.document.links(body);
        return std::ranges::any_of(content.nodes, [&](NodeId id) { return links.into(id, name) != nullptr; });
    };
    for (size_t i = 0; i < type->params.size(); ++i) {
        const ParamTarget target{m_context.document.path(), content.nodes, std::string(type->params[i].name)};
        if (isSize(type->params, i) && !isFed("width") && !isFed("height")) {
            m_layout->addWidget(new SizeRow(m_context, target, type->params[i], type->params[i + 1], m_page));
            ++i;
        } else {
            addRow(target, {});
        }
    }
}

void ParamPanel::showEmpty()
{
    auto* text = new QLabel(m_context.document.body().nodes.empty()
            ? tr("Nothing here yet. Add a node with Space or a double-click on the canvas.")
            : tr("Select a node to see and change its parameters."),
        m_page);
    text->setProperty("role", "secondary");
    text->setWordWrap(true);
    text->setAlignment(Qt::AlignHCenter);
    m_layout->addSpacing(24);
    m_layout->addWidget(text);
}

}
