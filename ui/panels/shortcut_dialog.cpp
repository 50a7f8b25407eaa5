#include "ui/panels/shortcut_dialog.h"

#include "ui/common/theme.h"

#include <QAction>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <utility>

namespace athanor {

namespace {

constexpr int idRole = Qt::UserRole;
constexpr QSize rowSize(0, 26), groupSize(0, 40);

bool isModifier(int key)
{
    return key == Qt::Key_Control || key == Qt::Key_Shift || key == Qt::Key_Alt || key == Qt::Key_Meta
        || key == Qt::Key_AltGr || key == Qt::Key_unknown || key == 0;
}

QTreeWidgetItem* groupItem(QTreeWidget& list, const QString& title)
{
    for (int i = 0; i < list.topLevelItemCount(); ++i)
        if (list.topLevelItem(i)->text(0) == title)
            return list.topLevelItem(i);
    auto* item = new QTreeWidgetItem(&list, {title});
    QFont font = list.font();
    font.setWeight(QFont::DemiBold);
    item->setFont(0, font);
    item->setFlags(Qt::ItemIsEnabled);
    item->setFirstColumnSpanned(true);
    item->setSizeHint(0, groupSize);
    item->setTextAlignment(0, Qt::AlignLeft | Qt::AlignBottom);
    return item;
}

}

ShortcutDialog::ShortcutDialog(ShortcutKeys& keys, QWidget* parent)
    : QDialog(parent)
    , m_keys(keys)
    , m_search(new QLineEdit(this))
    , m_list(new QTreeWidget(this))
    , m_message(new QLabel(this))
    , m_takeOver(new QPushButton(tr("Take it over"), this))
    , m_remove(new QPushButton(tr("Remove"), this))
    , m_reset(new QPushButton(tr("Reset"), this))
    , m_resetAll(new QPushButton(tr("Reset all"), this))
{
    constexpr QSize size(560, 640);
    constexpr int keysWidth = 200;
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Keyboard shortcuts"));
    m_search->setPlaceholderText(tr("Search by what they do, or by key"));
    m_list->setColumnCount(2);
    m_list->setHeaderHidden(true);
    m_list->setRootIsDecorated(false);
    m_list->setIndentation(0);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(1, QHeaderView::Fixed);
    m_list->header()->resizeSection(1, keysWidth);
    m_list->setAccessibleName(tr("Keyboard shortcuts"));
    m_list->installEventFilter(this);
    m_search->installEventFilter(this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    column->addWidget(m_search);
    column->addWidget(m_list, 1);
    column->addWidget(makeFoot());
    fill();
    refresh();
    resize(size);

    connect(m_search, &QLineEdit::textChanged, this, &ShortcutDialog::filter);
    connect(m_list, &QTreeWidget::itemClicked, this, &ShortcutDialog::listen);
    connect(m_list, &QTreeWidget::currentItemChanged, this, [this] {
        stopListening();
        refresh();
    });
    connect(&keys, &ShortcutKeys::changed, this, &ShortcutDialog::refresh);
    connect(m_takeOver, &QPushButton::clicked, this, &ShortcutDialog::takeOver);
    connect(m_remove, &QPushButton::clicked, this, [this] { m_keys.set(currentId(), {}); });
    connect(m_reset, &QPushButton::clicked, this, [this] { m_keys.reset(currentId()); });
    connect(m_resetAll, &QPushButton::clicked, &keys, &ShortcutKeys::resetAll);
}

QWidget* ShortcutDialog::makeFoot()
{
    auto* foot = new QWidget(this);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setProperty("role", "secondary");
    auto* words = new QHBoxLayout;
    words->addWidget(m_message, 1);
    words->addWidget(m_takeOver);
    auto* close = new QPushButton(tr("Close"), this);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_remove);
    row->addWidget(m_reset);
    row->addWidget(m_resetAll);
    row->addStretch();
    row->addWidget(close);
    for (QPushButton* button : {m_takeOver, m_remove, m_reset, m_resetAll, close})
        button->setAutoDefault(false);
    m_remove->setToolTip(tr("Leave the row without keys"));
    m_reset->setToolTip(tr("Give the row its usual keys back"));
    auto* column = new QVBoxLayout(foot);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addLayout(words);
    column->addLayout(row);
    return foot;
}

void ShortcutDialog::fill()
{
    const Theme& t = themeOf(*this);
    const auto add = [&](const QString& group, const QString& what, const QString& keys, const QString& id) {
        auto* item = new QTreeWidgetItem(groupItem(*m_list, group), {what, keys});
        item->setData(0, idRole, id);
        item->setSizeHint(0, rowSize);
        item->setFont(1, monospaceFont());
        item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
        item->setForeground(1, t.secondary);
        if (id.isEmpty()) {
            item->setForeground(0, t.secondary);
            item->setToolTip(0, tr("This cannot be changed."));
        }
    };
    for (const KeyEntry& entry : m_keys.entries())
        add(entry.group, plainText(*entry.action), {}, entry.id);
    for (const FixedKeys& fixed : fixedKeys())
        add(fixed.group, fixed.what, fixed.keys, {});
    m_list->expandAll();
}

QTreeWidgetItem* ShortcutDialog::itemOf(const QString& id) const
{
    for (QTreeWidgetItemIterator it(m_list); *it; ++it)
        if (!id.isEmpty() && (*it)->data(0, idRole) == id)
            return *it;
    return nullptr;
}

QString ShortcutDialog::currentId() const
{
    return m_list->currentItem() ? m_list->currentItem()->data(0, idRole).toString() : QString();
}

QString ShortcutDialog::message() const
{
    return m_message->text();
}

void ShortcutDialog::refresh()
{
    const Theme& t = themeOf(*this);
    bool allUsual = true;
    for (const KeyEntry& entry : m_keys.entries()) {
        const bool usual = m_keys.isUsual(entry), listening = entry.id == m_listening;
        allUsual = allUsual && usual;
        if (QTreeWidgetItem* item = itemOf(entry.id)) {
            item->setText(1, listening ? tr("Press keys…") : keysText(entry.action->shortcuts()));
            item->setForeground(1, listening ? t.accent : usual ? t.secondary : t.text);
        }
    }
    const KeyEntry* current = m_keys.find(currentId());
    const KeyEntry* owner = m_wantedFor.isEmpty() ? nullptr : m_keys.owner(m_wanted, m_wantedFor);
    m_takeOver->setVisible(owner);
    m_remove->setEnabled(current && !current->action->shortcuts().isEmpty());
    m_reset->setEnabled(current && !m_keys.isUsual(*current));
    m_resetAll->setEnabled(!allUsual);
    m_message->setText(owner
            ? tr("%1 is used by “%2”.").arg(m_wanted.toString(QKeySequence::NativeText), plainText(*owner->action))
            : isListening() ? tr("Press the keys for it. Escape leaves it as it is.")
                            : tr("Click a row, or press Enter on it, to give it other keys."));
}

void ShortcutDialog::filter(const QString& words)
{
    stopListening();
    for (int i = 0; i < m_list->topLevelItemCount(); ++i) {
        QTreeWidgetItem* group = m_list->topLevelItem(i);
        int shown = 0;
        for (int j = 0; j < group->childCount(); ++j) {
            QTreeWidgetItem* item = group->child(j);
            const QString text = item->text(0) + QLatin1Char(' ') + item->text(1) + QLatin1Char(' ') + group->text(0);
            bool has = true;
            for (const QString& word : words.split(QLatin1Char(' '), Qt::SkipEmptyParts))
                has = has && text.contains(word, Qt::CaseInsensitive);
            item->setHidden(!has);
            shown += has;
        }
        group->setHidden(shown == 0);
    }
}

void ShortcutDialog::listen(QTreeWidgetItem* item)
{
    const QString id = item ? item->data(0, idRole).toString() : QString();
    stopListening();
    m_listening = id;
    m_list->setFocus();
    refresh();
}

void ShortcutDialog::stopListening()
{
    m_listening.clear();
    m_wantedFor.clear();
    refresh();
}

void ShortcutDialog::heard(const QKeySequence& key)
{
    const QString id = std::exchange(m_listening, QString());
    if (m_keys.owner(key, id)) {
        m_wantedFor = id;
        m_wanted = key;
        refresh();
        m_takeOver->setFocus();
        return;
    }
    m_keys.set(id, {key});
    refresh();
}

void ShortcutDialog::takeOver()
{
    const QString id = std::exchange(m_wantedFor, QString());
    m_keys.set(id, {m_wanted});
    m_list->setFocus();
}

bool ShortcutDialog::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && isListening()) {
        event->accept(); // the key is for the row
        return true;
    }
    if (event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(object, event);
    const auto& key = *static_cast<QKeyEvent*>(event);
    if (isListening()) {
        const auto modifiers = key.modifiers() & ~Qt::KeypadModifier;
        if (key.key() == Qt::Key_Escape && modifiers == Qt::NoModifier)
            stopListening();
        else if (!isModifier(key.key()))
            heard(QKeySequence(int(modifiers) | key.key()));
        return true;
    }
    const bool enter = key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter;
    if (object == m_list && enter) {
        listen(m_list->currentItem());
        return true;
    }
    if (object == m_search && (enter || key.key() == Qt::Key_Down)) {
        m_list->setFocus();
        return true;
    }
    return QDialog::eventFilter(object, event);
}

}
