#include "ui/inspector/drawing_field.h"

#include "ui/common/theme.h"
#include "ui/document/labels.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace athanor {

DrawingField::DrawingField(const Param& param, QWidget* parent)
    : ParamWidget(parent)
    , m_param({.name = "", .kind = param.kind})
    , m_summary(new QLabel(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    const bool draws = param.kind == ParamKind::Drawing;
    auto* open = new QPushButton(draws ? tr("Draw…") : tr("Pose…"), this);
    open->setObjectName("open");
    open->setIcon(icon(draws ? QStringLiteral("brush") : QStringLiteral("person")));
    m_summary->setProperty("role", "secondary");
    m_summary->setTextFormat(Qt::PlainText);
    row->addWidget(open);
    row->addWidget(m_summary, 1);
    setFocusProxy(open);
    connect(open, &QPushButton::clicked, this, &ParamWidget::editorWanted);
}

void DrawingField::display(const ParamValue& value, bool mixed)
{
    m_summary->setText(mixed ? tr("several") : valueText(m_param, value));
}

}
