// ComfyUI's files: whatever opens is a graph that our own form and the API's hold as it is.
#include "inference/formats/comfyui_json.h"
#include "inference/formats/workflow_text.h"
#include "render/error.h"

#include <cstdlib>

using namespace athanor;

namespace {

const NodeType* noType(std::string_view)
{
    return nullptr;
}

LoadedWorkflow opened(std::string_view text)
{
    try {
        return readComfyWorkflow(text, "fuzz");
    } catch (const Error&) {
        return {};
    }
}

void require(bool holds)
{
    if (!holds)
        std::abort();
}

}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    workflowKind(text);
    const Graph graph = opened(text).graph;
    if (graph.nodes.empty())
        return 0;
    require(readWorkflow(writeWorkflow(graph), "own").graph == graph);
    std::string api;
    try {
        api = writeComfyApi(graph, noType);
    } catch (const Error&) { // beyond what a flat graph may hold
        return 0;
    }
    const Graph again = opened(api).graph;
    require(again.nodes.empty() || writeComfyApi(again, noType) == api);
    return 0;
}
