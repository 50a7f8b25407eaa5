// The writing half of workflow_json.h.
#include "inference/graph/workflow_format.h"
#include "inference/graph/workflow_json.h"
#include "inference/graph/workflow_tidy.h"
#include "inference/sampling/names.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <map>
#include <variant>
#include <vector>

namespace athanor {

namespace {

std::string jsonOf(const std::string& text)
{
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// With a point or an exponent, so that it reads back as a floating-point number. What is none is kept as a text, which
// validate refuses.
std::string jsonOf(double value)
{
    const std::string text = numberText(value);
    if (!std::isfinite(value))
        return jsonOf(text);
    return text.find_first_of(".e") == text.npos ? text + ".0" : text;
}

std::string jsonOf(bool value)
{
    return value ? "true" : "false";
}

std::string jsonOf(int64_t value)
{
    return std::to_string(value);
}

std::string jsonOf(uint64_t value)
{
    return std::to_string(value);
}

std::string jsonOf(const PortRef& end)
{
    return "[" + jsonOf(end.node) + ", " + jsonOf(end.port) + "]";
}

std::string jsonOf(const Rect& rect)
{
    return "[" + jsonOf(rect.x) + ", " + jsonOf(rect.y) + ", " + jsonOf(rect.width) + ", " + jsonOf(rect.height) + "]";
}

// One object or array. Keys must come sorted.
class Writer {
public:
    Writer(std::string& out, char open, char close, std::string_view between = ", ")
        : m_out(out)
        , m_between(between)
        , m_close(close)
    {
        m_out += open;
    }
    ~Writer() { m_out += m_close; }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    std::string& next()
    {
        if (!m_first)
            m_out += m_between;
        m_first = false;
        return m_out;
    }
    std::string& key(std::string_view name)
    {
        next().append("\"").append(name).append("\": ");
        return m_out;
    }

private:
    std::string& m_out;
    const std::string_view m_between;
    const char m_close;
    bool m_first = true;
};

// The entries of a map, one a line.
template <class T, class Write>
void writeList(std::string& out, const std::map<int64_t, T>& entries, const Write& write)
{
    Writer list(out, '[', ']', ",\n");
    for (const auto& [id, entry] : entries)
        write(list.next(), id, entry);
}

void writeText(Writer& object, std::string_view key, const std::string& text)
{
    if (!text.empty())
        object.key(key) += jsonOf(text);
}

void writeRect(Writer& object, const Rect& rect)
{
    const Rect tidy = tidied(rect);
    if (tidy != Rect())
        object.key("rect") += jsonOf(tidy);
}

// A comment or a group; its text has this name.
void writeFrame(std::string& out, int64_t id, const std::string& colour, const Rect& rect, const char* name,
    const std::string& text)
{
    Writer object(out, '{', '}');
    writeText(object, "colour", tidiedColour(colour));
    object.key("id") += jsonOf(id);
    writeRect(object, rect);
    writeText(object, name, text);
}

void writeComment(std::string& out, int64_t id, const Comment& comment)
{
    writeFrame(out, id, comment.colour, comment.rect, "text", comment.text);
}

void writeGroup(std::string& out, int64_t id, const Group& group)
{
    writeFrame(out, id, group.colour, group.rect, "title", group.title);
}

void writeLink(std::string& out, LinkId id, const Link& link)
{
    Writer object(out, '{', '}');
    object.key("from") += jsonOf(link.from);
    object.key("id") += jsonOf(id);
    object.key("to") += jsonOf(link.to);
}

void writeExposed(std::string& out, const std::vector<Exposed>& list)
{
    Writer array(out, '[', ']');
    for (const Exposed& exposed : list) {
        Writer object(array.next(), '{', '}');
        {
            Writer inner(object.key("inner"), '[', ']');
            for (const PortRef& port : exposed.inner)
                inner.next() += jsonOf(port);
        }
        object.key("name") += jsonOf(exposed.name);
    }
}

void writePlaces(Writer& object, std::string_view key, const std::vector<ParamPlace>& places)
{
    if (places.empty())
        return;
    Writer list(object.key(key), '[', ']');
    for (const ParamPlace& place : places) {
        Writer pair(list.next(), '[', ']');
        {
            Writer path(pair.next(), '[', ']');
            for (const NodeId id : place.node)
                path.next() += jsonOf(id);
        }
        pair.next() += jsonOf(place.param);
    }
}

void writeGraph(Writer& object, const Graph& graph, std::string_view format);

void writeSubgraph(std::string& out, const Subgraph& subgraph)
{
    Writer object(out, '{', '}');
    {
        Writer body(object.key("body"), '{', '}', ",\n");
        writeGraph(body, *subgraph.body, "");
    }
    writeExposed(object.key("inputs"), subgraph.inputs);
    writeExposed(object.key("outputs"), subgraph.outputs);
    writeExposed(object.key("params"), subgraph.params);
}

void writeNode(std::string& out, NodeId id, const Node& node)
{
    Writer object(out, '{', '}');
    if (node.collapsed)
        object.key("collapsed") += jsonOf(true);
    writeText(object, "colour", tidiedColour(node.colour));
    writeText(object, "foreign", node.foreign);
    object.key("id") += jsonOf(id);
    if (node.mode != NodeMode::Normal)
        object.key("mode") += jsonOf(std::string(modeNames[size_t(node.mode)]));
    if (!node.params.empty()) {
        Writer params(object.key("params"), '{', '}');
        for (const auto& [name, value] : node.params)
            params.next().append(jsonOf(name)).append(": ") +=
                std::visit([](const auto& held) { return jsonOf(held); }, value);
    }
    writeRect(object, node.rect);
    if (node.subgraph && node.subgraph->body)
        writeSubgraph(object.key("subgraph"), *node.subgraph);
    writeText(object, "title", node.title);
    object.key("type") += jsonOf(node.type);
    object.key("version") += jsonOf(int64_t(node.version));
}

// Recursive for subgraphs, which nest no deeper than maxSubgraphDepth. Without a format: the body of one.
void writeGraph(Writer& object, const Graph& graph, std::string_view format)
{
    writeList(object.key("comments"), graph.comments, writeComment);
    writeText(object, "foreign", graph.foreign);
    writePlaces(object, "form", graph.form);
    if (!format.empty())
        object.key("format") += jsonOf(std::string(format));
    writePlaces(object, "fresh_seeds", graph.freshSeeds);
    writeList(object.key("groups"), graph.groups, writeGroup);
    writeList(object.key("links"), graph.links, writeLink);
    object.key("next_id") += jsonOf(graph.nextId);
    writeList(object.key("nodes"), graph.nodes, writeNode);
    if (!format.empty())
        object.key("version") += jsonOf(versionText(currentVersion));
}

}

std::string writeWorkflow(const Graph& graph)
{
    std::string out;
    {
        Writer object(out, '{', '}', ",\n");
        writeGraph(object, graph, formatName);
    }
    return out + "\n";
}

}
