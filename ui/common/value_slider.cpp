#include "ui/common/value_slider.h"

#include "ui/common/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace athanor {

namespace {

constexpr double knobRadius = 6, focusRadius = 7, groove = 4;

}

ValueSlider::ValueSlider(QWidget* parent)
    : QAbstractSlider(parent)
{
    setOrientation(Qt::Horizontal);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAttribute(Qt::WA_Hover);
}

void ValueSlider::setMixed(bool mixed)
{
    m_mixed = mixed;
    update();
}

QSize ValueSlider::sizeHint() const
{
    return {80, 24};
}

int ValueSlider::positionAt(double x) const
{
    const double share = (x - focusRadius) / std::max(1.0, width() - 2 * focusRadius);
    return minimum() + int(std::lround(std::clamp(share, 0.0, 1.0) * (maximum() - minimum())));
}

double ValueSlider::knobX() const
{
    const double share = maximum() > minimum() ? double(sliderPosition() - minimum()) / (maximum() - minimum()) : 0;
    return focusRadius + share * (width() - 2 * focusRadius);
}

void ValueSlider::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const double middle = height() / 2.0, x = knobX();
    const QRectF whole(0, middle - groove / 2, width(), groove);
    painter.setBrush(theme.line);
    painter.drawRoundedRect(whole, groove / 2, groove / 2);
    if (m_mixed)
        return;
    painter.setBrush(isEnabled() ? theme.accent : theme.dim);
    painter.drawRoundedRect(QRectF(whole.topLeft(), QPointF(x, whole.bottom())), groove / 2, groove / 2);
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, 2));
        painter.setBrush(theme.panel);
        painter.drawEllipse(QPointF(x, middle), focusRadius - 1, focusRadius - 1);
        painter.setPen(Qt::NoPen);
    } else if (!theme.dark) {
        painter.setPen(QPen(theme.dim, 1));
    }
    painter.setBrush(theme.dark ? theme.text : theme.panel);
    const double radius = hasFocus() ? knobRadius - 1 : underMouse() || isSliderDown() ? knobRadius + 0.5 : knobRadius;
    painter.drawEllipse(QPointF(x, middle), radius, radius);
}

void ValueSlider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return event->ignore();
    setSliderDown(true);
    setSliderPosition(positionAt(event->position().x()));
}

void ValueSlider::mouseMoveEvent(QMouseEvent* event)
{
    if (isSliderDown())
        setSliderPosition(positionAt(event->position().x()));
}

void ValueSlider::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        setSliderDown(false);
}

void ValueSlider::wheelEvent(QWheelEvent* event)
{
    if (!hasFocus())
        return event->ignore(); // the panel scrolls
    QAbstractSlider::wheelEvent(event);
}

}
