#include "ui/inspector/param_row.h"

#include "inference/graph/subgraph.h"
#include "ui/common/flat_button.h"
#include "ui/common/theme.h"
#include "ui/document/labels.h"
#include "ui/inspector/form_menu.h"
#include "ui/inspector/param_widgets.h"
#include "ui/inspector/prompt_field.h"
#include "ui/inspector/prompt_sources.h"
#include "ui/inspector/row_head.h"
#include "ui/inspector/seed_field.h"

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

#include <cstdint>
#include <optional>
#include <variant>

namespace athanor {

ParamRow::ParamRow(const InspectorContext& context, ParamTarget target, const ParamReading& reading,
    const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_target(std::move(target))
    , m_name(name.isEmpty() ? athanor::label(reading.param.name) : name)
    , m_kind(reading.param.kind)
    , m_label(new QLabel(this))
    , m_problem(new QLabel(this))
    , m_widget(makeParamWidget(reading.param, context.studio, this))
    , m_source(new QToolButton(this))
    , m_reset(new FlatButton("reset", {}, this))
{
    setObjectName(toText(m_target.name));
    m_label->setObjectName("name");
    m_label->setTextFormat(Qt::PlainText);
    m_label->setText(m_name);
    m_label->setProperty("role", "secondary");
    m_label->setBuddy(m_widget);
    m_label->setToolTip(nodeText(reading.param.text));
    m_widget->setToolTip(nodeText(reading.param.text));
    m_source->setProperty("flat", true);
    m_source->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_source->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_problem->setProperty("role", "error");
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    buildLine();
    connect(m_widget, &ParamWidget::changed, this, &ParamRow::change);
    connect(m_widget, &ParamWidget::editorWanted, this,
        [this] { m_context.document.openEditor(placesOf(m_target).front()); });
    connect(m_reset, &FlatButton::clicked, this, [this] {
        if (const auto now = readParam(m_context.document, m_target))
            change(now->param.value, {});
    });
    connect(m_source, &QToolButton::clicked, this, [this] {
        const auto now = readParam(m_context.document, m_target);
        NodePath path = m_target.body;
        if (!now || !now->source)
            return;
        path.push_back(now->source->node);
        emit nodeWanted(path);
    });
    if (auto* seed = qobject_cast<SeedField*>(m_widget))
        connect(seed, &SeedField::freshWanted, this, [this](bool fresh) {
            Graph graph = m_context.document.graph();
            graph.freshSeeds = withPlaces(std::move(graph.freshSeeds), placesOf(m_target), fresh);
            m_context.document.editWhole(fresh ? tr("Draw Seeds Anew") : tr("Keep Seed"), std::move(graph));
        });
    refresh();
}

void ParamRow::buildLine()
{
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(2);
    auto* line = new QHBoxLayout;
    line->setSpacing(0);
    line->addWidget(makeRowHead(*m_label, *m_reset, m_widget->isWide()), m_widget->isWide() ? 1 : 0);
    all->addLayout(line);
    auto* below = new QHBoxLayout;
    if (m_widget->isWide()) {
        all->addWidget(m_widget);
        all->addWidget(m_source);
    } else {
        line->addWidget(m_widget, 1);
        line->addWidget(m_source, 1);
        below->setContentsMargins(rowHeadWidth, 0, 0, 0);
    }
    below->addWidget(m_problem);
    all->addLayout(below);
}

void ParamRow::change(const ParamValue& value, const QString& gesture)
{
    changeParams(m_context.document, m_target, {{m_target.name, value}}, tr("Change %1").arg(m_name), gesture);
    refresh(); // what was refused or brought into range shows as it is
}

void ParamRow::refresh()
{
    const auto reading = readParam(m_context.document, m_target);
    if (!reading)
        return;
    const bool fed = reading->source.has_value();
    m_widget->setHidden(fed);
    m_source->setVisible(fed);
    m_widget->display(reading->value, reading->mixed);
    m_reset->setVisible(!fed && (reading->mixed || !(reading->value == reading->param.value)));
    m_reset->setText(tr("Back to %1").arg(valueText(reading->param, reading->param.value).left(40)));
    if (fed) {
        const Graph& body = *bodyAt(m_context.document.graph(), m_target.body);
        const auto node = body.nodes.find(reading->source->node);
        const QString title = node == body.nodes.end() ? QString() : titleOf(node->second);
        m_source->setIcon(icon("link", portColour(rowOf(m_kind).type, themeOf(*this))));
        m_source->setText(tr("from %1").arg(title).replace('&', QLatin1String("&&")));
        m_source->setToolTip(plainTip(tr("A link feeds this. Go to %1").arg(title)));
    }
    refreshSeed();
    refreshPrompt();
    refreshProblem();
}

void ParamRow::refreshProblem()
{
    QString text;
    for (const ParamPlace& place : placesOf(m_target))
        if (text.isEmpty())
            text = m_context.problems.at(place.node, m_target.name);
    m_problem->setText(text);
    m_problem->setVisible(!text.isEmpty());
}

void ParamRow::refreshSeed()
{
    auto* field = qobject_cast<SeedField*>(m_widget);
    if (!field)
        return;
    std::optional<uint64_t> last;
    if (const auto ran = readParam(m_context.memory.lastRun, m_target)) {
        if (const auto* whole = std::get_if<int64_t>(&ran->value))
            last = uint64_t(*whole);
        else if (const auto* large = std::get_if<uint64_t>(&ran->value))
            last = *large;
    }
    field->displayRuns(hasPlaces(m_context.document.graph().freshSeeds, placesOf(m_target)), last);
}

void ParamRow::refreshPrompt()
{
    auto* field = qobject_cast<PromptField*>(m_widget);
    if (!field)
        return;
    const Graph& body = *bodyAt(m_context.document.graph(), m_target.body);
    field->setModel(modelReading(body, m_context.document.links(body), m_target.nodes.front()));
    field->setHistory(m_context.memory.prompts);
    field->edit().setCompletions(m_context.memory.completions);
}

void ParamRow::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    QAction* reset = menu.addAction(tr("Reset"), m_reset, &FlatButton::click);
    reset->setEnabled(!m_reset->isHidden());
    addFormActions(menu, m_context.document, placesOf(m_target));
    menu.exec(event->globalPos());
}

}
