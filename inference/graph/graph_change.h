// What tells two states of a graph apart, so that undo need not keep both: the nodes, links and frames that differ, and
// of long texts and of subgraphs only the part that does.
#pragma once
#include "inference/graph/graph.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace athanor {

class GraphChange {
public:
    template <class T> struct Pair {
        int64_t id = 0;
        std::optional<T> before, after; // absent: it is not there
    };
    struct TextChange { // of a parameter that is a long text in both states; their copies of the node have none
        std::string param;
        size_t at = 0; // bytes alike before it
        std::string before, after;
    };
    struct NodeChange : Pair<Node> {
        std::vector<TextChange> texts;
        std::shared_ptr<const GraphChange> body; // of a subgraph in both states, whose copies have an empty one
    };

    GraphChange() = default; // nothing
    GraphChange(const Graph& before, const Graph& after);

    bool isEmpty() const;
    size_t bytes() const; // that it keeps, about
    const std::vector<NodeChange>& nodes() const { return m_nodes; } // by id, as the others
    const std::vector<Pair<Link>>& links() const { return m_links; }
    const std::vector<Pair<Group>>& groups() const { return m_groups; }
    const std::vector<Pair<Comment>>& comments() const { return m_comments; }

    // Of the state before the one after and the other way round; of any other graph nothing sensible.
    void redo(Graph& graph) const { apply(graph, true); }
    void undo(Graph& graph) const { apply(graph, false); }

private:
    struct Places {
        std::vector<ParamPlace> form, freshSeeds;
    };

    static NodeChange changeOf(Pair<Node> pair);
    void apply(Graph& graph, bool forward) const;
    static Node nodeAfter(const NodeChange& change, const Node* now, bool forward);

    std::vector<NodeChange> m_nodes;
    std::vector<Pair<Link>> m_links;
    std::vector<Pair<Group>> m_groups;
    std::vector<Pair<Comment>> m_comments;
    int64_t m_nextIdBefore = 0, m_nextIdAfter = 0;
    std::optional<std::pair<std::string, std::string>> m_foreign;
    std::optional<std::pair<Places, Places>> m_places;
};

}
