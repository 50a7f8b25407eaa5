#include "ui/panels/banner.h"

#include "ui/common/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace athanor {

namespace {

QColor colourOf(Banner::Kind kind, const Theme& t)
{
    return kind == Banner::Kind::Error ? t.error : kind == Banner::Kind::Warning ? t.warning : t.secondary;
}

const char* signOf(Banner::Kind kind)
{
    return kind == Banner::Kind::Error ? "error" : kind == Banner::Kind::Warning ? "warning" : "info";
}

}

Banner::Banner(QWidget* parent)
    : QFrame(parent)
    , m_sign(new QLabel(this))
    , m_text(new QLabel(this))
    , m_choices(new QHBoxLayout)
{
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_choices->setSpacing(8);
    auto* close = new QToolButton(this);
    close->setProperty("flat", true);
    close->setIcon(icon(QStringLiteral("close")));
    close->setToolTip(tr("Close"));
    close->setAccessibleName(tr("Close"));
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 6, 8, 6);
    layout->setSpacing(12);
    layout->addWidget(m_sign);
    layout->addWidget(m_text, 1);
    layout->addLayout(m_choices);
    layout->addWidget(close);
    hide();
}

void Banner::say(Kind kind, const QString& text, const std::vector<Choice>& choices)
{
    m_kind = kind;
    m_sign->setPixmap(icon(QString::fromLatin1(signOf(kind)), colourOf(kind, themeInUse())).pixmap(18, 18));
    m_text->setText(text);
    while (QLayoutItem* item = m_choices->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    for (const Choice& choice : choices) {
        auto* button = new QPushButton(choice.text, this);
        connect(button, &QPushButton::clicked, this, [this, chosen = choice.chosen] {
            hide();
            if (chosen)
                chosen();
        });
        m_choices->addWidget(button);
    }
    show();
}

QString Banner::text() const
{
    return isHidden() ? QString() : m_text->text();
}

void Banner::paintEvent(QPaintEvent*)
{
    const Theme& t = themeOf(*this);
    QPainter painter(this);
    painter.fillRect(rect(), t.raised);
    painter.fillRect(QRect(0, 0, 3, height()), colourOf(m_kind, t));
    painter.fillRect(QRect(0, height() - 1, width(), 1), t.line);
}

}
