// The list of what keys do.
#pragma once
#include <QList>
#include <QString>

class QMenu;
class QWidget;

namespace athanor {

struct Shortcut {
    QString what, keys;
};

struct ShortcutGroup {
    QString title;
    QList<Shortcut> shortcuts;
};

QList<Shortcut> shortcutsOf(const QMenu& menu); // of its actions and its submenus' that have keys
void showShortcutList(QWidget& parent, QList<ShortcutGroup> groups);

}
