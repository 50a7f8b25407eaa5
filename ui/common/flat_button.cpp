#include "ui/common/flat_button.h"

#include "ui/common/theme.h"

#include <QEvent>

namespace athanor {

FlatButton::FlatButton(const QString& iconName, const QString& text, QWidget* parent)
    : QToolButton(parent)
    , m_icon(iconName)
{
    setObjectName(iconName);
    setProperty("flat", true);
    setFocusPolicy(Qt::TabFocus);
    setIconSize({16, 16});
    setText(text);
    draw();
}

void FlatButton::setIconName(const QString& name, bool alive)
{
    m_icon = name;
    m_alive = alive;
    draw();
}

void FlatButton::setText(const QString& text)
{
    setToolTip(plainTip(text));
    setAccessibleName(text);
}

void FlatButton::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        draw();
    QToolButton::changeEvent(event);
}

void FlatButton::draw()
{
    const Theme& theme = themeOf(*this);
    setIcon(athanor::icon(m_icon, m_alive ? theme.accent : theme.secondary));
}

}
