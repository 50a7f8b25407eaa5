#include "inference/nodes/common.h"

#include <algorithm>

namespace athanor {

namespace {

Values runPromptList(NodeRun& run)
{
    ValueList list;
    std::string_view rest = run.text("text");
    while (!rest.empty()) {
        const size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.find_first_not_of(" \t") != line.npos)
            list.values.emplace_back(std::string(line));
    }
    if (list.values.empty())
        throw Error(ErrorKind::BadArgument, "text holds no prompt; write one a line");
    return {shared(std::move(list))};
}

}

NodeType promptListNode()
{
    return {
        .id = "prompt_list",
        .title = "Prompt list",
        .category = "Prompt",
        .text = "Several prompts: what they are linked to runs once for each.",
        .params = {{"text", ParamKind::Prompt, std::string("a house\na tree"),
            "One prompt a line; empty lines do not count"}},
        .outputs = {{"text", PortType::Text, "The list of prompts", true}},
        .run = runPromptList,
    };
}

}
