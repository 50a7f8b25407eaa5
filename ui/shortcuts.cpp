#include "ui/shortcuts.h"

#include "ui/theme.h"

#include <QAction>
#include <QCoreApplication>
#include <QDialog>
#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>

namespace athanor {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Shortcuts", text);
}

// What is on no menu.
QList<ShortcutGroup> handGroups()
{
    return {
        {tr("Canvas"),
            {{tr("Add a node"), tr("Space, or double click")},
                {tr("Move the view"), tr("Middle button, or Space and drag")}, {tr("Zoom at the pointer"), tr("Wheel")},
                {tr("Select several"), tr("Drag a box, or Shift and click")}}},
        {tr("Prompt"),
            {{tr("More or less weight for the selection"), tr("Ctrl+Up, Ctrl+Down")},
                {tr("Complete the word"), tr("Ctrl+Space")}}},
        {tr("Picture"),
            {{tr("Fit, or 100 %"), tr("Double click; F, 1")}, {tr("Zoom"), tr("Wheel; +, −")},
                {tr("Compare"), tr("C; Left and Right move the line")}}}};
}

void addRow(QGridLayout& grid, const Shortcut& shortcut)
{
    const int row = grid.rowCount();
    auto* keys = new QLabel(shortcut.keys);
    keys->setFont(monospaceFont());
    keys->setProperty("role", "secondary");
    grid.addWidget(new QLabel(shortcut.what), row, 0);
    grid.addWidget(keys, row, 1, Qt::AlignRight);
}

}

QList<Shortcut> shortcutsOf(const QMenu& menu)
{
    QList<Shortcut> shortcuts;
    for (const QAction* action : menu.actions()) {
        if (action->menu())
            shortcuts += shortcutsOf(*action->menu());
        else if (!action->shortcut().isEmpty())
            shortcuts << Shortcut{
                action->text().remove(QLatin1Char('&')), action->shortcut().toString(QKeySequence::NativeText)};
    }
    return shortcuts;
}

void showShortcutList(QWidget& parent, QList<ShortcutGroup> groups)
{
    constexpr QSize size(440, 560);
    auto* dialog = new QDialog(&parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Keyboard shortcuts"));
    auto* content = new QWidget;
    auto* grid = new QGridLayout(content);
    grid->setContentsMargins(24, 16, 24, 24);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(0, 1);
    for (const ShortcutGroup& group : groups + handGroups()) {
        if (group.shortcuts.isEmpty())
            continue;
        auto* title = new QLabel(group.title);
        title->setProperty("role", "title");
        title->setContentsMargins(0, 12, 0, 2);
        grid->addWidget(title, grid->rowCount(), 0, 1, 2);
        for (const Shortcut& shortcut : group.shortcuts)
            addRow(*grid, shortcut);
    }
    auto* scroll = new QScrollArea(dialog);
    scroll->setWidgetResizable(true);
    scroll->setWidget(content);
    auto* layout = new QGridLayout(dialog);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    dialog->resize(size);
    dialog->open();
}

}
