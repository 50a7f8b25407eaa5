// A line for a folder's path, with a button beside it that lets one choose.
#pragma once
#include <QString>

class QLineEdit;
class QWidget;

namespace athanor {

// `action`: what the button does; `title`: of the dialog that it opens. The row is the edit's parent's.
QWidget* folderRow(QLineEdit* edit, const QString& action, const QString& title);

}
