#include "ui/canvas/graph_view.h"

#include "ui/canvas/breadcrumbs.h"
#include "ui/canvas/canvas_actions.h"
#include "ui/canvas/canvas_pointer.h"
#include "ui/canvas/canvas_tip.h"
#include "ui/canvas/minimap.h"

#include <QElapsedTimer>
#include <QPainter>
#include <QScrollBar>
#include <algorithm>
#include <cmath>
#include <utility>

namespace athanor {

namespace {

constexpr double fitMargin = 40, dotSpacing = 24; // pixels, canvas units
constexpr int glideTime = 120, stillAfter = 120; // ms

}

GraphView::GraphView(GraphDocument& document, RunState& runs, QWidget* parent)
    : QGraphicsView(parent)
    , m_document(document)
    , m_scene(new GraphScene(document, runs, themeOf(*this), this))
    , m_pointer(new CanvasPointer(*this, *m_scene, document))
    , m_actions(new CanvasActions(*this, document))
    , m_minimap(new Minimap(*this))
    , m_breadcrumbs(new Breadcrumbs(document, this))
    , m_tip(new CanvasTip(this))
    , m_shown(document.path())
{
    setObjectName(QStringLiteral("canvas"));
    setAccessibleName(tr("Workflow"));
    setScene(m_scene);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTransformationAnchor(NoAnchor);
    setResizeAnchor(NoAnchor);
    setViewportUpdateMode(SmartViewportUpdate);
    setOptimizationFlags(DontSavePainterState | DontAdjustForAntialiasing);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAcceptDrops(true);
    setMinimumSize(160, 120);
    m_glide.setDuration(glideTime);
    m_glide.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_glide, &QVariantAnimation::valueChanged, this,
        [this](const QVariant& value) { zoomTo(std::exp(value.toDouble()), m_glidePixel); });
    m_still.setSingleShot(true);
    connect(&m_still, &QTimer::timeout, this, [this] {
        m_scene->style().hurry = false;
        viewport()->update();
    });
    connect(m_scene, &GraphScene::shown, this, [this] { m_pointer->cancel(); });
    connect(&document, &GraphDocument::pathChanged, this, &GraphView::showBody);
    connect(&document, &GraphDocument::wasReset, this, [this] { m_isNew = true; });
    connect(&document, &GraphDocument::graphChanged, this, [this] {
        if (std::exchange(m_isNew, false)) {
            m_places.clear();
            m_shown = m_document.path();
            m_fitOnShow = !isVisible();
            if (!m_fitOnShow)
                fitAll();
        }
        if (m_shown == m_document.path())
            return;
        m_shown = m_document.path();
        showBody();
    });
    connect(&document, &GraphDocument::refused, this, &GraphView::tell);
}

GraphView::~GraphView() = default;

QAction* GraphView::action(const QString& name) const
{
    return m_actions->action(name);
}

QList<QAction*> GraphView::canvasActions() const
{
    return m_actions->all();
}

// Where this subgraph was last looked at; of a new one everything.
void GraphView::showBody()
{
    m_places[m_shown] = {mapToScene(viewport()->rect().center()), zoom()};
    m_shown = m_document.path();
    const auto place = m_places.find(m_shown);
    if (place == m_places.end() || m_shown.empty() == false)
        fitAll();
    else {
        setTransform(QTransform::fromScale(place->second.zoom, place->second.zoom));
        centerOn(place->second.middle);
    }
    emit viewMoved();
}

void GraphView::pan(QPoint pixels)
{
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - pixels.x());
    verticalScrollBar()->setValue(verticalScrollBar()->value() - pixels.y());
}

void GraphView::zoomTo(double zoom, QPointF pixel)
{
    zoom = std::clamp(zoom, smallestZoom, largestZoom);
    const QPointF fixed = viewportTransform().inverted().map(pixel);
    hurry();
    setTransform(QTransform::fromScale(zoom, zoom));
    const QPointF off = pixel - viewportTransform().map(fixed);
    pan({int(std::lround(off.x())), int(std::lround(off.y()))});
    emit viewMoved();
}

void GraphView::zoomBy(double factor, QPointF pixel)
{
    const bool gliding = m_glide.state() == QAbstractAnimation::Running;
    m_glideTarget = std::clamp((gliding ? m_glideTarget : zoom()) * factor, smallestZoom, largestZoom);
    if (!m_animated)
        return zoomTo(m_glideTarget, pixel);
    m_glide.stop();
    m_glidePixel = pixel;
    m_glide.setStartValue(std::log(zoom()));
    m_glide.setEndValue(std::log(m_glideTarget));
    m_glide.start();
}

void GraphView::hurry()
{
    m_scene->style().hurry = true;
    m_still.start(stillAfter);
}

void GraphView::fit(const QRectF& rect, double largest)
{
    m_glide.stop();
    if (rect.isEmpty()) {
        setTransform(QTransform());
        centerOn(0, 0);
        emit viewMoved();
        return;
    }
    const QSizeF room = QSizeF(viewport()->size()) - QSizeF(2 * fitMargin, 2 * fitMargin);
    const double wanted = std::min(room.width() / rect.width(), room.height() / rect.height());
    const double zoom = std::clamp(wanted, smallestZoom, std::min(largest, largestZoom));
    setTransform(QTransform::fromScale(zoom, zoom));
    centerOn(rect.center());
    emit viewMoved();
}

void GraphView::fitAll()
{
    fit(m_scene->contents());
}

void GraphView::reveal(const Ids& ids)
{
    const QRectF rect = m_scene->rectOf(ids);
    const QRectF seen = viewportTransform().inverted().mapRect(QRectF(viewport()->rect()));
    if (rect.isEmpty() || seen.contains(rect))
        return;
    if (rect.width() > seen.width() || rect.height() > seen.height())
        fit(rect);
    else
        ensureVisible(rect, int(fitMargin), int(fitMargin));
}

QPointF GraphView::placeForNew() const
{
    const QPoint pointer = viewport()->mapFromGlobal(QCursor::pos());
    const bool over = viewport()->underMouse() && viewport()->rect().contains(pointer);
    return mapToScene(over ? pointer : viewport()->rect().center());
}

void GraphView::tell(const QString& sentence)
{
    m_tip->tell(sentence);
}

void GraphView::tellAtPointer(const QString& sentence, QPoint pixel)
{
    m_tip->tellAt(sentence, pixel);
}

void GraphView::placeOverlays()
{
    constexpr int margin = 12;
    m_minimap->move(width() - m_minimap->width() - margin, height() - m_minimap->height() - margin);
    m_breadcrumbs->move(margin, margin);
}

void GraphView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
    placeOverlays();
    emit viewMoved();
}

void GraphView::showEvent(QShowEvent* event)
{
    QGraphicsView::showEvent(event);
    if (std::exchange(m_fitOnShow, false))
        QTimer::singleShot(0, this, &GraphView::fitAll); // once the layout has given it its size
}

void GraphView::changeEvent(QEvent* event)
{
    QGraphicsView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        m_scene->setTheme(themeOf(*this));
}

void GraphView::scrollContentsBy(int right, int down)
{
    QGraphicsView::scrollContentsBy(right, down);
    emit viewMoved();
}

void GraphView::paintEvent(QPaintEvent* event)
{
    CanvasStyle& style = m_scene->style();
    style.spent = 0;
    style.leftOver = false;
    style.exposed = event->region();
    QGraphicsView::paintEvent(event);
    style.exposed = {};
    if (style.leftOver && !style.hurry)
        m_still.start(0);
    if (!m_scene->nodes().empty() || !m_scene->frames().empty())
        return;
    QPainter painter(viewport());
    painter.setPen(m_scene->theme().secondary);
    painter.setFont(font());
    painter.drawText(viewport()->rect(), Qt::AlignCenter,
        tr("Nothing here yet.\nDouble-click or press Space to add a node,\nor drop a picture, a model or a workflow."));
}

// One row is drawn and copied to the others: a dot each takes longer than the rest of a frame.
void GraphView::paintDots(QPainter& painter, const QRectF& rect, const QColor& colour) const
{
    const QTransform world = painter.worldTransform();
    const double ratio = painter.device()->devicePixelRatioF();
    const int side = int(std::lround(2 * ratio));
    const QRect part = world.mapRect(rect).toAlignedRect();
    QImage row(int(std::ceil(part.width() * ratio)), side, QImage::Format_RGB32);
    row.setDevicePixelRatio(ratio);
    row.fill(m_scene->theme().canvas);
    for (double x = std::floor(rect.left() / dotSpacing) * dotSpacing; x < rect.right(); x += dotSpacing) {
        const int left = int(std::lround((world.m11() * x + world.dx() - part.left()) * ratio));
        for (int i = std::max(left, 0); i < std::min(left + side, row.width()); ++i)
            for (int j = 0; j < side; ++j)
                row.setPixel(i, j, colour.rgb());
    }
    painter.setWorldMatrixEnabled(false);
    for (double y = std::floor(rect.top() / dotSpacing) * dotSpacing; y < rect.bottom(); y += dotSpacing)
        painter.drawImage(QPointF(part.left(), std::round(world.m22() * y + world.dy())), row);
    painter.setWorldMatrixEnabled(true);
}

void GraphView::drawBackground(QPainter* painter, const QRectF& rect)
{
    const Theme& theme = m_scene->theme();
    painter->fillRect(rect, theme.canvas);
    constexpr double gone = 0.25, full = 0.5; // zooms
    const double share = std::clamp((zoom() - gone) / (full - gone), 0.0, 1.0);
    if (share == 0)
        return;
    const QColor colour = mixed(theme.canvas, theme.dots, share);
    painter->setRenderHint(QPainter::Antialiasing, false);
    const QRegion& exposed = m_scene->style().exposed;
    if (exposed.isEmpty())
        return paintDots(*painter, rect, colour);
    for (const QRect& part : exposed)
        paintDots(*painter, viewportTransform().inverted().mapRect(QRectF(part)), colour);
}

}
