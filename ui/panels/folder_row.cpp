#include "ui/panels/folder_row.h"

#include "ui/common/theme.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

namespace athanor {

QWidget* folderRow(QLineEdit* edit, const QString& action, const QString& title)
{
    auto* row = new QWidget(edit->parentWidget());
    auto* choose = new QToolButton(row);
    choose->setIcon(icon(QStringLiteral("folder")));
    choose->setToolTip(action);
    choose->setAccessibleName(action);
    QObject::connect(choose, &QToolButton::clicked, edit, [edit, title] {
        const QString folder = QFileDialog::getExistingDirectory(edit->window(), title, edit->text());
        if (!folder.isEmpty())
            edit->setText(folder);
    });
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(edit, 1);
    layout->addWidget(choose);
    return row;
}

}
