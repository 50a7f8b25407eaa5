#include "ui/inspector/size_row.h"

#include "ui/common/flat_button.h"
#include "ui/inspector/form_menu.h"
#include "ui/inspector/row_head.h"
#include "ui/inspector/size_field.h"

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>

#include <variant>

namespace athanor {

namespace {

int64_t whole(const ParamValue& value)
{
    const auto* number = std::get_if<int64_t>(&value);
    return number ? *number : 0;
}

}

bool isSize(const std::vector<Param>& params, size_t at)
{
    return at + 1 < params.size() && params[at].name == "width" && params[at + 1].name == "height"
        && params[at].kind == ParamKind::Int && params[at + 1].kind == ParamKind::Int;
}

SizeRow::SizeRow(
    const InspectorContext& context, ParamTarget target, const Param& width, const Param& height, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_target(std::move(target))
    , m_heightTarget(m_target)
    , m_field(new SizeField(width, height, this))
    , m_reset(new FlatButton("reset", {}, this))
    , m_problem(new QLabel(this))
{
    m_heightTarget.name = "height";
    setObjectName("size");
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(2);
    auto* line = new QHBoxLayout;
    line->setSpacing(0);
    auto* label = new QLabel(tr("Size"), this);
    label->setProperty("role", "secondary");
    label->setBuddy(m_field);
    line->addWidget(makeRowHead(*label, *m_reset, false));
    line->addWidget(m_field, 1);
    all->addLayout(line);
    m_problem->setProperty("role", "error");
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    auto* below = new QHBoxLayout;
    below->setContentsMargins(rowHeadWidth, 0, 0, 0);
    below->addWidget(m_problem);
    all->addLayout(below);
    connect(m_field, &SizeField::changed, this, &SizeRow::change);
    connect(m_reset, &FlatButton::clicked, this, [this] {
        const auto w = readParam(m_context.document, m_target);
        const auto h = readParam(m_context.document, m_heightTarget);
        if (w && h)
            change(whole(w->param.value), whole(h->param.value), {});
    });
    refresh();
}

void SizeRow::change(int64_t width, int64_t height, const QString& gesture)
{
    changeParams(
        m_context.document, m_target, {{m_target.name, width}, {"height", height}}, tr("Change Size"), gesture);
    refresh();
}

void SizeRow::refresh()
{
    const auto width = readParam(m_context.document, m_target);
    const auto height = readParam(m_context.document, m_heightTarget);
    if (!width || !height)
        return;
    const int64_t w = whole(width->value), h = whole(height->value);
    const bool mixed = width->mixed || height->mixed;
    m_field->display(w, h, mixed);
    const int64_t usualWidth = whole(width->param.value), usualHeight = whole(height->param.value);
    m_reset->setText(tr("Back to %1 × %2").arg(usualWidth).arg(usualHeight));
    m_reset->setVisible(mixed || w != usualWidth || h != usualHeight);
    QString text;
    for (const ParamTarget* target : std::initializer_list<const ParamTarget*>{&m_target, &m_heightTarget})
        for (const ParamPlace& place : placesOf(*target))
            if (text.isEmpty())
                text = m_context.problems.at(place.node, place.param);
    m_problem->setText(text);
    m_problem->setVisible(!text.isEmpty());
}

void SizeRow::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    menu.addAction(tr("Reset"), m_reset, &FlatButton::click)->setEnabled(!m_reset->isHidden());
    std::vector<ParamPlace> places = placesOf(m_target);
    const std::vector<ParamPlace> heights = placesOf(m_heightTarget);
    places.insert(places.end(), heights.begin(), heights.end());
    addFormActions(menu, m_context.document, places);
    menu.exec(event->globalPos());
}

}
