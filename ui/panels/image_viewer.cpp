#include "ui/panels/image_viewer.h"

#include "ui/common/theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace athanor {

namespace {

constexpr double smallestZoom = 0.02, largestZoom = 64, viewMargin = 16;
constexpr double sharpFrom = 3; // zoom from which single pixels are shown as squares
constexpr int pillMargin = 12;

}

ImageViewer::ImageViewer(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Picture"));
}

void ImageViewer::show(const QImage& picture, int scale)
{
    const bool sameSize = picture.size() * scale == m_picture.size() * m_scale;
    m_picture = picture;
    m_scale = scale;
    if (!sameSize)
        fit();
    update();
    emit stateChanged();
}

void ImageViewer::showPreview(const QImage& picture, int scale)
{
    m_before = m_result;
    show(picture, scale);
}

void ImageViewer::showResult(const QImage& picture)
{
    if (m_result.cacheKey() != picture.cacheKey() && m_result != picture)
        m_before = m_result;
    m_result = picture;
    show(picture, 1);
}

void ImageViewer::showAlone(const QImage& picture)
{
    if (m_picture == picture)
        return;
    if (!m_picture.isNull() && m_scale == 1)
        m_before = m_picture;
    show(picture, 1);
}

void ImageViewer::clear()
{
    m_picture = m_before = m_result = {};
    m_comparing = false;
    setCaption({}, {});
    update();
    emit stateChanged();
}

void ImageViewer::setCaption(const QString& topLeft, const QString& bottomRight)
{
    m_topLeft = topLeft;
    m_bottomRight = bottomRight;
    update();
}

void ImageViewer::setComparing(bool comparing)
{
    m_comparing = comparing && canCompare();
    update();
    emit stateChanged();
}

double ImageViewer::fitZoom() const
{
    if (m_picture.isNull())
        return 1;
    const QSizeF room(std::max(1., width() - 2 * viewMargin), std::max(1., height() - 2 * viewMargin));
    const QSizeF size = m_picture.size() * m_scale;
    return std::min(room.width() / size.width(), room.height() / size.height());
}

double ImageViewer::zoom() const
{
    return (m_fits ? fitZoom() : m_zoom) * devicePixelRatioF();
}

void ImageViewer::fit()
{
    m_fits = true;
    m_offset = {};
    update();
    emit stateChanged();
}

void ImageViewer::showActualSize()
{
    m_fits = false;
    m_zoom = 1 / devicePixelRatioF();
    m_offset = {};
    update();
    emit stateChanged();
}

void ImageViewer::zoomAt(QPointF point, double factor)
{
    const double before = m_fits ? fitZoom() : m_zoom;
    m_zoom = std::clamp(before * factor, smallestZoom, largestZoom);
    m_fits = false;
    const QPointF fromCentre = point - QRectF(rect()).center() - m_offset;
    m_offset += fromCentre * (1 - m_zoom / before);
    keepInView();
    update();
    emit stateChanged();
}

// At least a strip of the picture stays where it can be grasped.
void ImageViewer::keepInView()
{
    constexpr double strip = 48;
    const QSizeF size = QSizeF(m_picture.size() * m_scale) * m_zoom;
    const double x = std::max(0., (width() + size.width()) / 2 - strip);
    const double y = std::max(0., (height() + size.height()) / 2 - strip);
    m_offset = {std::clamp(m_offset.x(), -x, x), std::clamp(m_offset.y(), -y, y)};
}

QRectF ImageViewer::pictureRect() const
{
    const double scale = m_fits ? fitZoom() : m_zoom;
    QRectF shown(QPointF(), QSizeF(m_picture.size() * m_scale) * scale);
    shown.moveCenter(QRectF(rect()).center() + m_offset);
    return shown;
}

double ImageViewer::wipeX() const
{
    const QRectF shown = pictureRect();
    return shown.left() + shown.width() * m_wipe;
}

bool ImageViewer::isOnWipe(QPointF point) const
{
    constexpr double reach = 8;
    return m_comparing && std::abs(point.x() - wipeX()) < reach;
}

void ImageViewer::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), themeOf(*this).window);
    if (m_picture.isNull()) {
        paintEmpty(painter);
        return;
    }
    paintPicture(painter, m_picture, rect());
    if (m_comparing)
        paintWipe(painter);
    paintPill(painter, m_topLeft, Qt::AlignTop | Qt::AlignLeft);
    paintPill(painter, m_bottomRight, Qt::AlignBottom | Qt::AlignRight);
}

void ImageViewer::paintPicture(QPainter& painter, const QImage& picture, const QRectF& clip) const
{
    constexpr double radius = 5;
    const QRectF shown = pictureRect();
    const double scale = shown.width() / picture.width();
    painter.save();
    QPainterPath outline;
    outline.addRoundedRect(shown, radius, radius);
    QPainterPath part;
    part.addRect(clip);
    painter.setClipPath(outline.intersected(part));
    painter.setRenderHint(QPainter::SmoothPixmapTransform, scale < sharpFrom || m_scale > 1);
    painter.drawImage(shown, picture);
    painter.restore();
}

void ImageViewer::paintWipe(QPainter& painter) const
{
    const Theme& t = themeOf(*this);
    const double x = wipeX();
    QRectF left = rect();
    left.setRight(x);
    paintPicture(painter, m_before, left);
    painter.setPen(QPen(t.accent, 2));
    painter.drawLine(QPointF(x, pictureRect().top()), QPointF(x, pictureRect().bottom()));
    painter.setBrush(t.accent);
    painter.setPen(Qt::NoPen);
    const double middle = std::clamp(pictureRect().center().y(), 24., std::max(24., height() - 24.));
    painter.drawEllipse(QPointF(x, middle), 9, 9);
    painter.setPen(QPen(t.onAccent, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPolyline(QPolygonF({{x - 2, middle - 3}, {x - 5, middle}, {x - 2, middle + 3}}));
    painter.drawPolyline(QPolygonF({{x + 2, middle - 3}, {x + 5, middle}, {x + 2, middle + 3}}));
    paintPill(painter, tr("before"), Qt::AlignBottom | Qt::AlignLeft);
}

void ImageViewer::paintPill(QPainter& painter, const QString& text, Qt::Alignment alignment) const
{
    if (text.isEmpty())
        return;
    const Theme& t = themeOf(*this);
    painter.setFont(monospaceFont());
    const QRectF area =
        QRectF(rect()).intersected(pictureRect()).adjusted(pillMargin, pillMargin, -pillMargin, -pillMargin);
    const QRectF words = painter.boundingRect(area, int(alignment) | Qt::TextSingleLine, text);
    QRectF pill = words.adjusted(-8, -4, 8, 4);
    pill.translate(alignment & Qt::AlignLeft ? 8 : -8, alignment & Qt::AlignTop ? 4 : -4);
    QColor back = t.panel;
    back.setAlphaF(0.88f);
    painter.setPen(Qt::NoPen);
    painter.setBrush(back);
    painter.drawRoundedRect(pill, 5, 5);
    painter.setPen(t.text);
    painter.drawText(pill, Qt::AlignCenter | Qt::TextSingleLine, text);
}

void ImageViewer::paintEmpty(QPainter& painter) const
{
    const Theme& t = themeOf(*this);
    QRectF area = QRectF(rect()).adjusted(24, 0, -24, 0);
    const QRectF sign(area.center().x() - 20, area.center().y() - 52, 40, 40);
    icon(QStringLiteral("image"), t.dim).paint(&painter, sign.toRect());
    painter.setPen(t.secondary);
    area.setTop(area.center().y());
    painter.drawText(area, int(Qt::AlignTop | Qt::AlignHCenter) | Qt::TextWordWrap,
        tr("Pictures come out here.\nPress Ctrl+Enter to run the workflow."));
}

void ImageViewer::resizeEvent(QResizeEvent*)
{
    keepInView();
    emit stateChanged();
}

void ImageViewer::wheelEvent(QWheelEvent* event)
{
    if (m_picture.isNull())
        return;
    constexpr double aNotch = 120;
    zoomAt(event->position(), std::pow(1.2, event->angleDelta().y() / aNotch));
    event->accept();
}

void ImageViewer::mousePressEvent(QMouseEvent* event)
{
    if (m_picture.isNull() || (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton))
        return;
    m_wiping = event->button() == Qt::LeftButton && isOnWipe(event->position());
    m_pulling = event->button() == Qt::LeftButton && !m_wiping && m_fits;
    m_panning = !m_wiping && !m_pulling;
    m_pressed = event->position();
    if (m_panning)
        setCursor(Qt::ClosedHandCursor);
}

void ImageViewer::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF point = event->position();
    if (m_wiping) {
        const QRectF shown = pictureRect();
        m_wipe = std::clamp((point.x() - shown.left()) / shown.width(), 0., 1.);
        update();
    } else if (m_pulling) {
        if ((point - m_pressed).manhattanLength() < QApplication::startDragDistance())
            return;
        m_pulling = false;
        emit dragWanted();
    } else if (m_panning) {
        if (m_fits)
            m_zoom = fitZoom();
        m_fits = false;
        m_offset += point - m_pressed;
        m_pressed = point;
        keepInView();
        update();
    } else {
        setCursor(isOnWipe(point) ? Qt::SplitHCursor : Qt::ArrowCursor);
    }
}

void ImageViewer::mouseReleaseEvent(QMouseEvent*)
{
    m_wiping = m_panning = m_pulling = false;
    setCursor(Qt::ArrowCursor);
}

void ImageViewer::mouseDoubleClickEvent(QMouseEvent*)
{
    if (m_fits)
        showActualSize();
    else
        fit();
}

void ImageViewer::keyPressEvent(QKeyEvent* event)
{
    constexpr double step = 1.25, wipeStep = 0.02;
    switch (event->key()) {
    case Qt::Key_F:
        return fit();
    case Qt::Key_1:
        return showActualSize();
    case Qt::Key_C:
        return setComparing(!m_comparing);
    case Qt::Key_Plus:
        return zoomBy(step);
    case Qt::Key_Minus:
        return zoomBy(1 / step);
    case Qt::Key_Left:
    case Qt::Key_Right:
        m_wipe = std::clamp(m_wipe + (event->key() == Qt::Key_Left ? -wipeStep : wipeStep), 0., 1.);
        return update();
    default:
        QWidget::keyPressEvent(event);
    }
}

void ImageViewer::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        update();
    QWidget::changeEvent(event);
}

void ImageViewer::leaveEvent(QEvent*)
{
    setCursor(Qt::ArrowCursor);
}

}
