// ComfyUI's files in tests: read, and told as text.
#pragma once
#include "inference/formats/comfyui_json.h"
#include "inference/run/node_values_in_names.h"
#include "tests/support/test_data.h"

#include <QTest>

#include <algorithm>
#include <fstream>
#include <sstream>

// So that failed comparisons show texts.
template <> inline char* QTest::toString(const std::string& text)
{
    return qstrdup(text.c_str());
}

namespace athanor {

inline std::string fileText(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// One of the small ones that each show one thing.
inline std::string caseText(const std::string& name)
{
    return fileText(testDataPath("comfyui/cases/" + name + ".json"));
}

inline LoadedWorkflow comfyFile(const std::string& name)
{
    return readComfyWorkflow(fileText(testDataPath("comfyui/" + name)), name);
}

// "sample cfg=8 seed=5": type and parameters of a node.
inline std::string nodeText(const Node& node)
{
    std::string text = node.type;
    for (const auto& [name, value] : node.params)
        text += ' ' + name + '=' + valueText(value);
    return text;
}

// "4.model>3.model …", sorted.
inline std::string linksText(const Graph& graph)
{
    std::vector<std::string> all;
    for (const auto& [id, link] : graph.links)
        all.push_back(std::to_string(link.from.node) + '.' + link.from.port + '>' + std::to_string(link.to.node) + '.'
            + link.to.port);
    std::sort(all.begin(), all.end());
    std::string text;
    for (const std::string& one : all)
        text += (text.empty() ? "" : " ") + one;
    return text;
}

inline std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines)
        text += (text.empty() ? "" : "\n") + line;
    return text;
}

}
