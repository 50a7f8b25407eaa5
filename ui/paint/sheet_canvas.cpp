#include "ui/paint/sheet_canvas.h"

#include "ui/common/dropped_file.h"
#include "ui/common/theme.h"

#include <QDropEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QTabletEvent>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <utility>

namespace athanor {

namespace {

constexpr double smallestSheetZoom = 0.02, largestSheetZoom = 32, margin = 24;
constexpr double sheetSharpFrom = 3; // zoom from which single pixels are shown as squares

}

SheetCanvas::SheetCanvas(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setTabletTracking(true);
    setAcceptDrops(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    refreshCursor();
}

void SheetCanvas::setSheetSize(QSize size)
{
    if (size == m_size)
        return;
    m_size = size;
    fitUnderlay();
    fit();
}

void SheetCanvas::setUnderlay(const QImage& picture, double opacity)
{
    m_opacity = opacity;
    if (picture.cacheKey() != m_underlay.cacheKey() || picture.isNull() != m_underlay.isNull()) {
        m_underlay = picture;
        fitUnderlay();
    }
    update();
}

void SheetCanvas::fitUnderlay()
{
    m_fitted = {};
    if (m_underlay.isNull())
        return;
    const QImage wide = m_underlay.scaled(m_size, Qt::KeepAspectRatioByExpanding, Qt::SmoothTransformation);
    m_fitted =
        wide.copy(QRect(QPoint((wide.width() - m_size.width()) / 2, (wide.height() - m_size.height()) / 2), m_size))
            .convertToFormat(QImage::Format_RGB32);
}

double SheetCanvas::fitZoom() const
{
    const double wide = std::max(1.0, width() - 2 * margin), high = std::max(1.0, height() - 2 * margin);
    return std::clamp(std::min(wide / m_size.width(), high / m_size.height()), smallestSheetZoom, largestSheetZoom);
}

QPointF SheetCanvas::origin() const
{
    const QPointF middle = QRectF(rect()).center() + (m_fits ? QPointF() : m_offset);
    const QPointF corner = middle - QPointF(m_size.width(), m_size.height()) * zoom() / 2;
    return {std::round(corner.x()), std::round(corner.y())};
}

void SheetCanvas::fit()
{
    m_fits = true;
    m_offset = {};
    update();
}

void SheetCanvas::showActualSize()
{
    m_fits = false;
    m_zoom = 1 / devicePixelRatioF();
    m_offset = {};
    update();
}

void SheetCanvas::zoomAt(QPointF point, double factor)
{
    const QPointF fixed = toSheet(point);
    m_zoom = std::clamp(zoom() * factor, smallestSheetZoom, largestSheetZoom);
    m_fits = false;
    m_offset = point - QRectF(rect()).center() - (fixed - QPointF(m_size.width(), m_size.height()) / 2) * m_zoom;
    moveBy({});
}

// At least a strip of the sheet stays where it can be grasped.
void SheetCanvas::moveBy(QPointF way)
{
    constexpr double strip = 48;
    if (m_fits)
        m_zoom = fitZoom();
    m_fits = false;
    m_offset += way;
    const double x = std::max(0.0, (width() + m_size.width() * m_zoom) / 2 - strip);
    const double y = std::max(0.0, (height() + m_size.height() * m_zoom) / 2 - strip);
    m_offset = {std::clamp(m_offset.x(), -x, x), std::clamp(m_offset.y(), -y, y)};
    update();
}

void SheetCanvas::updateSheet(const QRectF& part)
{
    const QRectF shown(toWidget(part.topLeft()), toWidget(part.bottomRight()));
    update(shown.toAlignedRect().adjusted(-2, -2, 2, 2));
}

void SheetCanvas::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    const Theme& t = themeOf(*this);
    painter.fillRect(event->rect(), t.canvas);
    const QRectF exposed(toSheet(event->rect().topLeft()), toSheet(event->rect().bottomRight() + QPoint(1, 1)));
    const QRect part = exposed.toAlignedRect().adjusted(-2, -2, 2, 2).intersected(QRect(QPoint(), m_size));
    if (!part.isEmpty()) {
        painter.save();
        painter.translate(origin());
        painter.scale(zoom(), zoom());
        painter.fillRect(part, paper());
        painter.setRenderHint(QPainter::SmoothPixmapTransform, zoom() * devicePixelRatioF() < sheetSharpFrom);
        if (!m_fitted.isNull() && m_opacity > 0) {
            painter.setOpacity(m_opacity);
            painter.drawImage(part, m_fitted, part);
            painter.setOpacity(1);
        }
        paintSheet(painter, part);
        painter.restore();
    }
    painter.setPen(hasFocus() ? t.accent : t.line);
    painter.drawRect(QRectF(origin(), QSizeF(m_size) * zoom()).adjusted(-0.5, -0.5, 0.5, 0.5));
    painter.setRenderHint(QPainter::Antialiasing);
    paintTools(painter);
}

void SheetCanvas::pointAt(QPointF point)
{
    m_pointer = point;
    m_inside = true;
}

void SheetCanvas::mousePressEvent(QMouseEvent* event)
{
    pointAt(event->position());
    const Pointer pointer{toSheet(m_pointer), 1, false, event->modifiers()};
    if (event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && m_space)) {
        m_moving = true;
        refreshCursor();
    } else if (event->button() == Qt::LeftButton) {
        m_pressed = true;
        press(pointer);
    } else if (event->button() == Qt::RightButton) {
        pressRight(pointer);
    }
}

void SheetCanvas::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF way = event->position() - m_pointer;
    pointAt(event->position());
    const Pointer pointer{toSheet(m_pointer), 1, false, event->modifiers()};
    if (m_moving)
        moveBy(way);
    else if (m_pressed)
        drag(pointer);
    else
        hover(pointer);
}

void SheetCanvas::mouseReleaseEvent(QMouseEvent* event)
{
    pointAt(event->position());
    if (m_moving && event->button() != Qt::RightButton) {
        m_moving = false;
        refreshCursor();
    } else if (m_pressed && event->button() == Qt::LeftButton) {
        m_pressed = false;
        release({toSheet(m_pointer), 1, false, event->modifiers()});
    }
}

void SheetCanvas::tabletEvent(QTabletEvent* event)
{
    if (m_moving || m_space || (event->type() == QEvent::TabletPress && event->button() != Qt::LeftButton))
        return event->ignore(); // comes again as a mouse's
    pointAt(event->position());
    const Pointer pointer{toSheet(m_pointer), std::clamp(double(event->pressure()), 0.0, 1.0),
        event->pointerType() == QPointingDevice::PointerType::Eraser, event->modifiers()};
    event->accept();
    if (event->type() == QEvent::TabletPress) {
        setFocus();
        m_pressed = true;
        press(pointer);
    } else if (event->type() == QEvent::TabletRelease && std::exchange(m_pressed, false)) {
        release(pointer);
    } else if (event->type() == QEvent::TabletMove) {
        m_pressed ? drag(pointer) : hover(pointer);
    }
}

void SheetCanvas::wheelEvent(QWheelEvent* event)
{
    constexpr double aNotch = 120;
    if (!m_pressed)
        zoomAt(event->position(), std::pow(1.2, event->angleDelta().y() / aNotch));
    event->accept();
}

// Letters are ours while this has the focus, whatever else they are in the window.
bool SheetCanvas::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto& key = *static_cast<QKeyEvent*>(event);
        if (!(key.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) && key.key() < Qt::Key_F1) {
            event->accept();
            return true;
        }
    }
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut || event->type() == QEvent::PaletteChange)
        update();
    return QWidget::event(event);
}

void SheetCanvas::keyPressEvent(QKeyEvent* event)
{
    constexpr double step = 1.25;
    const bool plain = !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
    if (!plain)
        return QWidget::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Space:
        m_space = !m_pressed;
        return refreshCursor();
    case Qt::Key_Escape:
        if (!cancel())
            emit leaveWanted();
        m_pressed = false;
        return;
    case Qt::Key_F:
        return fit();
    case Qt::Key_1:
        return showActualSize();
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoomBy(step);
    case Qt::Key_Minus:
        return zoomBy(1 / step);
    default:
        if (!takeKey(*event))
            QWidget::keyPressEvent(event);
    }
}

void SheetCanvas::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() != Qt::Key_Space || event->isAutoRepeat())
        return QWidget::keyReleaseEvent(event);
    m_space = false;
    refreshCursor();
}

void SheetCanvas::refreshCursor()
{
    setCursor(m_moving ? Qt::ClosedHandCursor : m_space ? Qt::OpenHandCursor : Qt::CrossCursor);
}

void SheetCanvas::leaveEvent(QEvent* event)
{
    m_inside = false;
    m_space = m_space && hasFocus();
    update();
    QWidget::leaveEvent(event);
}

void SheetCanvas::resizeEvent(QResizeEvent*)
{
    update();
}

void SheetCanvas::dragEnterEvent(QDragEnterEvent* event)
{
    if (!droppedFile(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void SheetCanvas::dropEvent(QDropEvent* event)
{
    const QString path = droppedFile(event->mimeData());
    if (path.isEmpty())
        return;
    event->acceptProposedAction();
    QTimer::singleShot(0, this, [this, path] { emit fileDropped(path); }); // its owner waits for the drop to end
}

}
