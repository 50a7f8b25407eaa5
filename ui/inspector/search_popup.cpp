#include "ui/inspector/search_popup.h"

#include "ui/common/theme.h"

#include <QKeyEvent>
#include <QScreen>
#include <QVBoxLayout>

#include <algorithm>

namespace athanor {

namespace {

constexpr int leastListWidth = 220, mostListRows = 12, leastRows = 3;

}

SearchPopup::SearchPopup(QWidget* parent)
    : QFrame(parent, Qt::Popup)
    , m_search(new QLineEdit(this))
    , m_list(new QListWidget(this))
{
    setObjectName("searchPopup");
    setFrameShape(QFrame::StyledPanel);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->setSpacing(4);
    layout->addWidget(m_search);
    layout->addWidget(m_list);
    m_search->setPlaceholderText(tr("Search"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_list->setFont(monospaceFont());
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMouseTracking(true);
    connect(m_search, &QLineEdit::textChanged, this, &SearchPopup::filter);
    connect(m_list, &QListWidget::itemClicked, this, &SearchPopup::choose);
}

void SearchPopup::open(const QStringList& names, const QString& current, const QString& whenEmpty)
{
    m_names = names;
    m_current = current;
    m_whenEmpty = whenEmpty;
    m_search->clear();
    filter({});
    const QWidget* below = parentWidget();
    const int row = m_list->sizeHintForRow(0) > 0 ? m_list->sizeHintForRow(0) : 24;
    m_list->setFixedHeight(row * std::clamp(int(names.size()), leastRows, mostListRows) + 12);
    setFixedWidth(std::max(leastListWidth, below->width()));
    adjustSize();
    QPoint place = below->mapToGlobal(QPoint(below->width() - width(), below->height() + 2));
    const QRect screen = below->screen()->availableGeometry();
    if (place.y() + height() > screen.bottom())
        place.setY(below->mapToGlobal(QPoint(0, 0)).y() - height() - 2);
    place.setX(std::clamp(place.x(), screen.left(), std::max(screen.left(), screen.right() - width())));
    move(place);
    show();
    m_search->setFocus(Qt::PopupFocusReason);
}

void SearchPopup::filter(const QString& text)
{
    m_list->clear();
    for (const QString& name : m_names)
        if (name.contains(text, Qt::CaseInsensitive))
            m_list->addItem(name);
    if (m_list->count() == 0) {
        auto* item = new QListWidgetItem(m_names.isEmpty() ? m_whenEmpty : tr("Nothing has this in its name"), m_list);
        item->setFlags(Qt::NoItemFlags);
        return;
    }
    const QList<QListWidgetItem*> current = m_list->findItems(m_current, Qt::MatchExactly);
    m_list->setCurrentItem(current.isEmpty() ? m_list->item(0) : current.front());
}

void SearchPopup::choose(QListWidgetItem* item)
{
    if (!item || !item->flags().testFlag(Qt::ItemIsEnabled))
        return;
    const QString name = item->text();
    hide();
    emit chosen(name);
}

bool SearchPopup::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(object, event);
    const auto& key = *static_cast<QKeyEvent*>(event);
    const int row = m_list->currentRow();
    const auto go = [&](int to) { m_list->setCurrentRow(std::clamp(to, 0, std::max(0, m_list->count() - 1))); };
    switch (key.key()) {
    case Qt::Key_Down:
        go(row + 1);
        return true;
    case Qt::Key_Up:
        go(row - 1);
        return true;
    case Qt::Key_PageDown:
        go(row + mostListRows);
        return true;
    case Qt::Key_PageUp:
        go(row - mostListRows);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        choose(m_list->currentItem());
        return true;
    default:
        return QFrame::eventFilter(object, event);
    }
}

}
