// Of points.
#pragma once
#include <QPointF>

#include <cmath>

namespace athanor {

inline double distance(QPointF a, QPointF b)
{
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

}
