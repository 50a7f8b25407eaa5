#include "app/engine/workflow_file.h"

#include "app/pictures/picture_info.h"
#include "inference/formats/comfyui_json.h"
#include "inference/formats/infotext_graph.h"
#include "inference/formats/workflow_text.h"
#include "inference/program.h"
#include "inference/weights/byte_source.h"
#include "inference/weights/json_text.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <optional>
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

// One text after the other, until one opens.
class PictureReader {
public:
    explicit PictureReader(const ByteSource& file)
        : m_file(file)
        , m_texts(readPictureInfo(file).texts)
    {
    }

    LoadedWorkflow read()
    {
        attempt(workflowKey, readWorkflow);
        for (const std::string_view key : {comfyWorkflowKey, comfyPromptKey})
            if (const std::string* text = findText(m_texts, key);
                text && (key == comfyWorkflowKey || looksLikeJson(*text))) // a prompt may be another program's words
                attempt(key, readComfyWorkflow);
        if (!m_read)
            readSettings();
        if (m_read)
            return std::move(*m_read);
        if (!m_problems.empty())
            throw Error(ErrorKind::BadFile, m_problems.front());
        m_file.refuse("this picture carries no workflow");
    }

private:
    template <class Read> void attempt(std::string_view key, Read read)
    {
        const std::string* text = m_read ? nullptr : findText(m_texts, key);
        if (!text)
            return;
        const std::string place = m_file.path() + ", text \"" + std::string(key) + '"';
        try {
            LoadedWorkflow loaded = read(*text, place);
            if (loaded.graph.nodes.empty())
                throw Error(ErrorKind::BadFile, printable(place, 1'000) + ": holds no nodes");
            for (const std::string& problem : m_problems)
                loaded.warnings.insert(
                    loaded.warnings.begin(), problem + "; the text \"" + std::string(key) + "\" is used instead");
            m_read = std::move(loaded);
        } catch (const Error& error) {
            if (error.kind != ErrorKind::BadFile)
                throw;
            m_problems.emplace_back(error.what());
        }
    }

    // What another program tells of how it made the picture.
    void readSettings()
    {
        const MetadataTexts all = metadataTexts(m_texts);
        if (const std::optional<Metadata> made = readMetadata(all, m_file.path())) {
            m_read = metadataWorkflow(*made, all);
            for (const std::string& problem : m_problems)
                m_read->warnings.insert(m_read->warnings.begin(), problem + "; the settings are used instead");
        }
    }

    const ByteSource& m_file;
    const std::vector<PictureText> m_texts;
    std::optional<LoadedWorkflow> m_read;
    std::vector<std::string> m_problems;
};

}

OpenedWorkflow openWorkflow(const std::string& path)
{
    const ByteSource file(path);
    if (!pictureFormatOf(file).empty())
        return {PictureReader(file).read(), true};
    return {openWorkflow(contents(file), path), false};
}

Graph builtInWorkflow(const std::string& name)
{
    return openWorkflow(resourcePath("workflows/" + name + ".json")).loaded.graph;
}

}
