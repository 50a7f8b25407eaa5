#include "ui/common/shortcuts.h"

#include <QAction>
#include <QCoreApplication>
#include <QRegularExpression>
#include <QSettings>

#include <algorithm>

namespace athanor {

namespace {

struct Shortcuts {
    Q_DECLARE_TR_FUNCTIONS(Shortcuts)
};

QString keyOf(const QString& id)
{
    return QStringLiteral("shortcuts/") + id;
}

}

void ShortcutKeys::add(const QString& id, const QString& group, QAction& action)
{
    if (find(id))
        return;
    m_entries.push_back({id, group, &action, action.shortcuts()});
    connect(&action, &QObject::destroyed, this,
        [this, id] { std::erase_if(m_entries, [&](const KeyEntry& entry) { return entry.id == id; }); });
    const QVariant kept = QSettings().value(keyOf(id));
    if (!kept.isValid())
        return;
    QList<QKeySequence> keys = QKeySequence::listFromString(kept.toString(), QKeySequence::PortableText);
    keys.removeAll(QKeySequence());
    action.setShortcuts(keys);
}

const KeyEntry* ShortcutKeys::find(const QString& id) const
{
    const auto found = std::ranges::find(m_entries, id, &KeyEntry::id);
    return found == m_entries.end() ? nullptr : &*found;
}

const KeyEntry* ShortcutKeys::owner(const QKeySequence& key, const QString& except) const
{
    const auto found = std::ranges::find_if(m_entries,
        [&](const KeyEntry& entry) { return entry.id != except && entry.action->shortcuts().contains(key); });
    return found == m_entries.end() ? nullptr : &*found;
}

bool ShortcutKeys::isUsual(const KeyEntry& entry) const
{
    return entry.action->shortcuts() == entry.usual;
}

QList<QKeySequence> ShortcutKeys::usualOf(const QString& id) const
{
    const KeyEntry* entry = find(id);
    return entry ? entry->usual : QList<QKeySequence>();
}

// Usual keys are not kept, so that a later version may choose others.
void ShortcutKeys::give(const KeyEntry& entry, const QList<QKeySequence>& keys)
{
    entry.action->setShortcuts(keys);
    QSettings settings;
    if (isUsual(entry))
        settings.remove(keyOf(entry.id));
    else
        settings.setValue(keyOf(entry.id), QKeySequence::listToString(keys, QKeySequence::PortableText));
}

void ShortcutKeys::set(const QString& id, const QList<QKeySequence>& keys)
{
    const KeyEntry* entry = find(id);
    if (!entry)
        return;
    for (const QKeySequence& key : keys)
        while (const KeyEntry* other = owner(key, id)) {
            QList<QKeySequence> left = other->action->shortcuts();
            left.removeAll(key);
            give(*other, left);
        }
    give(*entry, keys);
    emit changed();
}

void ShortcutKeys::resetAll()
{
    for (const KeyEntry& entry : m_entries)
        give(entry, entry.usual);
    emit changed();
}

QString keysText(const QList<QKeySequence>& keys)
{
    QStringList texts;
    for (const QKeySequence& key : keys)
        texts << key.toString(QKeySequence::NativeText);
    return texts.join(QStringLiteral(", "));
}

QString plainText(const QAction& action)
{
    static const QRegularExpression appended(QStringLiteral("\\(&.\\)$")); // as where the words have no such letter
    QString text = action.text();
    return text.remove(appended).remove(QLatin1Char('&'));
}

QString tipWithKeys(const QAction& action)
{
    const QString keys = action.shortcut().toString(QKeySequence::NativeText);
    return keys.isEmpty() ? action.toolTip() : QStringLiteral("%1 (%2)").arg(action.toolTip(), keys);
}

QList<FixedKeys> fixedKeys()
{
    const QString canvas = Shortcuts::tr("Canvas, by hand"), prompt = Shortcuts::tr("Prompt"),
                  picture = Shortcuts::tr("Picture");
    return {{canvas, Shortcuts::tr("Add a node"), Shortcuts::tr("Double click")},
        {canvas, Shortcuts::tr("Move the view"), Shortcuts::tr("Middle button, or Space and drag")},
        {canvas, Shortcuts::tr("Zoom at the pointer"), Shortcuts::tr("Wheel")},
        {canvas, Shortcuts::tr("Select several"), Shortcuts::tr("Drag a box, or Shift and click")},
        {canvas, Shortcuts::tr("From node to node"), Shortcuts::tr("Tab, Shift+Tab")},
        {canvas, Shortcuts::tr("Move what is selected"), Shortcuts::tr("Arrow keys, with Shift farther")},
        {prompt, Shortcuts::tr("More or less weight for the selection"), Shortcuts::tr("Ctrl+Up, Ctrl+Down")},
        {prompt, Shortcuts::tr("Complete the word"), Shortcuts::tr("Ctrl+Space")},
        {picture, Shortcuts::tr("Fit, or 100 %"), Shortcuts::tr("Double click; F, 1")},
        {picture, Shortcuts::tr("Zoom"), Shortcuts::tr("Wheel; +, −")},
        {picture, Shortcuts::tr("Compare"), Shortcuts::tr("C; Left and Right move the line")}};
}

}
