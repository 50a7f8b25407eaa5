#include "ui/paint/paint_canvas.h"

#include "ui/common/theme.h"
#include "ui/document/labels.h"

#include <QElapsedTimer>
#include <QKeyEvent>
#include <QPainter>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

namespace athanor {

namespace {

constexpr size_t mostPatchBytes = 64 << 20;
constexpr int sliceTime = 12; // ms at a stretch for strokes that are shown again

}

PaintCanvas::PaintCanvas(QWidget* parent)
    : SheetCanvas(parent)
    , m_text(writeDrawing({}))
    , m_sheet(m_drawing.width, m_drawing.height)
{
    setAccessibleName(tr("Drawing"));
}

void PaintCanvas::setText(const std::string& text)
{
    if (text == m_text)
        return;
    cancel();
    m_text = text;
    Drawing next;
    try {
        next = readDrawing(text);
        m_problem.clear();
    } catch (const std::exception& error) {
        m_problem = QString::fromUtf8(error.what());
    }
    const auto alike = std::ranges::mismatch(next.strokes, m_drawing.strokes).in1 - next.strokes.begin();
    const bool sameSize = next.width == m_drawing.width && next.height == m_drawing.height;
    if (sameSize)
        takeBack(size_t(alike));
    m_drawing = std::move(next);
    m_points = 0;
    for (const Stroke& stroke : m_drawing.strokes)
        m_points += stroke.points.size();
    if (!sameSize)
        startAgain();
    catchUp();
}

void PaintCanvas::startAgain()
{
    m_sheet = Sheet(m_drawing.width, m_drawing.height);
    m_done = m_donePoints = m_patchBytes = 0;
    m_patches.clear();
    m_lastEnd.clear();
    setSheetSize({m_drawing.width, m_drawing.height});
    update();
}

void PaintCanvas::takeBack(size_t strokes)
{
    if (m_donePoints > 0) { // half of a stroke is shown
        m_sheet.restore(m_sheet.end());
        m_donePoints = 0;
        update();
    }
    for (; m_done > strokes && !m_patches.empty(); --m_done) {
        m_sheet.restore(m_patches.back());
        updatePart(m_patches.back().rect);
        m_patchBytes -= m_patches.back().ink.size();
        m_patches.pop_back();
    }
    if (m_done > strokes)
        startAgain();
}

void PaintCanvas::catchUp()
{
    QElapsedTimer time;
    time.start();
    while (isBusy()) {
        const Stroke& stroke = m_drawing.strokes[m_done];
        if (m_donePoints == 0)
            m_sheet.begin(stroke.brush);
        while (m_donePoints < stroke.points.size()) {
            updatePart(m_sheet.add(stroke.points[m_donePoints++]));
            if (time.elapsed() >= sliceTime)
                return QTimer::singleShot(0, this, &PaintCanvas::catchUp);
        }
        keep(m_sheet.end());
        ++m_done;
        m_donePoints = 0;
    }
}

void PaintCanvas::keep(Sheet::Patch patch)
{
    m_patchBytes += patch.ink.size();
    m_patches.push_back(std::move(patch));
    for (; m_patchBytes > mostPatchBytes && m_patches.size() > 1; m_patches.pop_front())
        m_patchBytes -= m_patches.front().ink.size();
}

void PaintCanvas::updatePart(const PixelRect& rect)
{
    if (!rect.isEmpty())
        updateSheet(QRectF(rect.left, rect.top, rect.right - rect.left, rect.bottom - rect.top));
}

void PaintCanvas::press(const Pointer& pointer)
{
    if (!m_problem.isEmpty() || isBusy())
        return;
    moveRing(); // a pen may come down where it did not hover
    m_stroke = {m_brush, {}};
    m_stroke.brush.erases = m_brush.erases || pointer.erases;
    m_isDrawing = true;
    m_sheet.begin(m_stroke.brush);
    if (pointer.keys & Qt::ShiftModifier && !m_lastEnd.empty()) { // straight on from the stroke before
        m_stroke.points = m_lastEnd;
        updatePart(m_sheet.add(m_lastEnd.front()));
    }
    add(pointer);
}

void PaintCanvas::add(const Pointer& pointer)
{
    const auto within = [](double at, int side) {
        return int(std::lround(std::clamp(at, -double(side), 2.0 * side) * unitsPerPixel));
    };
    const StrokePoint point{within(pointer.at.x(), m_drawing.width), within(pointer.at.y(), m_drawing.height),
        int(std::lround(pointer.pressure * mostPressure))};
    if (m_points + m_stroke.points.size() >= maxStrokePoints
        || (!m_stroke.points.empty() && m_stroke.points.back() == point))
        return;
    m_stroke.points.push_back(point);
    updatePart(m_sheet.add(point));
}

void PaintCanvas::drag(const Pointer& pointer)
{
    moveRing();
    if (m_isDrawing)
        add(pointer);
}

void PaintCanvas::release(const Pointer& pointer)
{
    if (!m_isDrawing)
        return;
    if (pointer.pressure > 0) // a pen that is lifted tells none
        add(pointer);
    m_isDrawing = false;
    std::string text = m_text;
    appendStroke(text, m_stroke);
    Sheet::Patch before = m_sheet.end();
    if (m_drawing.strokes.size() >= maxStrokes || text.size() > maxDrawingBytes
        || m_points + m_stroke.points.size() > maxStrokePoints) {
        m_sheet.restore(before);
        updatePart(before.rect);
        emit refused(tr("The drawing is full: it has %1. Save what it gives and go on in another.")
                         .arg(strokesText(qsizetype(m_drawing.strokes.size()))));
        return;
    }
    keep(std::move(before));
    m_points += m_stroke.points.size();
    m_lastEnd = {m_stroke.points.back()};
    m_drawing.strokes.push_back(std::move(m_stroke));
    ++m_done;
    m_text = std::move(text);
    emit edited(m_text);
}

bool PaintCanvas::cancel()
{
    if (!std::exchange(m_isDrawing, false))
        return false;
    const Sheet::Patch before = m_sheet.end();
    m_sheet.restore(before);
    updatePart(before.rect);
    return true;
}

void PaintCanvas::setBrush(const Brush& brush)
{
    m_brush = brush;
    moveRing();
}

void PaintCanvas::setLook(Look look)
{
    m_look = look;
    update();
}

bool PaintCanvas::takeKey(const QKeyEvent& event)
{
    constexpr double step = 1.15;
    const bool larger = event.key() == Qt::Key_BracketRight;
    Brush brush = m_brush;
    switch (event.key()) {
    case Qt::Key_B:
    case Qt::Key_E:
        brush.erases = event.key() == Qt::Key_E;
        break;
    case Qt::Key_BracketLeft:
    case Qt::Key_BracketRight: {
        const double wanted = larger ? std::max(brush.size * step, brush.size + double(unitsPerPixel))
                                     : std::min(brush.size / step, brush.size - double(unitsPerPixel));
        brush.size = int(std::clamp(std::round(wanted / unitsPerPixel), 1.0, double(widestBrush))) * unitsPerPixel;
        break;
    }
    default:
        return false;
    }
    setBrush(brush);
    emit brushChanged();
    return true;
}

QColor PaintCanvas::paper() const
{
    return m_look == Look::BlackOnWhite ? Qt::white : Qt::black;
}

void PaintCanvas::paintSheet(QPainter& painter, const QRect& part)
{
    constexpr double maskOpacity = 0.65;
    QColor colour = m_look == Look::Mask ? themeOf(*this).accent : m_look == Look::WhiteOnBlack ? Qt::white : Qt::black;
    QRgb shades[256];
    for (int ink = 0; ink < 256; ++ink) {
        colour.setAlphaF(float(ink / 255.0 * (m_look == Look::Mask ? maskOpacity : 1)));
        shades[ink] = qPremultiply(colour.rgba());
    }
    QImage picture(part.size(), QImage::Format_ARGB32_Premultiplied);
    for (int y = 0; y < part.height(); ++y) {
        const uint8_t* from = &m_sheet.ink()[size_t(part.top() + y) * size_t(m_sheet.width()) + size_t(part.left())];
        std::transform(from, from + part.width(), reinterpret_cast<QRgb*>(picture.scanLine(y)),
            [&](uint8_t ink) { return shades[ink]; });
    }
    painter.drawImage(part.topLeft(), picture);
}

QRectF PaintCanvas::ringRect() const
{
    const double radius = std::max(1.5, m_brush.size * zoom() / unitsPerPixel / 2);
    return {pointerAt().x() - radius, pointerAt().y() - radius, 2 * radius, 2 * radius};
}

void PaintCanvas::moveRing()
{
    const QRect now = ringRect().toAlignedRect().adjusted(-2, -2, 2, 2);
    update(m_ring);
    update(now);
    m_ring = now;
}

void PaintCanvas::hover(const Pointer&)
{
    moveRing();
}

void PaintCanvas::paintTools(QPainter& painter)
{
    const Theme& t = themeOf(*this);
    if (!m_problem.isEmpty()) {
        painter.setPen(t.error);
        painter.drawText(QRectF(rect()).adjusted(32, 32, -32, -32), int(Qt::AlignCenter) | Qt::TextWordWrap,
            tr("This drawing cannot be shown: %1.\nClear it to begin anew.").arg(m_problem));
        return;
    }
    if (!isInside())
        return;
    painter.setBrush(Qt::NoBrush); // two rings, so that one is seen on any ground
    painter.setPen(QPen(Qt::black, 1));
    painter.drawEllipse(ringRect().adjusted(-1, -1, 1, 1));
    painter.setPen(QPen(Qt::white, 1, m_brush.erases ? Qt::DashLine : Qt::SolidLine));
    painter.drawEllipse(ringRect());
}

}
