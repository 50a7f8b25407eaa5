// Points by where they lie, so that those in many rectangles are found in little time. What is taken is gone.
#pragma once
#include <QRectF>

#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

namespace athanor {

class PlaceIndex {
public:
    void add(int64_t id, QPointF at) { m_cells[cellOf(at)].push_back({id, at}); }

    // Calls `wants` for what lies in the rectangle; what it says yes to is taken.
    template <class Wants> void take(const QRectF& rect, const Wants& wants)
    {
        const auto [left, top] = cellOf(rect.topLeft());
        const auto [right, bottom] = cellOf(rect.bottomRight());
        for (auto cell = m_cells.lower_bound({left, top}); cell != m_cells.end() && cell->first.first <= right;) {
            const auto [column, row] = cell->first;
            if (row < top) {
                cell = m_cells.lower_bound({column, top});
                continue;
            }
            if (row > bottom) {
                cell = m_cells.lower_bound({column + 1, top});
                continue;
            }
            std::erase_if(cell->second, [&](const Point& p) { return rect.contains(p.at) && wants(p.id); });
            cell = cell->second.empty() ? m_cells.erase(cell) : std::next(cell);
        }
    }

private:
    struct Point {
        int64_t id;
        QPointF at;
    };
    using Cell = std::pair<int64_t, int64_t>; // column, row

    static Cell cellOf(QPointF at)
    {
        constexpr double side = 512; // canvas units: some nodes
        return {int64_t(std::floor(at.x() / side)), int64_t(std::floor(at.y() / side))};
    }

    std::map<Cell, std::vector<Point>> m_cells;
};

}
