// A1111's parameters: UTF-8 that is read, written and read again they are the same, and any text opens as a workflow.
#include "inference/formats/infotext_graph.h"
#include "inference/weights/printable.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    using namespace athanor;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Infotext info = readInfotext(text);
    if (isUtf8(text) && info.fields.size() >= 3 && info.fields.size() <= 998
        && !(readInfotext(writeInfotext(info)) == info))
        std::abort();
    const Graph graph = infotextWorkflow(text).graph;
    if (graph.nodes.size() < 7)
        std::abort();
    writeWorkflow(graph);
    return 0;
}
