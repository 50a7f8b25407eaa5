#include "ui/inspector/inspector.h"

#include "inference/graph/subgraph_type.h"
#include "ui/document/labels.h"
#include "ui/inspector/form_view.h"
#include "ui/inspector/param_panel.h"
#include "ui/inspector/problem_list.h"

#include <QKeyEvent>
#include <QSet>
#include <QTabBar>

#include <algorithm>
#include <string>
#include <variant>

namespace athanor {

namespace {

// Every prompt that the nodes hold, in subgraphs too, which nest no deeper than files allow.
void addPrompts(const Graph& graph, QStringList& prompts)
{
    for (const auto& [id, node] : graph.nodes) {
        if (isSubgraph(node)) {
            addPrompts(*node.subgraph->body, prompts);
            continue;
        }
        const NodeType* type = findNodeType(node.type);
        for (size_t i = 0; type && i < type->params.size(); ++i) {
            const auto value = node.params.find(std::string(type->params[i].name));
            if (type->params[i].kind != ParamKind::Prompt || value == node.params.end())
                continue;
            const auto* text = std::get_if<std::string>(&value->second);
            if (text && !toText(*text).trimmed().isEmpty())
                prompts << toText(*text);
        }
    }
}

}

Inspector::Inspector(GraphDocument& document, RunState& runs, Studio& studio, QWidget* parent)
    : QTabWidget(parent)
    , m_document(document)
    , m_problems(document, runs, this)
{
    const InspectorContext context{document, runs, studio, m_problems, m_memory};
    m_panel = new ParamPanel(context, this);
    m_form = new FormView(context, this);
    m_list = new ProblemList(context, this);
    addTab(m_panel, tr("Node"));
    addTab(m_form, tr("Form"));
    addTab(m_list, tr("Problems"));
    setDocumentMode(true);
    tabBar()->setExpanding(false);
    tabBar()->setDrawBase(false);
    tabBar()->setElideMode(Qt::ElideRight);
    connect(&document, &GraphDocument::graphChanged, this, &Inspector::refresh);
    connect(&document, &GraphDocument::selectionChanged, m_panel, &ParamPanel::refresh);
    connect(&m_problems, &ProblemWatch::changed, this, [this] {
        m_list->refresh();
        refresh();
        refreshTitles();
    });
    connect(m_panel, &ParamPanel::titleChanged, this, &Inspector::refreshTitles);
    connect(m_panel, &ParamPanel::nodeWanted, this, &Inspector::go);
    connect(m_form, &FormView::nodeWanted, this, &Inspector::go);
    connect(m_list, &ProblemList::nodeWanted, this, &Inspector::go);
    refreshTitles();
}

void Inspector::refresh()
{
    m_panel->refresh();
    m_form->refresh();
}

void Inspector::refreshTitles()
{
    constexpr int mostTitle = 24;
    QString title = m_panel->title();
    if (title.size() > mostTitle)
        title = title.left(mostTitle) + QStringLiteral("…");
    setTabText(0, title.isEmpty() ? tr("Node") : title.replace('&', QStringLiteral("&&")));
    const size_t count = m_problems.all().size();
    setTabText(2, count == 0 ? tr("Problems") : tr("Problems %1").arg(count));
}

void Inspector::go(const NodePath& node)
{
    m_document.enter(NodePath(node.begin(), node.end() - 1));
    m_document.select({node.back()});
    emit nodeWanted(node);
}

void Inspector::setLastRun(const Graph& graph)
{
    m_memory.lastRun = graph;
    QStringList ran;
    addPrompts(graph, ran);
    QStringList latest; // the latest first
    QSet<QString> known;
    for (const QStringList& list : {ran, m_memory.prompts})
        for (auto prompt = list.rbegin(); prompt != list.rend() && latest.size() < mostPrompts; ++prompt)
            if (!known.contains(*prompt)) {
                known.insert(*prompt);
                latest << *prompt;
            }
    setPromptHistory({latest.rbegin(), latest.rend()});
}

void Inspector::setPromptHistory(const QStringList& prompts)
{
    const bool changed = prompts != m_memory.prompts;
    m_memory.prompts = prompts.mid(std::max(qsizetype(0), prompts.size() - mostPrompts));
    refresh();
    if (changed)
        emit promptHistoryChanged();
}

void Inspector::setCompletions(const QStringList& words)
{
    m_memory.completions = words;
    refresh();
}

// Where no window takes them first.
void Inspector::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Undo))
        m_document.undoStack().undo();
    else if (event->matches(QKeySequence::Redo))
        m_document.undoStack().redo();
    else
        QTabWidget::keyPressEvent(event);
}

}
