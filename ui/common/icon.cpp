#include "inference/program.h"
#include "ui/common/theme.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

#include <algorithm>

namespace athanor {

namespace {

// The colour that every file in resources/icons is drawn in.
constexpr const char* drawnColour = "#8a93a1";

// Draws the file anew for each size, so that it is sharp at every scale.
class SvgIcon : public QIconEngine {
public:
    SvgIcon(QByteArray svg, const QColor& colour)
        : m_svg(std::move(svg))
        , m_colour(colour)
    {
    }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        constexpr double disabledOpacity = 0.4;
        const QColor colour = m_colour.isValid() ? m_colour : themeInUse().secondary;
        QSvgRenderer renderer(QByteArray(m_svg).replace(drawnColour, colour.name().toLatin1()));
        painter->save();
        if (mode == QIcon::Disabled)
            painter->setOpacity(painter->opacity() * disabledOpacity);
        const int side = std::min(rect.width(), rect.height());
        QRectF square(0, 0, side, side);
        square.moveCenter(QRectF(rect).center());
        renderer.render(painter, square);
        painter->restore();
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, pixmap.rect(), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new SvgIcon(m_svg, m_colour); }

private:
    QByteArray m_svg;
    QColor m_colour;
};

}

QIcon icon(const QString& name, const QColor& colour)
{
    QFile file(QString::fromStdString(resourcePath("icons/")) + name + QStringLiteral(".svg"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QIcon(new SvgIcon(file.readAll(), colour));
}

}
