// The reading half of workflow_json.h; workflow_write.cpp is the other.
#include "inference/graph/workflow_json.h"

#include "inference/graph/subgraph_type.h"
#include "inference/graph/workflow_format.h"
#include "inference/graph/workflow_tidy.h"
#include "inference/weights/json_fields.h"
#include "inference/weights/json_text.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <charconv>
#include <climits>
#include <cstdint>
#include <memory>
#include <set>

namespace athanor {

namespace {

using Json = JsonFields::Json;

FormatVersion readVersion(const Json& value)
{
    const std::string& text = readText(value, "\"version\"");
    FormatVersion version;
    const char* const end = text.data() + text.size();
    const auto major = std::from_chars(text.data(), end, version.major);
    const bool point = major.ec == std::errc() && major.ptr != end && *major.ptr == '.';
    const auto minor = point ? std::from_chars(major.ptr + 1, end, version.minor) : major;
    if (!point || minor.ec != std::errc() || minor.ptr != end || version.major < 0 || version.minor < 0)
        throw JsonRefusal(value, "\"version\" is " + inQuotes(text) + ", but must be two numbers such as \"1.0\"");
    if (version.major > currentVersion.major)
        throw JsonRefusal(value,
            "the workflow is of version " + versionText(version) + ", this program reads up to "
                + std::to_string(currentVersion.major) + ".x; open it with a newer program");
    return version;
}

// 0.9 wrote a link as [id, from node, from port, to node, to port].
void from09(Json& root)
{
    const auto links = root.find("links");
    if (links == root.end() || !links->is_array())
        return;
    for (Json& link : *links)
        if (link.is_array() && link.size() == 5)
            link = Json{
                {"id", link[0]}, {"from", Json::array({link[1], link[2]})}, {"to", Json::array({link[3], link[4]})}};
}

struct Migration {
    FormatVersion from; // and what is older
    void (*apply)(Json& root);
};
constexpr Migration migrations[] = {{{0, 9}, from09}}; // the oldest first

ParamValue readParam(const Json& value, const std::string& what)
{
    if (value.is_boolean())
        return value.get<bool>();
    if (value.is_number_unsigned() && value.get<uint64_t>() > uint64_t(INT64_MAX))
        return value.get<uint64_t>();
    if (value.is_number_integer())
        return value.get<int64_t>();
    if (value.is_number_float())
        return value.get<double>();
    if (value.is_string())
        return value.get<std::string>();
    throw JsonRefusal(value, what + " must be true, false, a number or a text");
}

PortRef readEnd(const Json& value, const std::string& what)
{
    if (!value.is_array() || value.size() != 2)
        throw JsonRefusal(value, what + " must be a node's number and a port's name, such as [4, \"image\"]");
    return {readInteger(value[0], what + ": the node's number", 1, maxId), readText(value[1], what + ": the port")};
}

std::vector<Exposed> readExposed(const Json& list, const std::string& what)
{
    if (list.size() > maxExposed)
        throw JsonRefusal(list,
            what + " exposes " + std::to_string(list.size()) + " ports of one kind, the limit is "
                + std::to_string(maxExposed));
    std::vector<Exposed> all;
    for (const Json& entry : list) {
        JsonFields fields(entry, what + ": what it exposes");
        Exposed exposed;
        exposed.name = readText(fields.get("name"), fields.what() + ": the name");
        for (const Json& inner : fields.list("inner"))
            exposed.inner.push_back(readEnd(inner, fields.what()));
        all.push_back(std::move(exposed));
    }
    return all;
}

std::vector<ParamPlace> readPlaces(JsonFields& fields, const char* key)
{
    const Json& list = fields.list(key);
    if (list.size() > maxPlaces)
        throw JsonRefusal(list,
            fields.what() + ": \"" + key + "\" has " + std::to_string(list.size()) + " entries, the limit is "
                + std::to_string(maxPlaces));
    std::vector<ParamPlace> places;
    for (const Json& entry : list) {
        const std::string what = fields.what() + ": an entry of \"" + key + "\"";
        const bool isPair = entry.is_array() && entry.size() == 2 && entry[0].is_array();
        if (!isPair || entry[0].empty() || entry[0].size() > size_t(maxSubgraphDepth) + 1)
            throw JsonRefusal(entry, what + " must be the numbers of a node and a parameter, such as [[4], \"seed\"]");
        ParamPlace place;
        for (const Json& id : entry[0])
            place.node.push_back(readInteger(id, what + ": the node's number", 1, maxId));
        place.param = readText(entry[1], what + ": the parameter");
        places.push_back(std::move(place));
    }
    return places;
}

class WorkflowReader {
public:
    LoadedWorkflow read(Json& root)
    {
        JsonFields fields(root, "a workflow");
        const Json* format = fields.find("format");
        if (!format || *format != formatName)
            throw JsonRefusal(
                format ? *format : root, "this is no workflow of Athanor, which says \"format\": \"athanor workflow\"");
        const FormatVersion version = readVersion(fields.get("version"));
        for (const Migration& migration : migrations)
            if (version <= migration.from)
                migration.apply(root);
        m_loaded.readOnly = version > currentVersion;
        if (m_loaded.readOnly)
            m_loaded.warnings.push_back("written by a newer program (version " + versionText(version)
                + ", this one writes " + versionText(currentVersion)
                + "): what is new in it is not shown, and it is opened for reading only");
        m_loaded.graph = readGraph(std::move(fields), 0);
        summarise();
        return std::move(m_loaded);
    }

private:
    // Recursive for subgraphs, at most maxSubgraphDepth deep.
    Graph readGraph(JsonFields fields, int depth)
    {
        Graph graph;
        std::set<int64_t> ids;
        const auto idOf = [&](JsonFields& entry) {
            const Json& value = entry.get("id");
            const int64_t id = readInteger(value, entry.what() + ": the id", 1, maxId);
            if (!ids.insert(id).second)
                throw JsonRefusal(value, "the id " + std::to_string(id) + " is there twice");
            return id;
        };
        for (const Json& entry : limited(fields.list("nodes"), m_nodes, maxWorkflowNodes, "nodes")) {
            JsonFields node(entry, "a node");
            const NodeId id = idOf(node);
            graph.nodes.emplace(id, readNode(JsonFields(entry, "node " + std::to_string(id)), depth));
        }
        for (const Json& entry : limited(fields.list("links"), m_links, maxWorkflowLinks, "links")) {
            JsonFields link(entry, "a link");
            const PortRef from = readEnd(link.get("from"), "a link's \"from\""),
                          to = readEnd(link.get("to"), "a link's \"to\"");
            graph.links.emplace(idOf(link), Link{from, to});
            drop(link);
        }
        for (const Json& entry :
            limited(fields.list("groups"), m_nodes, maxWorkflowNodes, "nodes, groups and comments")) {
            JsonFields group(entry, "a group");
            graph.groups.emplace(idOf(group), Group{group.text("title"), readRect(group), readColour(group)});
            drop(group);
        }
        for (const Json& entry :
            limited(fields.list("comments"), m_nodes, maxWorkflowNodes, "nodes, groups and comments")) {
            JsonFields comment(entry, "a comment");
            graph.comments.emplace(
                idOf(comment), Comment{comment.text("text"), readRect(comment), readColour(comment)});
            drop(comment);
        }
        if (const Json* next = fields.find("next_id"))
            graph.nextId = readInteger(*next, "\"next_id\"", 1, maxId + 1);
        if (!ids.empty())
            graph.nextId = std::max(graph.nextId, *ids.rbegin() + 1);
        graph.form = readPlaces(fields, "form");
        graph.freshSeeds = readPlaces(fields, "fresh_seeds");
        graph.foreign = readForeign(fields);
        return graph;
    }

    Node readNode(JsonFields fields, int depth)
    {
        fields.find("id");
        Node node;
        node.type = readText(fields.get("type"), fields.what() + ": the type");
        if (const Json* version = fields.find("version"))
            node.version = int(readInteger(*version, fields.what() + ": the version", INT_MIN, INT_MAX));
        node.title = fields.text("title");
        if (const Json* params = fields.find("params")) {
            const JsonFields values(*params, fields.what() + ": \"params\"");
            for (const auto& [name, value] : values.object().items())
                node.params.emplace(name, readParam(value, fields.what() + ": " + inQuotes(name)));
        }
        node.mode = readMode(fields);
        node.rect = readRect(fields);
        node.colour = readColour(fields);
        if (const Json* collapsed = fields.find("collapsed")) {
            if (!collapsed->is_boolean())
                throw JsonRefusal(*collapsed, fields.what() + ": \"collapsed\" must be true or false");
            node.collapsed = collapsed->get<bool>();
        }
        if (const Json* subgraph = fields.find("subgraph"))
            node.subgraph = readSubgraph(*subgraph, fields.what(), depth + 1);
        node.foreign = readForeign(fields);
        return node;
    }

    std::shared_ptr<const Subgraph> readSubgraph(const Json& value, const std::string& node, int depth)
    {
        if (depth > maxSubgraphDepth)
            throw JsonRefusal(
                value, node + ": subgraphs are nested deeper than " + std::to_string(maxSubgraphDepth) + " levels");
        JsonFields fields(value, node + ": the subgraph");
        auto subgraph = std::make_shared<Subgraph>();
        subgraph->body =
            std::make_shared<const Graph>(readGraph(JsonFields(fields.get("body"), node + ": the body"), depth));
        subgraph->inputs = readExposed(fields.list("inputs"), fields.what());
        subgraph->outputs = readExposed(fields.list("outputs"), fields.what());
        subgraph->params = readExposed(fields.list("params"), fields.what());
        drop(fields);
        return subgraph;
    }

    // Counts before anything is made of them.
    const Json& limited(const Json& list, size_t& count, size_t limit, const char* what)
    {
        count += list.size();
        if (count > limit)
            throw JsonRefusal(list, "the workflow has more than " + std::to_string(limit) + " " + what + "; split it");
        return list;
    }

    NodeMode readMode(JsonFields& fields)
    {
        const Json* value = fields.find("mode");
        const auto mode =
            value ? std::ranges::find(modeNames, readText(*value, fields.what() + ": the mode")) : modeNames;
        if (mode == std::end(modeNames))
            throw JsonRefusal(*value, fields.what() + ": the mode must be normal, muted or bypassed");
        return NodeMode(mode - modeNames);
    }

    Rect readRect(JsonFields& fields)
    {
        const Json* value = fields.find("rect");
        if (!value)
            return {};
        const auto isNumber = [](const Json& number) { return number.is_number(); };
        if (!value->is_array() || value->size() != 4 || !std::ranges::all_of(*value, isNumber))
            throw JsonRefusal(*value, fields.what() + ": \"rect\" must be four numbers: x, y, width and height");
        const auto number = [&](size_t i) { return (*value)[i].get<double>(); };
        const Rect rect{number(0), number(1), number(2), number(3)};
        m_tidied += tidied(rect) != rect;
        return tidied(rect);
    }

    std::string readColour(JsonFields& fields)
    {
        const std::string colour = fields.text("colour"), good = tidiedColour(colour);
        m_tidied += good.empty() && !colour.empty();
        return good;
    }

    // What the file says beyond what is known, as one JSON object.
    std::string readForeign(JsonFields& fields)
    {
        std::string kept = fields.text("foreign");
        const Json others = fields.rest();
        Json all = Json::object();
        if (!kept.empty()) {
            const Json* value = fields.find("foreign");
            if (const std::string problem = jsonLimitProblem(kept, maxJsonDepth, maxJsonString); !problem.empty())
                throw JsonRefusal(*value, fields.what() + ": \"foreign\" " + problem);
            all = Json::parse(kept, nullptr, false);
            if (!all.is_object())
                throw JsonRefusal(*value, fields.what() + ": \"foreign\" must be the text of a JSON object");
        }
        if (others.empty())
            return kept;
        for (const auto& [key, value] : others.items()) {
            all[key] = value;
            note(fields.what() + ": " + inQuotes(key) + " is not known here; it is kept, but does nothing");
        }
        const std::string text = all.dump();
        if (Json(text).dump().size() > maxJsonString)
            throw JsonRefusal(fields.object(), fields.what() + ": what is not known here is more than can be kept");
        return text;
    }

    // Where nothing is kept.
    void drop(const JsonFields& fields)
    {
        const Json rest = fields.rest();
        for (const auto& [key, value] : rest.items())
            note(fields.what() + ": " + inQuotes(key) + " is not known here, and is left out");
    }

    void note(const std::string& text)
    {
        constexpr size_t most = 20;
        if (m_loaded.readOnly)
            return;
        if (m_loaded.warnings.size() < most)
            m_loaded.warnings.push_back(text);
        else
            ++m_more;
    }

    void summarise()
    {
        if (m_tidied > 0)
            m_loaded.warnings.push_back(std::to_string(m_tidied)
                + " positions, sizes or colours were out of all reason and have been brought into range");
        if (m_more > 0)
            m_loaded.warnings.push_back("and " + std::to_string(m_more) + " more");
    }

    LoadedWorkflow m_loaded;
    size_t m_nodes = 0, m_links = 0, m_tidied = 0, m_more = 0;
};

}

LoadedWorkflow readWorkflow(std::string_view json, const std::string& source)
{
    const std::string name = printable(source) + ": ";
    if (json.size() > maxJsonBytes)
        throw Error(ErrorKind::BadFile,
            name + "has " + std::to_string(json.size()) + " bytes, the limit for a workflow is "
                + std::to_string(maxJsonBytes));
    if (json.starts_with("\xEF\xBB\xBF")) // byte order mark
        json.remove_prefix(3);
    Json root = parseJson(source, json, JsonPlace::Line);
    try {
        return WorkflowReader().read(root);
    } catch (const JsonRefusal& refusal) {
        throw Error(ErrorKind::BadFile,
            name + lineAndColumn(json, jsonPosition(json, root, *refusal.value)) + ": " + refusal.what());
    }
}

}
