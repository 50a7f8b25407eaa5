#include "inference/graph/graph_change.h"

#include <algorithm>
#include <variant>

namespace athanor {

namespace {

constexpr size_t longText = 256; // bytes; shorter ones are kept whole

// The entries of two maps that are not alike, in their order.
template <class Pair, class Map> std::vector<Pair> differences(const Map& before, const Map& after)
{
    std::vector<Pair> pairs;
    auto a = before.begin();
    auto b = after.begin();
    while (a != before.end() || b != after.end()) {
        const bool onlyBefore = b == after.end() || (a != before.end() && a->first < b->first);
        const bool onlyAfter = a == before.end() || (b != after.end() && b->first < a->first);
        if (onlyBefore || onlyAfter || !(a->second == b->second)) {
            Pair pair{onlyAfter ? b->first : a->first, {}, {}};
            if (!onlyAfter)
                pair.before = a->second;
            if (!onlyBefore)
                pair.after = b->second;
            pairs.push_back(std::move(pair));
        }
        if (!onlyAfter)
            ++a;
        if (!onlyBefore)
            ++b;
    }
    return pairs;
}

template <class Pairs, class Map> void applyPairs(const Pairs& pairs, Map& map, bool forward)
{
    for (const auto& pair : pairs) {
        const auto& next = forward ? pair.after : pair.before;
        if (next)
            map.insert_or_assign(pair.id, *next);
        else
            map.erase(pair.id);
    }
}

size_t bytesOf(const Node& node)
{
    size_t bytes = sizeof(Node) + node.type.size() + node.title.size() + node.foreign.size();
    for (const auto& [name, value] : node.params) {
        const auto* text = std::get_if<std::string>(&value);
        bytes += 64 + sizeof(ParamValue) + name.size() + (text ? text->size() : 0);
    }
    return bytes;
}
size_t bytesOf(const Group& group)
{
    return sizeof(Group) + group.title.size();
}
size_t bytesOf(const Comment& comment)
{
    return sizeof(Comment) + comment.text.size();
}
size_t bytesOf(const Link& link)
{
    return sizeof(Link) + link.from.port.size() + link.to.port.size();
}

template <class Pairs> size_t bytesOfPairs(const Pairs& pairs)
{
    size_t bytes = pairs.size() * sizeof(typename Pairs::value_type);
    for (const auto& pair : pairs)
        bytes += (pair.before ? bytesOf(*pair.before) : 0) + (pair.after ? bytesOf(*pair.after) : 0);
    return bytes;
}

}

GraphChange::GraphChange(const Graph& before, const Graph& after)
    : m_links(differences<Pair<Link>>(before.links, after.links))
    , m_groups(differences<Pair<Group>>(before.groups, after.groups))
    , m_comments(differences<Pair<Comment>>(before.comments, after.comments))
    , m_nextIdBefore(before.nextId)
    , m_nextIdAfter(after.nextId)
{
    for (Pair<Node>& pair : differences<Pair<Node>>(before.nodes, after.nodes))
        m_nodes.push_back(changeOf(std::move(pair)));
    if (before.foreign != after.foreign)
        m_foreign = {before.foreign, after.foreign};
    if (before.form != after.form || before.freshSeeds != after.freshSeeds)
        m_places = {{before.form, before.freshSeeds}, {after.form, after.freshSeeds}};
}

GraphChange::NodeChange GraphChange::changeOf(Pair<Node> pair)
{
    NodeChange change{std::move(pair), {}, {}};
    if (!change.before || !change.after)
        return change;
    Node &before = *change.before, &after = *change.after;
    for (auto& [name, value] : before.params) {
        const auto other = after.params.find(name);
        auto* a = std::get_if<std::string>(&value);
        auto* b = other == after.params.end() ? nullptr : std::get_if<std::string>(&other->second);
        if (!a || !b || std::max(a->size(), b->size()) < longText)
            continue;
        const auto [firstA, firstB] = std::ranges::mismatch(*a, *b);
        const size_t head = size_t(firstA - a->begin()), room = std::min(a->size(), b->size()) - head;
        size_t tail = 0;
        while (tail < room && (*a)[a->size() - 1 - tail] == (*b)[b->size() - 1 - tail])
            ++tail;
        change.texts.push_back(
            {name, head, a->substr(head, a->size() - head - tail), b->substr(head, b->size() - head - tail)});
        *a = *b = std::string();
    }
    if (before.subgraph && after.subgraph) {
        change.body = std::make_shared<const GraphChange>(*before.subgraph->body, *after.subgraph->body);
        const auto empty = std::make_shared<const Graph>();
        for (Node* node : {&before, &after}) {
            Subgraph hollow = *node->subgraph;
            hollow.body = empty;
            node->subgraph = std::make_shared<const Subgraph>(std::move(hollow));
        }
    }
    return change;
}

bool GraphChange::isEmpty() const
{
    return m_nodes.empty() && m_links.empty() && m_groups.empty() && m_comments.empty() && !m_foreign && !m_places
        && m_nextIdBefore == m_nextIdAfter;
}

size_t GraphChange::bytes() const
{
    size_t bytes = sizeof(*this) + bytesOfPairs(m_nodes) + bytesOfPairs(m_links) + bytesOfPairs(m_groups)
        + bytesOfPairs(m_comments);
    for (const NodeChange& change : m_nodes) {
        for (const TextChange& text : change.texts)
            bytes += sizeof(text) + text.param.size() + text.before.size() + text.after.size();
        bytes += change.body ? change.body->bytes() : 0;
    }
    return bytes + (m_foreign ? m_foreign->first.size() + m_foreign->second.size() : 0);
}

Node GraphChange::nodeAfter(const NodeChange& change, const Node* now, bool forward)
{
    Node node = forward ? *change.after : *change.before;
    if (!now)
        return node;
    for (const TextChange& text : change.texts) {
        const std::string &gone = forward ? text.before : text.after, &come = forward ? text.after : text.before;
        std::string whole = std::get<std::string>(now->params.at(text.param));
        whole.replace(text.at, gone.size(), come);
        node.params[text.param] = std::move(whole);
    }
    if (change.body) {
        Graph body = *now->subgraph->body;
        change.body->apply(body, forward);
        Subgraph filled = *node.subgraph;
        filled.body = std::make_shared<const Graph>(std::move(body));
        node.subgraph = std::make_shared<const Subgraph>(std::move(filled));
    }
    return node;
}

void GraphChange::apply(Graph& graph, bool forward) const
{
    for (const NodeChange& change : m_nodes) {
        if (!(forward ? change.after : change.before)) {
            graph.nodes.erase(change.id);
            continue;
        }
        const auto now = graph.nodes.find(change.id);
        graph.nodes.insert_or_assign(
            change.id, nodeAfter(change, now == graph.nodes.end() ? nullptr : &now->second, forward));
    }
    applyPairs(m_links, graph.links, forward);
    applyPairs(m_groups, graph.groups, forward);
    applyPairs(m_comments, graph.comments, forward);
    graph.nextId = forward ? m_nextIdAfter : m_nextIdBefore;
    if (m_foreign)
        graph.foreign = forward ? m_foreign->second : m_foreign->first;
    if (m_places) {
        const Places& places = forward ? m_places->second : m_places->first;
        graph.form = places.form;
        graph.freshSeeds = places.freshSeeds;
    }
}

}
