#include "ui/canvas/node_painter.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace athanor {

namespace {

using StateKind = NodeState::Kind;

struct Badge {
    QString text;
    QColor colour;
};

QString timeText(double seconds)
{
    if (seconds <= 0)
        return {};
    if (seconds < 0.0995)
        return QCoreApplication::translate("Canvas", "%1 ms").arg(seconds * 1e3, 0, 'f', seconds < 0.00995 ? 1 : 0);
    return QCoreApplication::translate("Canvas", "%1 s").arg(seconds, 0, 'f', seconds < 9.95 ? 2 : 1);
}

Badge runningBadge(const NodeState& state, const Theme& theme)
{
    if (state.total > 0)
        return {QString("%1 / %2").arg(state.done).arg(state.total), theme.accent};
    return {QCoreApplication::translate("Canvas", "running"), theme.accent};
}

Badge badgeOf(const NodeLook& look, const Theme& theme)
{
    if (look.mode == NodeMode::Muted)
        return {QCoreApplication::translate("Canvas", "muted"), theme.secondary};
    if (look.mode == NodeMode::Bypassed)
        return {QCoreApplication::translate("Canvas", "bypassed"), theme.secondary};
    switch (look.state->kind) {
    case StateKind::Running:
        return runningBadge(*look.state, theme);
    case StateKind::Cached:
        return {QCoreApplication::translate("Canvas", "cached"), theme.secondary};
    case StateKind::Done:
        return {timeText(look.state->seconds), theme.secondary};
    case StateKind::Warning:
        return {QCoreApplication::translate("Canvas", "warning"), theme.warning};
    case StateKind::Error:
        return {QCoreApplication::translate("Canvas", "error"), theme.error};
    default:
        return {};
    }
}

QColor stripeOf(const NodeFace& face, const NodeLook& look, const Theme& theme)
{
    if (look.mode == NodeMode::Muted)
        return theme.dim;
    if (face.unknown)
        return theme.error;
    return look.colour.isValid() ? look.colour : categoryColour(face.category, theme);
}

QColor borderOf(const NodeLook& look, const Theme& theme)
{
    switch (look.mode == NodeMode::Normal ? look.state->kind : StateKind::Idle) {
    case StateKind::Error:
        return theme.error;
    case StateKind::Warning:
        return theme.warning;
    case StateKind::Running:
        return theme.accent;
    default:
        return theme.line;
    }
}

// Centred in the row's height.
void drawLine(QPainter& painter, const QFont& font, const QColor& colour, const QRectF& rect, Qt::Alignment side,
    const QString& text)
{
    if (text.isEmpty())
        return;
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(rect, int(side | Qt::AlignVCenter) | Qt::TextSingleLine | Qt::TextDontClip, text);
}

class NodePainter {
public:
    NodePainter(QPainter& painter, const NodeFace& face, const NodeLook& look, Detail detail, const Theme& theme,
        const CanvasFonts& fonts)
        : p(painter)
        , m_face(face)
        , m_look(look)
        , m_detail(detail)
        , m_theme(theme)
        , m_fonts(fonts)
        , m_rect(QPointF(0, 0), face.size)
    {
    }

    void paint()
    {
        if (m_detail == Detail::Flat)
            return flat();
        p.setRenderHint(QPainter::Antialiasing);
        p.setOpacity(m_look.mode == NodeMode::Bypassed ? 0.5 : 1);
        if (m_face.form == NodeFace::Form::Reroute)
            reroute();
        else
            box();
        p.setOpacity(1);
        if (m_look.mode == NodeMode::Bypassed)
            throughLine();
        ports();
    }

private:
    void flat()
    {
        const bool isRunning = m_look.state->kind == StateKind::Running;
        const QColor border = borderOf(m_look, m_theme);
        QColor fill = border == m_theme.line ? mixed(m_theme.raised, m_theme.line, 0.5)
                                             : mixed(m_theme.panel, border, isRunning ? 1 : 0.6);
        if (m_look.mode == NodeMode::Bypassed)
            fill = mixed(fill, m_theme.canvas, 0.5);
        p.fillRect(m_rect, fill);
        p.fillRect(QRectF(0, 0, m_rect.width(), canvas::headerHeight / 2), stripeOf(m_face, m_look, m_theme));
    }

    void reroute()
    {
        p.setPen(QPen(borderOf(m_look, m_theme), 1));
        p.setBrush(m_theme.panel);
        p.drawRoundedRect(m_rect, m_rect.height() / 2, m_rect.height() / 2);
    }

    void box()
    {
        QPainterPath outline;
        outline.addRoundedRect(m_rect, canvas::nodeRadius, canvas::nodeRadius);
        p.fillPath(outline, m_theme.panel);
        p.save();
        p.setClipRect(QRectF(0, 0, 3, canvas::headerHeight), Qt::IntersectClip);
        p.fillPath(outline, stripeOf(m_face, m_look, m_theme));
        p.restore();
        if (m_face.form == NodeFace::Form::Whole)
            p.fillRect(QRectF(1, canvas::headerHeight - 0.5, m_rect.width() - 2, 1), m_theme.line);
        progress();
        header();
        if (m_face.form == NodeFace::Form::Whole) {
            for (const FaceRow& row : m_face.rows)
                m_detail == Detail::Full ? words(row) : bars(row);
            for (const TextPiece& piece : m_face.trouble)
                draw(piece, m_look.state->kind == StateKind::Error ? m_theme.error : m_theme.warning);
            picture();
        }
        p.setBrush(Qt::NoBrush);
        p.setPen(QPen(borderOf(m_look, m_theme), 1));
        p.drawRoundedRect(m_rect.adjusted(0.5, 0.5, -0.5, -0.5), canvas::nodeRadius - 0.5, canvas::nodeRadius - 0.5);
    }

    void progress()
    {
        if (m_look.state->kind != StateKind::Running || m_look.mode != NodeMode::Normal)
            return;
        const double y = m_face.form == NodeFace::Form::Whole ? canvas::headerHeight - 0.5
                                                              : m_rect.height() - canvas::progressHeight;
        const double margin = m_face.form == NodeFace::Form::Whole ? 1 : canvas::nodeRadius;
        const double width = m_rect.width() - 2 * margin;
        const NodeState& state = *m_look.state;
        const double share = state.total > 0 ? std::clamp(double(state.done) / state.total, 0.0, 1.0) : 0;
        p.fillRect(QRectF(margin, y, width, canvas::progressHeight), m_theme.line);
        p.fillRect(QRectF(margin, y, width * share, canvas::progressHeight), m_theme.accent);
    }

    void header()
    {
        const QRectF rect(canvas::padding, 0, m_rect.width() - 2 * canvas::padding, canvas::headerHeight);
        const Badge badge = m_detail == Detail::Full ? badgeOf(m_look, m_theme) : Badge();
        QFont font = m_fonts.title;
        if (m_detail != Detail::Full)
            font.setPixelSize(18); // readable from further away
        const double badgeWidth = QFontMetricsF(m_fonts.small).horizontalAdvance(badge.text);
        const double room = rect.width() - (badge.text.isEmpty() ? 0 : badgeWidth + 8);
        const QColor colour = m_look.mode == NodeMode::Muted ? m_theme.secondary : m_theme.text;
        const QString title = m_face.subgraph ? m_face.title + QStringLiteral("  ›") : m_face.title;
        drawLine(p, font, colour, rect, Qt::AlignLeft, QFontMetricsF(font).elidedText(title, Qt::ElideRight, room));
        drawLine(p, m_fonts.small, badge.colour, rect, Qt::AlignRight, badge.text);
    }

    void draw(const TextPiece& piece, const QColor& plain)
    {
        const bool raised = piece.look == TextPiece::Look::Raised && m_look.mode != NodeMode::Muted;
        if (m_detail != Detail::Full)
            return bar(QRectF(piece.at - QPointF(0, 8), QSizeF(piece.text.size() * 5.5, 6)));
        p.setFont(raised ? m_fonts.strong : m_fonts.text);
        p.setPen(raised                                  ? m_theme.accent
                : piece.look == TextPiece::Look::Plain   ? plain
                : piece.look == TextPiece::Look::Lowered ? m_theme.secondary
                                                         : m_theme.dim);
        p.drawText(piece.at, piece.text);
    }

    void words(const FaceRow& row)
    {
        const bool muted = m_look.mode == NodeMode::Muted;
        for (const TextPiece& piece : row.pieces)
            draw(piece, muted ? m_theme.secondary : m_theme.text);
        const QRectF rect = row.rect.adjusted(canvas::padding, 0, -canvas::padding, 0);
        const bool isMore = row.param.empty() && !row.valueIsPort;
        const bool blamed = m_look.state->kind == StateKind::Error && !row.param.empty()
            && m_look.state->port == QString::fromStdString(row.param);
        drawLine(p, m_fonts.text,
            blamed       ? m_theme.error
                : isMore ? m_theme.dim
                         : m_theme.secondary,
            rect, Qt::AlignLeft, row.label);
        if (row.valueIsPort)
            drawLine(p, m_fonts.text, m_theme.secondary, rect, Qt::AlignRight, row.value);
        else
            drawLine(p, m_fonts.value, muted ? m_theme.secondary : m_theme.text, rect, Qt::AlignRight, row.value);
    }

    void bar(const QRectF& rect) { p.fillRect(rect, m_theme.line); }

    void bars(const FaceRow& row)
    {
        const double y = row.rect.center().y() - 3;
        for (const TextPiece& piece : row.pieces)
            draw(piece, m_theme.text);
        if (!row.label.isEmpty())
            bar({canvas::padding, y, std::min(90.0, row.label.size() * 6.0), 6});
        const double width = std::min(90.0, row.value.size() * 6.0);
        if (width > 0)
            bar({m_rect.width() - canvas::padding - width, y, width, 6});
    }

    void picture()
    {
        if (m_face.picture.isEmpty())
            return;
        const QImage& image = m_look.state->picture;
        const QSizeF size = QSizeF(image.size()).scaled(m_face.picture.size(), Qt::KeepAspectRatio);
        const QRectF rect(m_face.picture.center() - QPointF(size.width(), size.height()) / 2, size);
        QBrush brush(image); // whose edges are smooth, unlike a clip's
        brush.setTransform(QTransform::fromTranslate(rect.x(), rect.y())
                               .scale(rect.width() / image.width(), rect.height() / image.height()));
        p.setRenderHint(QPainter::SmoothPixmapTransform);
        p.setPen(Qt::NoPen);
        p.setBrush(brush);
        p.drawRoundedRect(rect, canvas::pictureRadius, canvas::pictureRadius);
    }

    void throughLine()
    {
        const double y = m_face.form == NodeFace::Form::Whole ? canvas::headerHeight / 2 : m_rect.height() / 2;
        p.setPen(QPen(m_theme.secondary, 1.5));
        p.drawLine(QPointF(4, y), QPointF(m_rect.width() - 4, y));
    }

    void ports()
    {
        for (PortSpot port : m_face.ports) {
            const bool fit = fits(port, m_look);
            if (!port.shown && !(fit && m_face.form == NodeFace::Form::Whole && port.at.y() > canvas::headerHeight))
                continue;
            p.setOpacity(m_look.drag != NodeLook::Drag::None && !fit ? 0.3 : 1);
            paintPort(p, port, m_theme);
            if (m_look.state->kind == StateKind::Error && port.side != PortSide::Output
                && m_look.state->port == QString::fromStdString(port.name))
                blame(port);
        }
        p.setOpacity(1);
    }

    void blame(const PortSpot& port)
    {
        constexpr double radius = canvas::portSize / 2 + 2;
        p.setPen(QPen(m_theme.error, 2));
        p.setBrush(Qt::NoBrush);
        p.drawEllipse(port.at, radius, radius);
    }

    QPainter& p;
    const NodeFace& m_face;
    const NodeLook& m_look;
    const Detail m_detail;
    const Theme& m_theme;
    const CanvasFonts& m_fonts;
    const QRectF m_rect;
};

}

QColor mixed(const QColor& a, const QColor& b, double share)
{
    const auto mix = [&](int x, int y) { return int(x + (y - x) * share); };
    return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

Detail detailAt(double scale)
{
    return scale < 0.22 ? Detail::Flat : scale < 0.5 ? Detail::Blocks : Detail::Full;
}

void paintNode(QPainter& painter, const NodeFace& face, const NodeLook& look, Detail detail, const Theme& theme,
    const CanvasFonts& fonts)
{
    NodePainter(painter, face, look, detail, theme, fonts).paint();
}

void paintPort(QPainter& painter, const PortSpot& port, const Theme& theme, double grown)
{
    const double radius = canvas::portSize / 2 + grown;
    painter.setPen(QPen(theme.panel, 2));
    painter.setBrush(portColour(port.type, theme));
    switch (port.shape) {
    case PortShape::Circle:
        painter.drawEllipse(port.at, radius, radius);
        break;
    case PortShape::Square:
        painter.drawRect(QRectF(port.at - QPointF(radius - 0.5, radius - 0.5), QSizeF(2 * radius - 1, 2 * radius - 1)));
        break;
    case PortShape::Diamond: {
        const double far = radius + 0.8;
        const QPointF corners[] = {
            port.at - QPointF(far, 0), port.at - QPointF(0, far), port.at + QPointF(far, 0), port.at + QPointF(0, far)};
        painter.drawConvexPolygon(corners, 4);
        break;
    }
    }
}

bool fits(const PortSpot& port, const NodeLook& look)
{
    switch (look.drag) {
    case NodeLook::Drag::NeedsInput:
        return port.side != PortSide::Output && port.takes(look.dragged);
    case NodeLook::Drag::NeedsOutput:
        return port.side == PortSide::Output && accepts(look.dragged, port.type);
    default:
        return false;
    }
}

}
