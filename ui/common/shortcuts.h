// What keys do: every named action with the keys it has, which the user may change, and which are kept.
#pragma once
#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QString>

#include <vector>

class QAction;
class QMenu;

namespace athanor {

struct KeyEntry {
    QString id; // for settings
    QString group; // for people: the menu that it is on
    QAction* action = nullptr;
    QList<QKeySequence> usual; // before the user changed anything
};

class ShortcutKeys : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    // Its keys are the usual ones; it gets those that the user chose. An action that is there already stays as it is.
    void add(const QString& id, const QString& group, QAction& action);
    const std::vector<KeyEntry>& entries() const { return m_entries; }
    const KeyEntry* find(const QString& id) const;
    // Another action that has the key; null: none.
    const KeyEntry* owner(const QKeySequence& key, const QString& except) const;
    // Takes the keys from whoever has them. All of them are kept for the next start.
    void set(const QString& id, const QList<QKeySequence>& keys);
    bool isUsual(const KeyEntry& entry) const;
    void reset(const QString& id) { set(id, usualOf(id)); }
    void resetAll();

signals:
    void changed();

private:
    QList<QKeySequence> usualOf(const QString& id) const;
    void give(const KeyEntry& entry, const QList<QKeySequence>& keys);

    std::vector<KeyEntry> m_entries;
};

QString keysText(const QList<QKeySequence>& keys); // "Ctrl+Y, Ctrl+Shift+Z"
QString plainText(const QAction& action); // without the marks of menus
// The tool tip of an action with its first key.
QString tipWithKeys(const QAction& action);

struct FixedKeys { // what is no action, and cannot be changed
    QString group, what, keys;
};
QList<FixedKeys> fixedKeys();

}
