#include "inference/pipeline/comfyui_json.h"

#include "inference/pipeline/comfyui_api.h"
#include "inference/pipeline/comfyui_ui.h"

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

}

LoadedWorkflow readComfyWorkflow(std::string_view text, const std::string& source)
{
    ComfyReport report{source};
    const Json json = parseComfyJson(text, source);
    const Json& prompt = member(json, "prompt"); // as sent to ComfyUI
    if (!json.is_object())
        report.refuse("is no workflow of ComfyUI: an object with \"nodes\", or with nodes that have a \"class_type\"");
    Graph graph = json.contains("nodes")
        ? readUi(json, report)
        : readApiGraph(prompt.is_object() && !prompt.contains("class_type") ? prompt : json, report);
    return {std::move(graph), report.take(), false};
}

}
