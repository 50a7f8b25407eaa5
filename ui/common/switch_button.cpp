#include "ui/common/switch_button.h"

#include "ui/common/theme.h"

#include <QPainter>

namespace athanor {

SwitchButton::SwitchButton(QWidget* parent)
    : QAbstractButton(parent)
{
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void SwitchButton::setMixed(bool mixed)
{
    m_mixed = mixed;
    update();
}

QSize SwitchButton::sizeHint() const
{
    return {36, 24};
}

void SwitchButton::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(*this);
    const bool on = isChecked() && !m_mixed;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF track(2, height() / 2.0 - 8, 30, 16);
    painter.setPen(QPen(hasFocus() ? theme.accent : underMouse() ? theme.dim : theme.line, hasFocus() ? 2 : 1));
    painter.setBrush(on ? theme.accent : theme.window);
    painter.drawRoundedRect(track, 8, 8);
    if (on && hasFocus()) { // the ring would not be seen on its own colour
        painter.setPen(QPen(theme.text, 1.5));
        painter.drawRoundedRect(track, 8, 8);
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(on ? theme.onAccent : theme.secondary);
    const double x = m_mixed ? track.center().x() : on ? track.right() - 8 : track.left() + 8;
    painter.drawEllipse(QPointF(x, track.center().y()), 5, 5);
}

}
