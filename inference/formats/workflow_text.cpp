#include "inference/formats/workflow_text.h"

#include "inference/formats/comfyui_json.h"
#include "inference/formats/comfyui_values.h"
#include "inference/formats/infotext_graph.h"
#include "inference/weights/json_text.h"
#include "inference/weights/printable.h"
#include "render/error.h"

namespace athanor {

namespace {

// Looks at the keys of the outer levels, and goes as far as the text is JSON.
struct KeyWatch : nlohmann::json_sax<nlohmann::json> {
    int depth = 0;
    std::string outerKey, innerKey; // at depth 1 and 2
    bool format = false, nodes = false, classType = false;

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool string(string_t& text) override
    {
        format |= depth == 1 && outerKey == "format" && text.starts_with("athanor");
        return true;
    }
    bool start_object(size_t) override { return ++depth > 0; }
    bool end_object() override { return --depth >= 0; }
    bool start_array(size_t) override
    {
        nodes |= depth == 1 ? outerKey == "nodes" : depth == 2 && outerKey == "workflow" && innerKey == "nodes";
        return ++depth > 0;
    }
    bool end_array() override { return --depth >= 0; }
    bool key(string_t& name) override
    {
        if (depth == 1)
            outerKey = name;
        if (depth == 2)
            innerKey = name;
        const bool wrapped = outerKey == "prompt" || outerKey == "output";
        // In what ComfyUI's server answers: {"id": {"prompt": [1, "id", {"4": {"class_type": …
        classType |= name == "class_type" && (depth == 2 || (depth == 3 && wrapped) || depth == 5);
        return true;
    }
    bool parse_error(size_t, const std::string&, const nlohmann::json::exception&) override { return false; }
};

bool looksLikeObject(std::string_view text)
{
    const size_t first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
    return first != text.npos && text[first] == '{';
}

}

WorkflowKind workflowKind(std::string_view text)
{
    KeyWatch watch;
    if (text.size() <= maxJsonBytes && looksLikeObject(text)
        && jsonLimitProblem(text, maxJsonDepth, maxJsonString).empty())
        nlohmann::json::sax_parse(withoutBareNumbers(text), &watch);
    if (watch.format)
        return WorkflowKind::Athanor;
    if (watch.nodes)
        return WorkflowKind::ComfyUi;
    if (watch.classType)
        return WorkflowKind::ComfyApi;
    const bool tells = looksLikeObject(text) ? isMetadata(text) : !fieldValue(readInfotext(text), "Steps").empty();
    return tells ? WorkflowKind::Metadata : WorkflowKind::Unknown;
}

LoadedWorkflow openWorkflow(std::string_view text, const std::string& source)
{
    switch (workflowKind(text)) {
    case WorkflowKind::ComfyUi:
    case WorkflowKind::ComfyApi:
        return readComfyWorkflow(text, source);
    case WorkflowKind::Metadata: {
        const MetadataTexts texts{{"parameters", std::string(text)}};
        return metadataWorkflow(*readMetadata(texts, source), texts);
    }
    case WorkflowKind::Athanor:
        break;
    case WorkflowKind::Unknown:
        if (!looksLikeObject(text))
            throw Error(ErrorKind::BadFile,
                printable(source)
                    + ": is no workflow: neither Athanor's or ComfyUI's JSON nor the parameters of a picture");
    }
    return readWorkflow(text, source); // says where it is wrong
}

const std::string* workflowChunk(const std::map<std::string, std::string>& chunks)
{
    for (const char* name : {"athanor", "workflow", "prompt", "parameters"}) {
        const auto chunk = chunks.find(name);
        if (chunk != chunks.end() && workflowKind(chunk->second) != WorkflowKind::Unknown)
            return &chunk->second;
    }
    return nullptr;
}

}
