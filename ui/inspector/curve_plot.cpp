#include "ui/inspector/curve_plot.h"

#include "ui/common/theme.h"
#include "ui/inspector/param_widgets.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace athanor {

namespace {

constexpr double radius = 4, step = 0.05, most = 10; // most: as curves allow, up and down

double snapped(double value)
{
    return std::clamp(std::round(value / step) * step, -most, most);
}

}

std::vector<double> resampled(const std::vector<double>& values, size_t count)
{
    std::vector<double> points;
    for (size_t i = 0; i < count; ++i) {
        const double at = double(values.size() - 1) * double(i) / double(count - 1);
        const size_t below = std::min(size_t(at), values.size() - 1), above = std::min(below + 1, values.size() - 1);
        points.push_back(snapped(std::lerp(values[below], values[above], at - double(below))));
    }
    return points;
}

CurvePlot::CurvePlot(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    display({});
}

QSize CurvePlot::sizeHint() const
{
    return {160, 88};
}

void CurvePlot::display(const std::vector<double>& values)
{
    m_values = values.empty() ? std::vector<double>{1, 1} : values;
    if (m_values.size() == 1)
        m_values.push_back(m_values.front());
    m_chosen = std::min(m_chosen, m_values.size() - 1);
    if (m_gesture.isEmpty())
        setRange();
    update();
}

void CurvePlot::setRange()
{
    constexpr double room = 1.5; // above 1, to be dragged to
    m_low = std::min(0.0, std::floor(std::ranges::min(m_values)));
    m_high = std::max(room, std::ceil(std::ranges::max(m_values)));
}

QRectF CurvePlot::plot() const
{
    return QRectF(rect()).adjusted(10, 8, -10, -8);
}

QPointF CurvePlot::pointAt(size_t index) const
{
    const QRectF area = plot();
    const double x = area.left() + area.width() * double(index) / double(m_values.size() - 1);
    return {x, area.bottom() - area.height() * (m_values[index] - m_low) / (m_high - m_low)};
}

void CurvePlot::paintEvent(QPaintEvent*)
{
    constexpr double corner = 5;
    const Theme& theme = themeOf(*this);
    const QRectF area = plot();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(hasFocus() ? theme.accent : theme.line);
    painter.setBrush(theme.dark ? theme.window : theme.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), corner, corner);
    for (const double level : {0.0, 1.0}) {
        const double y = area.bottom() - area.height() * (level - m_low) / (m_high - m_low);
        painter.setPen(QPen(theme.line, 1, level == 0 ? Qt::SolidLine : Qt::DashLine));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    }
    QPainterPath line(pointAt(0));
    for (size_t i = 1; i < m_values.size(); ++i)
        line.lineTo(pointAt(i));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(isEnabled() ? theme.accent : theme.dim, 2));
    painter.drawPath(line);
    for (size_t i = 0; i < m_values.size(); ++i) {
        const bool chosen = i == m_chosen && hasFocus();
        painter.setPen(QPen(chosen ? theme.accent : theme.panel, chosen ? 2 : 1));
        painter.setBrush(theme.dark ? theme.text : theme.secondary);
        painter.drawEllipse(pointAt(i), radius, radius);
    }
}

void CurvePlot::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return event->ignore();
    const QRectF area = plot();
    const double share = (event->position().x() - area.left()) / std::max(1.0, area.width());
    const double last = double(m_values.size() - 1);
    m_chosen = size_t(std::lround(std::clamp(share, 0.0, 1.0) * last));
    m_gesture = newGesture("drag");
    drag(event->position().y());
}

void CurvePlot::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_gesture.isEmpty())
        drag(event->position().y());
}

void CurvePlot::mouseReleaseEvent(QMouseEvent*)
{
    m_gesture.clear();
    setRange();
    update();
}

void CurvePlot::drag(double y)
{
    const QRectF area = plot();
    const double share = std::clamp((area.bottom() - y) / std::max(1.0, area.height()), 0.0, 1.0);
    set(m_low + share * (m_high - m_low), m_gesture);
}

void CurvePlot::set(double value, const QString& gesture)
{
    update();
    const double before = m_values[m_chosen];
    m_values[m_chosen] = snapped(value);
    if (m_values[m_chosen] != before)
        emit changed(std::vector(m_values), gesture);
}

void CurvePlot::keyPressEvent(QKeyEvent* event)
{
    const QString gesture = QStringLiteral("step");
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
        m_chosen = event->key() == Qt::Key_Right ? std::min(m_chosen + 1, m_values.size() - 1)
                                                 : m_chosen - (m_chosen > 0 ? 1 : 0);
        return update();
    case Qt::Key_Up:
        return set(m_values[m_chosen] + step, gesture);
    case Qt::Key_Down:
        return set(m_values[m_chosen] - step, gesture);
    default:
        QWidget::keyPressEvent(event);
    }
}

}
