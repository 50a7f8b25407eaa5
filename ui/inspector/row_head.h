// What stands before a field: its name, and the way back to how it began while there is one.
#pragma once
#include <QHBoxLayout>
#include <QLabel>

namespace athanor {

constexpr int rowHeadWidth = 116, rowHeight = 28; // without what stands below it

inline QWidget* makeRowHead(QLabel& label, QWidget& reset, bool wide)
{
    auto* head = new QWidget(label.parentWidget());
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, wide ? 0 : 4, 0);
    layout->setSpacing(2);
    label.setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    layout->addWidget(&label, 1);
    layout->addWidget(&reset);
    if (!wide)
        head->setFixedSize(rowHeadWidth, rowHeight);
    return head;
}

}
