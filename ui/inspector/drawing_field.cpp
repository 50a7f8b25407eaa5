#include "ui/inspector/drawing_field.h"

#include "ui/common/theme.h"
#include "ui/document/labels.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace athanor {

DrawingField::DrawingField(const Param& param, const QString& open, const QString& iconName, QWidget* parent)
    : ParamWidget(parent)
    , m_param({.name = "", .kind = param.kind})
    , m_summary(new QLabel(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* button = new QPushButton(open, this);
    button->setObjectName("open");
    button->setIcon(icon(iconName));
    m_summary->setProperty("role", "secondary");
    m_summary->setTextFormat(Qt::PlainText);
    row->addWidget(button);
    row->addWidget(m_summary, 1);
    setFocusProxy(button);
    connect(button, &QPushButton::clicked, this, &ParamWidget::editorWanted);
}

void DrawingField::display(const ParamValue& value, bool mixed)
{
    m_summary->setText(mixed ? tr("several") : valueText(m_param, value));
}

}
