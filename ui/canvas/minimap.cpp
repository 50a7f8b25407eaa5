#include "ui/canvas/minimap.h"

#include "ui/canvas/graph_view.h"

#include <QMouseEvent>
#include <QPainter>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace athanor {

namespace {

constexpr QSize mapSize(152, 96);
constexpr double mapMargin = 8;

}

Minimap::Minimap(GraphView& view)
    : QWidget(&view)
    , m_view(view)
{
    setObjectName(QStringLiteral("minimap"));
    setFixedSize(mapSize);
    setCursor(Qt::ArrowCursor);
    setToolTip(tr("The whole workflow; click to go there"));
    connect(&view.graphScene(), &GraphScene::shown, this, &Minimap::refreshSoon);
    connect(&view.document(), &GraphDocument::selectionChanged, this, &Minimap::refreshSoon);
    connect(&view.graphScene(), &GraphScene::stateChanged, this, &Minimap::refreshSoon);
    connect(&view, &GraphView::viewMoved, this, [this] {
        showWhereUseful();
        update();
    });
}

void Minimap::refreshSoon()
{
    m_graph = {};
    if (std::exchange(m_isStale, true))
        return;
    QTimer::singleShot(0, this, [this] {
        m_isStale = false;
        showWhereUseful();
        update();
    });
}

void Minimap::setWanted(bool wanted)
{
    m_isWanted = wanted;
    showWhereUseful();
}

QRectF Minimap::seen() const
{
    return m_view.viewportTransform().inverted().mapRect(QRectF(m_view.viewport()->rect()));
}

void Minimap::showWhereUseful()
{
    const QRectF contents = m_view.graphScene().contents();
    setVisible(m_isWanted && !contents.isEmpty() && !seen().contains(contents));
}

QPointF Minimap::toScene(QPointF pixel) const
{
    return m_scene.center() + (pixel - QRectF(rect()).center()) / m_scale;
}

QRectF Minimap::toPixels(const QRectF& area) const
{
    const QPointF corner = QRectF(rect()).center() + (area.topLeft() - m_scene.center()) * m_scale;
    return {corner, area.size() * m_scale};
}

void Minimap::fill()
{
    m_scene = m_view.graphScene().contents();
    if (m_scene.isEmpty())
        m_scene = QRectF(-400, -300, 800, 600);
    m_scale =
        std::min({0.1, (width() - 2 * mapMargin) / m_scene.width(), (height() - 2 * mapMargin) / m_scene.height()});
    m_graph = QPixmap(QSizeF(QSizeF(QWidget::size()) * devicePixelRatioF()).toSize());
    m_graph.setDevicePixelRatio(devicePixelRatioF());
    m_graph.fill(Qt::transparent);
    QPainter painter(&m_graph);
    paintGraph(painter);
}

void Minimap::paintGraph(QPainter& painter) const
{
    const Theme& theme = themeOf(*this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.line, 1));
    painter.setBrush(theme.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), canvas::nodeRadius, canvas::nodeRadius);
    painter.setPen(Qt::NoPen);
    QColor frame = theme.line;
    frame.setAlphaF(0.5F);
    for (const auto& [id, item] : m_view.graphScene().frames())
        painter.fillRect(toPixels(item->rect()), frame);
    for (const auto& [id, item] : m_view.graphScene().nodes()) {
        const NodeState::Kind kind = item->look().state->kind;
        const bool alive = item->isSelected() || kind == NodeState::Kind::Running;
        painter.setBrush(kind == NodeState::Kind::Error ? theme.error : alive ? theme.accent : theme.dim);
        painter.setOpacity(item->look().mode == NodeMode::Normal ? 1 : 0.5);
        const QRectF area = toPixels(item->rect());
        painter.drawRect(QRectF(area.topLeft(), area.size().expandedTo({1.5, 1.5})));
    }
}

void Minimap::paintEvent(QPaintEvent*)
{
    if (m_graph.isNull() || m_graph.devicePixelRatio() != devicePixelRatioF())
        fill();
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_graph);
    const QRectF inside = QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(themeOf(*this).secondary, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(toPixels(seen()).intersected(inside), 3, 3);
}

void Minimap::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        m_view.centerOn(toScene(event->position()));
}

void Minimap::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton)
        m_view.centerOn(toScene(event->position()));
}

void Minimap::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        m_graph = {};
    QWidget::changeEvent(event);
}

}
