// Lays nodes out in columns: each one column behind the last that feeds it, in an order that keeps links short.
#include "inference/graph/graph_links.h"
#include "ui/canvas/canvas_edits.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <unordered_set>

namespace athanor {

namespace {

constexpr double columnGap = 72, rowGap = 32;
constexpr int sweeps = 4;

struct Column {
    std::vector<NodeId> nodes; // from the top
    double x = 0;
};

class Layout {
public:
    Layout(Graph& graph, const Ids& ids)
        : m_graph(graph)
    {
        for (const auto& [id, node] : graph.nodes)
            if (ids.empty() || ids.contains(id))
                m_ids.insert(id);
    }

    void run()
    {
        if (m_ids.empty())
            return;
        const Rect before = frameOf(m_graph, m_ids);
        makeColumns();
        for (int i = 0; i < sweeps; ++i) {
            for (size_t c = 1; c < m_columns.size(); ++c)
                order(m_columns[c], true);
            for (size_t c = m_columns.size(); c-- > 1;)
                order(m_columns[c - 1], false);
        }
        place(before.x, before.y);
    }

private:
    // The nodes among the ids that feed it, or that it feeds.
    std::vector<NodeId> neighbours(const Links& links, NodeId id, bool before) const
    {
        std::vector<NodeId> found;
        for (const Link* link : before ? links.into(id) : links.outOf(id)) {
            const NodeId other = before ? link->from.node : link->to.node;
            if (m_ids.contains(other))
                found.push_back(other);
        }
        return found;
    }

    void makeColumns()
    {
        const Links links(m_graph);
        std::vector<NodeId> sorted = inOrder(m_graph, links);
        const std::unordered_set<NodeId> known(sorted.begin(), sorted.end());
        std::ranges::copy_if(m_ids, std::back_inserter(sorted), [&](NodeId id) { return !known.contains(id); });
        std::unordered_map<NodeId, size_t> column;
        for (const NodeId id : sorted) {
            if (!m_ids.contains(id))
                continue;
            size_t at = 0;
            for (const NodeId other : neighbours(links, id, true))
                at = std::max(at, column.contains(other) ? column[other] + 1 : 0);
            column[id] = at;
            m_before[id] = neighbours(links, id, true);
            m_after[id] = neighbours(links, id, false);
        }
        for (auto it = sorted.rbegin(); it != sorted.rend(); ++it) // sources move up to what they feed
            if (m_ids.contains(*it) && m_before[*it].empty() && !m_after[*it].empty()) {
                size_t nearest = size_t(-1);
                for (const NodeId other : m_after[*it])
                    nearest = std::min(nearest, column[other]);
                column[*it] = nearest > 0 ? nearest - 1 : 0;
            }
        for (const NodeId id : sorted) {
            if (!m_ids.contains(id))
                continue;
            if (column[id] >= m_columns.size())
                m_columns.resize(column[id] + 1);
            m_rank[id] = double(m_columns[column[id]].nodes.size());
            m_columns[column[id]].nodes.push_back(id);
        }
    }

    // By the mean rank of their neighbours on one side.
    void order(Column& column, bool before)
    {
        std::unordered_map<NodeId, double> wish;
        for (const NodeId id : column.nodes) {
            const std::vector<NodeId>& others = before ? m_before[id] : m_after[id];
            double sum = 0;
            for (const NodeId other : others)
                sum += m_rank[other];
            wish[id] = others.empty() ? m_rank[id] : sum / double(others.size());
        }
        std::ranges::stable_sort(column.nodes, {}, [&](NodeId id) { return wish[id]; });
        for (size_t i = 0; i < column.nodes.size(); ++i)
            m_rank[column.nodes[i]] = double(i);
    }

    void place(double left, double top)
    {
        double x = left, highest = top;
        for (Column& column : m_columns) {
            double width = 0, y = top;
            for (const NodeId id : column.nodes) {
                Rect& rect = m_graph.nodes.at(id).rect;
                const double wanted = wantedTop(id, y);
                rect.x = x;
                rect.y = std::max(y, wanted);
                y = rect.y + rect.height + rowGap;
                width = std::max(width, rect.width);
                highest = std::min(highest, rect.y);
            }
            x += width + columnGap;
        }
    }

    // Level with the highest of what feeds it.
    double wantedTop(NodeId id, double otherwise) const
    {
        double top = otherwise;
        bool first = true;
        for (const NodeId other : m_before.at(id)) {
            const double y = m_graph.nodes.at(other).rect.y;
            top = first ? y : std::min(top, y);
            first = false;
        }
        return top;
    }

    Graph& m_graph;
    Ids m_ids;
    std::vector<Column> m_columns;
    std::unordered_map<NodeId, std::vector<NodeId>> m_before, m_after;
    std::unordered_map<NodeId, double> m_rank; // place within its column
};

}

Graph laidOut(Graph graph, const Ids& ids)
{
    Layout(graph, ids).run();
    return graph;
}

}
