#include "ui/canvas/choice_popup.h"

#include "ui/canvas/fuzzy.h"
#include "ui/common/theme.h"

#include <QKeyEvent>
#include <QPainter>
#include <QScreen>
#include <QStyledItemDelegate>
#include <QTextDocument>
#include <QVBoxLayout>
#include <algorithm>

namespace athanor {

namespace {

constexpr int popupWidth = 360, choiceHeight = 40, rowsSeen = 9;
constexpr int indexRole = Qt::UserRole, groupRole = Qt::UserRole + 1, textRole = Qt::UserRole + 2,
              colourRole = Qt::UserRole + 3;

// A mark, the title with its group at the right, the line about it below.
class ChoiceDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {popupWidth - 24, choiceHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& theme = themeInUse();
        const QRect rect = option.rect;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(option.state & QStyle::State_Selected ? theme.line : theme.raised);
            painter->drawRoundedRect(rect.adjusted(2, 1, -2, -1), 6, 6);
        }
        painter->fillRect(
            QRect(rect.x() + 8, rect.y() + 8, 3, rect.height() - 16), index.data(colourRole).value<QColor>());
        const QRect inner = rect.adjusted(20, 4, -10, -4);
        const QRect top(inner.topLeft(), QSize(inner.width(), inner.height() / 2)),
            bottom = top.translated(0, top.height());
        QFont font = option.font, small = option.font;
        small.setPixelSize(11);
        painter->setFont(small);
        painter->setPen(theme.secondary);
        painter->drawText(top, Qt::AlignRight | Qt::AlignVCenter, index.data(groupRole).toString());
        painter->drawText(bottom, Qt::AlignLeft | Qt::AlignVCenter,
            QFontMetrics(small).elidedText(index.data(textRole).toString(), Qt::ElideRight, bottom.width()));
        font.setWeight(QFont::Medium);
        painter->setFont(font);
        painter->setPen(theme.text);
        painter->drawText(top, Qt::AlignLeft | Qt::AlignVCenter, index.data(Qt::DisplayRole).toString());
        painter->restore();
    }
};

// Titles count most, then the groups, then the lines about them.
int scoreOf(const QString& typed, const Choice& choice)
{
    constexpr int titleBonus = 2000, groupBonus = 1000;
    if (const int score = std::max(fuzzyScore(typed, choice.title), fuzzyScore(typed, choice.also)); score >= 0)
        return titleBonus + score;
    if (const int score = fuzzyScore(typed, choice.group); score >= 0)
        return groupBonus + score;
    return choice.text.contains(typed.simplified(), Qt::CaseInsensitive) ? 1 : -1;
}

}

ChoicePopup::ChoicePopup(QWidget* parent, const QString& hint, std::vector<Choice> choices)
    : QFrame(parent, Qt::Popup)
    , m_choices(std::move(choices))
    , m_search(new QLineEdit(this))
    , m_list(new QListWidget(this))
{
    setObjectName(QStringLiteral("choicePopup"));
    setAttribute(Qt::WA_DeleteOnClose);
    const Theme& theme = themeOf(*parent);
    setStyleSheet(QStringLiteral("#choicePopup { background: %1; border: 1px solid %2; }")
                      .arg(theme.panel.name(), theme.line.name()));
    m_search->setPlaceholderText(hint);
    m_search->installEventFilter(this);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setItemDelegate(new ChoiceDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setFocusPolicy(Qt::NoFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addWidget(m_search);
    column->addWidget(m_list);
    setFixedSize(popupWidth, choiceHeight * rowsSeen + 60);
    connect(m_search, &QLineEdit::textChanged, this, &ChoicePopup::filter);
    connect(m_list, &QListWidget::itemClicked, this, [this] { choose(); });
    filter({});
}

void ChoicePopup::openAt(QPoint global)
{
    if (const QScreen* screen = QGuiApplication::screenAt(global)) {
        const QRect room = screen->availableGeometry();
        global.setX(std::max(room.left(), std::min(global.x(), room.right() - size().width())));
        global.setY(std::max(room.top(), std::min(global.y(), room.bottom() - height())));
    }
    move(global);
    show();
    m_search->setFocus(Qt::PopupFocusReason);
}

void ChoicePopup::filter(const QString& typed)
{
    std::vector<std::pair<int, size_t>> found;
    for (size_t i = 0; i < m_choices.size(); ++i)
        if (const int score = scoreOf(typed, m_choices[i]); typed.trimmed().isEmpty() || score >= 0)
            found.push_back({typed.trimmed().isEmpty() ? 0 : -score, i});
    std::ranges::stable_sort(found, {}, &std::pair<int, size_t>::first);
    m_list->clear();
    for (const auto& [score, index] : found) {
        const Choice& choice = m_choices[index];
        auto* item = new QListWidgetItem(choice.title, m_list);
        item->setData(indexRole, quint64(index));
        item->setData(groupRole, choice.group);
        item->setData(textRole, choice.text);
        item->setData(colourRole, choice.colour);
        item->setToolTip(
            Qt::convertFromPlainText(choice.text, Qt::WhiteSpaceNormal)); // which is cut off where it is long
    }
    if (found.empty()) {
        auto* item = new QListWidgetItem(tr("Nothing is called that"), m_list);
        item->setData(textRole, tr("Fewer letters find more."));
        item->setFlags(Qt::NoItemFlags);
    }
    m_list->setCurrentRow(0);
}

void ChoicePopup::choose()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (!item || !(item->flags() & Qt::ItemIsEnabled))
        return;
    const std::function<void()> act = m_choices[item->data(indexRole).toULongLong()].act;
    close();
    act();
}

bool ChoicePopup::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        event->accept(); // typing here is nobody else's
        return true;
    }
    if (event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(object, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        choose();
        return true;
    case Qt::Key_Escape:
        close();
        return true;
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        QCoreApplication::sendEvent(m_list, event);
        return true;
    default:
        return QFrame::eventFilter(object, event);
    }
}

}
