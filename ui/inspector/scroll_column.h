// How what stands in the inspector scrolls: as a column of the panel's width, on the panel's own ground.
#pragma once
#include <QScrollArea>

namespace athanor {

inline void makeColumn(QScrollArea& area)
{
    area.setWidgetResizable(true);
    area.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area.setFrameShape(QFrame::NoFrame);
    area.setFocusPolicy(Qt::NoFocus);
    area.viewport()->setAutoFillBackground(false);
}

}
