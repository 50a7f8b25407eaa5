#include "app/workflow_file.h"

#include "app/picture_info.h"
#include "inference/pipeline/comfyui_json.h"
#include "inference/pipeline/infotext_graph.h"
#include "inference/pipeline/workflow_text.h"
#include "inference/program.h"
#include "inference/weights/byte_source.h"
#include "inference/weights/json_text.h"
#include "render/error.h"

#include <span>
#include <vector>

namespace athanor {

namespace {

std::string contents(const ByteSource& file)
{
    if (file.size() > maxJsonBytes)
        file.refuse("this has " + std::to_string(file.size()) + " bytes; a workflow has at most "
            + std::to_string(maxJsonBytes));
    std::string text(size_t(file.size()), '\0');
    file.read(0, std::as_writable_bytes(std::span(text)));
    return text;
}

LoadedWorkflow readPicture(const ByteSource& file)
{
    const std::vector<PictureText> texts = readPictureInfo(file).texts;
    const auto place = [&](std::string_view key) { return file.path() + ", text \"" + std::string(key) + '"'; };
    if (const std::string* own = findText(texts, workflowKey))
        return readWorkflow(*own, place(workflowKey));
    for (const std::string_view key : {comfyWorkflowKey, comfyPromptKey})
        if (const std::string* comfy = findText(texts, key))
            return readComfyWorkflow(*comfy, place(key));
    if (const std::string* parameters = findText(texts, parametersKey))
        return infotextWorkflow(*parameters);
    file.refuse("this picture carries no workflow");
}

}

OpenedWorkflow openWorkflow(const std::string& path)
{
    const ByteSource file(path);
    if (!pictureFormatOf(file).empty())
        return {readPicture(file), true};
    return {openWorkflow(contents(file), path), false};
}

Graph builtInWorkflow(const std::string& name)
{
    return openWorkflow(resourcePath("workflows/" + name + ".json")).loaded.graph;
}

}
