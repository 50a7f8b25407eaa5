#include "ui/canvas/canvas_tip.h"

#include "ui/common/theme.h"

#include <algorithm>

namespace athanor {

CanvasTip::CanvasTip(QWidget* parent)
    : QLabel(parent)
{
    setObjectName(QStringLiteral("canvasTip"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    setMargin(8);
    hide();
    m_gone.setSingleShot(true);
    connect(&m_gone, &QTimer::timeout, this, &QWidget::hide);
}

void CanvasTip::place(const QString& sentence)
{
    const Theme& theme = themeOf(*parentWidget());
    setStyleSheet(QStringLiteral("background: %1; color: %2; border: 1px solid %3; border-radius: 6px;")
                      .arg(theme.raised.name(), theme.text.name(), theme.line.name()));
    setText(sentence);
    const int widest = std::max(120, std::min(420, parentWidget()->width() - 32));
    const int width = std::min(widest, fontMetrics().horizontalAdvance(sentence) + 2 * margin() + 4);
    resize(width, heightForWidth(width));
    show();
    raise();
}

void CanvasTip::tell(const QString& sentence)
{
    if (sentence.isEmpty())
        return;
    place(sentence);
    move((parentWidget()->width() - width()) / 2, parentWidget()->height() - height() - 24);
    m_gone.start(std::clamp(int(sentence.size()) * 70, 3000, 9000));
}

void CanvasTip::tellAt(const QString& sentence, QPoint at)
{
    m_gone.stop();
    if (sentence.isEmpty())
        return hide();
    place(sentence);
    const int x = std::clamp(at.x() + 16, 4, std::max(4, parentWidget()->width() - width() - 4));
    const int y = at.y() + 20 + height() > parentWidget()->height() ? at.y() - height() - 8 : at.y() + 20;
    move(x, y);
}

}
