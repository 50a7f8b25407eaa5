#include "ui/panels/action_button.h"

#include "ui/common/shortcuts.h"
#include "ui/common/theme.h"

#include <QAction>
#include <QPainter>
#include <QStyleOptionButton>
#include <QStylePainter>

namespace athanor {

namespace {

constexpr int buttonMargin = 12, buttonGap = 8, iconSide = 14, barHeight = 30;

// "Ctrl+Return" → "Ctrl ↵".
QString hintOf(const QKeySequence& key)
{
    QString text = key.toString(QKeySequence::NativeText);
    const bool enter = key.count() == 1 && (key[0].key() == Qt::Key_Return || key[0].key() == Qt::Key_Enter);
    if (enter)
        text = text.section(QLatin1Char('+'), 0, -2) + QStringLiteral("+↵");
    return text.startsWith(QLatin1Char('+')) ? text.mid(1) : text.replace(QLatin1Char('+'), QLatin1Char(' '));
}

}

ActionButton::ActionButton(QAction& action, const QString& text, bool showsKey, QWidget* parent)
    : QPushButton(parent)
    , m_action(action)
    , m_text(text)
    , m_showsKey(showsKey)
{
    setCheckable(action.isCheckable());
    setAccessibleName(text);
    connect(&action, &QAction::changed, this, &ActionButton::follow);
    connect(this, &QPushButton::clicked, &action, &QAction::trigger);
    follow();
}

void ActionButton::setPrimary()
{
    setProperty("primary", true);
    update();
}

void ActionButton::follow()
{
    setEnabled(m_action.isEnabled());
    setToolTip(tipWithKeys(m_action));
    if (const QString hint = m_showsKey ? hintOf(m_action.shortcut()) : QString(); hint != m_hint) {
        m_hint = hint;
        updateGeometry();
    }
    setChecked(m_action.isChecked());
    update();
}

int ActionButton::textWidth() const
{
    QFont font = this->font();
    font.setWeight(QFont::DemiBold); // so that it does not move when it becomes the primary
    return QFontMetrics(font).horizontalAdvance(m_text);
}

QSize ActionButton::sizeHint() const
{
    int width = 2 * buttonMargin + textWidth();
    if (!m_action.icon().isNull())
        width += iconSide + buttonGap;
    if (!m_hint.isEmpty())
        width += buttonGap + fontMetrics().horizontalAdvance(m_hint);
    return {width, barHeight};
}

void ActionButton::paintEvent(QPaintEvent*)
{
    const Theme& t = themeInUse(); // the style sheet gives a primary button another palette
    QStyleOptionButton option;
    initStyleOption(&option);
    option.text.clear();
    option.icon = {};
    QStylePainter painter(this);
    painter.drawControl(QStyle::CE_PushButton, option);
    const bool primary = property("primary").toBool();
    const QColor colour = !isEnabled() ? t.dim : primary ? t.onAccent : t.text;
    int x = buttonMargin;
    if (!m_action.icon().isNull()) {
        const QString name = m_action.property("iconName").toString();
        const QIcon sign = name.isEmpty() ? m_action.icon() : athanor::icon(name, colour);
        sign.paint(&painter, x, (height() - iconSide) / 2, iconSide, iconSide);
        x += iconSide + buttonGap;
    }
    QFont font = this->font();
    font.setWeight(primary ? QFont::DemiBold : QFont::Normal);
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter | Qt::AlignLeft, m_text);
    if (m_hint.isEmpty())
        return;
    QColor dim = primary && isEnabled() ? colour : t.dim;
    dim.setAlphaF(primary && isEnabled() ? 0.7f : 1);
    painter.setFont(this->font());
    painter.setPen(dim);
    painter.drawText(QRect(0, 0, width() - buttonMargin, height()), Qt::AlignVCenter | Qt::AlignRight, m_hint);
}

}
