#include "ui/panels/model_delegate.h"

#include "ui/common/theme.h"
#include "ui/panels/models_panel.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace athanor {

namespace {

QColor colourOf(ModelFamily family, const Theme& t)
{
    switch (family) {
    case ModelFamily::Checkpoint:
    case ModelFamily::DiffusionModel:
        return portColour(PortType::Model, t);
    case ModelFamily::TextEncoder:
        return portColour(PortType::TextEncoder, t);
    case ModelFamily::ControlNet:
        return portColour(PortType::ControlNet, t);
    case ModelFamily::Vae:
        return portColour(PortType::Vae, t);
    case ModelFamily::Lora:
        return portColour(PortType::Conditioning, t);
    case ModelFamily::Embedding:
        return portColour(PortType::Text, t);
    case ModelFamily::Upscaler:
        return portColour(PortType::Image, t);
    case ModelFamily::Preprocessor:
        return portColour(PortType::ControlMap, t);
    case ModelFamily::Damaged:
        return t.error;
    default:
        return t.dim;
    }
}

// The middle of the picture, as a square.
void paintPicture(QPainter& painter, const QRect& square, const QImage& picture)
{
    constexpr double radius = 5;
    const int side = std::min(picture.width(), picture.height());
    const QRect part((picture.width() - side) / 2, (picture.height() - side) / 2, side, side);
    QPainterPath shape;
    shape.addRoundedRect(square, radius, radius);
    painter.save();
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.setClipPath(shape);
    painter.drawImage(square, picture, part);
    painter.restore();
}

// Shaped as the port that the model comes out of.
void paintTile(QPainter& painter, const QRect& square, ModelFamily family, const Theme& t)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.raised);
    painter.drawRoundedRect(square, 5, 5);
    painter.setPen(QPen(colourOf(family, t), 2));
    painter.setBrush(Qt::NoBrush);
    const QPointF c = QRectF(square).center();
    if (family == ModelFamily::Unsupported || family == ModelFamily::Damaged) {
        painter.drawEllipse(c, 7, 7);
        painter.drawLine(c + QPointF(-5, 5), c + QPointF(5, -5));
    } else if (family == ModelFamily::Unread) {
        painter.drawPoints(QPolygonF{c - QPointF(6, 0), c, c + QPointF(6, 0)});
    } else {
        painter.drawPolygon(QPolygonF{c - QPointF(0, 8), c + QPointF(8, 0), c + QPointF(0, 8), c - QPointF(8, 0)});
    }
}

}

ModelDelegate::ModelDelegate(ModelsPanel& panel)
    : QStyledItemDelegate(&panel)
    , m_panel(panel)
{
}

QSize ModelDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {160, rowHeight};
}

void ModelDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Theme& t = themeOf(m_panel);
    const auto& entry = *static_cast<const ModelEntry*>(index.data(ModelListModel::entryRole).value<const void*>());
    const QRect rect = option.rect.adjusted(4, 1, -4, -1);
    const bool selected = option.state & QStyle::State_Selected, usable = whyUnusable(entry).isEmpty();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (selected || option.state & QStyle::State_MouseOver) {
        painter->setPen(selected && option.state & QStyle::State_HasFocus ? QPen(t.accent) : QPen(Qt::NoPen));
        painter->setBrush(t.raised);
        painter->drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    }
    const QRect square(rect.x() + 6, rect.y() + (rect.height() - pictureSide) / 2, pictureSide, pictureSide);
    if (const QImage* picture = m_panel.picture(entry))
        paintPicture(*painter, square, *picture);
    else
        paintTile(*painter, square, entry.family, t);

    const QRect words(square.right() + 11, rect.y() + 8, rect.right() - square.right() - 19, rect.height() - 16);
    const int half = words.height() / 2;
    QFont font = option.font;
    font.setWeight(QFont::Medium);
    painter->setFont(font);
    painter->setPen(usable || entry.family == ModelFamily::Unread ? t.text : t.secondary);
    painter->drawText(QRect(words.topLeft(), QSize(words.width(), half)), Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetrics(font).elidedText(entry.shown, Qt::ElideMiddle, words.width()));
    QString about = familyText(entry.family);
    if (entry.family == ModelFamily::Unsupported)
        about = entry.kind + QStringLiteral(" · ") + about;
    for (const QString& more : {entry.precision, sizeText(entry.bytes)})
        if (!more.isEmpty())
            about += QStringLiteral(" · ") + more;
    QFont small = option.font;
    small.setPixelSize(11);
    painter->setFont(small);
    painter->setPen(entry.family == ModelFamily::Damaged ? t.error : t.secondary);
    painter->drawText(QRect(words.x(), words.y() + half, words.width(), half), Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetrics(small).elidedText(about, Qt::ElideRight, words.width()));
    painter->restore();
}

}
