#include "app/window/picture_details.h"

#include "app/engine/workflow_file.h"
#include "app/pictures/picture_info.h"
#include "inference/graph/node_type.h"
#include "inference/sampling/names.h"
#include "render/error.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <variant>

namespace athanor {

namespace {

std::string valueText(const ParamValue& value)
{
    if (const auto* text = std::get_if<std::string>(&value))
        return *text;
    if (const auto* whole = std::get_if<int64_t>(&value))
        return std::to_string(*whole);
    if (const auto* large = std::get_if<uint64_t>(&value))
        return std::to_string(*large);
    if (const auto* number = std::get_if<double>(&value))
        return numberText(*number);
    return {};
}

std::string paramText(const Node& node, std::string_view name)
{
    const auto value = node.params.find(std::string(name));
    return value == node.params.end() ? "" : valueText(value->second);
}

// The text of the first prompt at or above what feeds the port.
std::string promptAbove(const Graph& graph, NodeId node, const char* port)
{
    std::unordered_map<NodeId, std::vector<const Link*>> into; // by id, as they were made
    for (const auto& [number, link] : graph.links)
        into[link.to.node].push_back(&link);
    std::vector<const Link*> open{linkInto(graph, node, port)};
    std::set<NodeId> seen;
    for (size_t i = 0; i < open.size(); ++i) {
        if (!open[i] || !seen.insert(open[i]->from.node).second)
            continue;
        const auto found = graph.nodes.find(open[i]->from.node);
        if (found == graph.nodes.end())
            continue;
        const NodeType* type = findNodeType(found->second.type);
        for (size_t p = 0; type && p < type->params.size(); ++p)
            if (type->params[p].kind == ParamKind::Prompt)
                return paramText(found->second, type->params[p].name);
        const std::vector<const Link*>& above = into[found->first];
        open.insert(open.end(), above.begin(), above.end());
    }
    return {};
}

// Of a workflow in the file; empty: it holds none.
std::string makerOf(const std::vector<PictureText>& texts)
{
    if (findText(texts, workflowKey))
        return "Athanor";
    for (const std::string_view key : {comfyWorkflowKey, comfyPromptKey})
        if (const std::string* text = findText(texts, key); text && looksLikeJson(*text))
            return "ComfyUI";
    return {};
}

// What a program's settings tell; a format that is damaged or not known is a warning.
std::optional<Metadata> settingsOf(
    const std::string& path, const std::vector<PictureText>& texts, std::vector<std::string>& warnings)
{
    try {
        return readMetadata(metadataTexts(texts), path);
    } catch (const Error& error) {
        warnings.emplace_back(error.what());
        return {};
    }
}

}

Infotext infotextOf(const Graph& graph)
{
    const auto sampler =
        std::ranges::find_if(graph.nodes, [](const auto& entry) { return entry.second.type == "sample"; });
    if (sampler == graph.nodes.end())
        return {};
    const auto& [id, node] = *sampler;
    Infotext info{promptAbove(graph, id, "positive"), promptAbove(graph, id, "negative"), {}};
    constexpr std::pair<const char*, const char*> fields[] = {{"Steps", "steps"}, {"Sampler", "sampler"},
        {"Schedule type", "schedule"}, {"CFG scale", "cfg"}, {"Seed", "seed"}};
    for (const auto& [field, param] : fields)
        if (std::string text = paramText(node, param); !text.empty())
            info.fields.emplace_back(field, std::move(text));
    return info;
}

MadeOf howMade(const std::string& path)
{
    const ByteSource file(path);
    const PictureInfo picture = readPictureInfo(file);
    MadeOf made{.maker = makerOf(picture.texts), .warnings = picture.warnings};
    std::optional<Metadata> settings = settingsOf(path, picture.texts, made.warnings);
    if (made.maker.empty() && settings)
        made.maker = settings->tool;
    if (made.maker.empty())
        return made;
    try {
        const OpenedWorkflow opened = openWorkflow(path);
        made.hasWorkflow = true;
        made.info = infotextOf(opened.loaded.graph);
    } catch (const Error& error) {
        made.warnings.emplace_back(error.what());
    }
    if (settings)
        made.info = std::move(settings->info);
    return made;
}

}
