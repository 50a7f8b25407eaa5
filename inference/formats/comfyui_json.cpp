#include "inference/formats/comfyui_json.h"

#include "inference/formats/comfyui_api.h"
#include "inference/formats/comfyui_ui.h"
#include "inference/weights/printable.h"

#include <algorithm>
#include <vector>

namespace athanor {

namespace {

Graph readUi(const Json& json, ComfyReport& report)
{
    const ComfyDefinitions definitions = readDefinitions(json, report);
    Graph graph = readUiGraph(json, definitions, report).graph;
    if (const Json& extra = member(json, "extra"); extra.is_object() && !extra.empty())
        graph.foreign = Json{{"comfyui", {{"extra", extra}}}}.dump(-1, ' ', false, Json::error_handler_t::replace);
    return graph;
}

const Json noJson;

bool isUi(const Json& json)
{
    return member(json, "nodes").is_array();
}

bool isApi(const Json& json)
{
    const auto isNode = [](const Json& entry) { return entry.contains("class_type"); };
    return json.is_object() && std::any_of(json.begin(), json.end(), isNode);
}

// One entry of what ComfyUI's server ran or is to run: [number, id, nodes for the API, {"extra_pnginfo": {"workflow":
// …}}, …]. Null: it is none.
const Json& ofQueue(const Json& entry)
{
    if (!entry.is_array() || entry.size() < 3)
        return noJson;
    const Json& ui = entry.size() > 3 ? member(member(entry[3], "extra_pnginfo"), "workflow") : noJson;
    return isUi(ui) ? ui : isApi(entry[2]) ? entry[2] : noJson;
}

// The newest of a server's answer to /history or /queue; null: it is none.
const Json& newestOf(const Json& json, ComfyReport& report)
{
    std::vector<const Json*> entries;
    for (const auto& [key, value] : json.items())
        if (value.is_object())
            entries.push_back(&member(value, "prompt"));
        else if (value.is_array() && (key == "queue_running" || key == "queue_pending"))
            for (const Json& entry : value)
                entries.push_back(&entry);
    std::erase_if(entries, [](const Json* entry) { return ofQueue(*entry).is_null(); });
    if (entries.empty())
        return noJson;
    const auto number = [](const Json* entry) { return numberOf((*entry)[0], 0); };
    const Json& newest = **std::ranges::max_element(entries, {}, number);
    if (entries.size() > 1)
        report.warn("it holds " + std::to_string(entries.size()) + " runs; the newest, "
            + printable(idText(newest[1]), 60) + ", is opened");
    return ofQueue(newest);
}

// What is wrapped round a workflow taken away: as it is sent to ComfyUI ({"prompt": …}), as its window gives it
// ({"workflow": …, "output": …}), and as its server answers.
const Json& unwrapped(const Json& json, ComfyReport& report)
{
    if (json.contains("nodes") || isApi(json))
        return json;
    const auto holdsNodes = [](const Json& inner) { return isUi(inner) && !inner["nodes"].empty(); };
    for (const char* key : {"workflow", "prompt", "output"})
        if (const Json& inner = member(json, key); holdsNodes(inner) || isApi(inner))
            return inner;
    const Json& newest = newestOf(json, report);
    return newest.is_null() ? json : newest;
}

}

LoadedWorkflow readComfyWorkflow(std::string_view text, const std::string& source)
{
    ComfyReport report{source};
    const Json json = parseComfyJson(text, source);
    if (!json.is_object())
        report.refuse("is no workflow of ComfyUI: an object with \"nodes\", or with nodes that have a \"class_type\"");
    const Json& workflow = unwrapped(json, report);
    Graph graph = workflow.contains("nodes") ? readUi(workflow, report) : readApiGraph(workflow, report);
    return {std::move(graph), report.take(), false};
}

}
