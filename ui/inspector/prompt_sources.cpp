#include "ui/inspector/prompt_sources.h"

#include "inference/graph/subgraph_type.h"
#include "ui/document/labels.h"

#include <algorithm>
#include <set>
#include <variant>

namespace athanor {

namespace {

constexpr size_t mostPrompts = 8;

const NodeType* typeIn(const Graph& body, NodeId id, NodeType& made)
{
    const auto node = body.nodes.find(id);
    return node == body.nodes.end() ? nullptr : typeOf(node->second, made);
}

// From the inputs of one type upwards, nearest first; `visit` says whether to go on above a node.
template <class Visit>
void walkUp(const Graph& body, const Links& links, NodeId from, PortType type, const Visit& visit)
{
    std::set<NodeId> seen{from};
    std::vector<NodeId> queue{from};
    for (size_t at = 0; at < queue.size(); ++at) {
        NodeType made;
        const NodeType* node = typeIn(body, queue[at], made);
        if (!node)
            continue;
        for (const InputPort& input : node->inputs) {
            const Link* link =
                input.type == type || input.type == PortType::Any ? links.into(queue[at], input.name) : nullptr;
            if (link && seen.insert(link->from.node).second && visit(link->from.node))
                queue.push_back(link->from.node);
        }
    }
}

// The prompts of one node, at the far end of a link if one feeds them.
void addPrompts(const Graph& body, const Links& links, NodeId id, std::vector<PromptSource>& prompts)
{
    NodeType made;
    const NodeType* type = typeIn(body, id, made);
    if (!type)
        return;
    for (const Param& param : type->params) {
        if (param.kind != ParamKind::Prompt)
            continue;
        const Link* link = links.into(id, param.name);
        const PromptSource source = {link ? link->from.node : id, std::string(param.name), {}};
        if (!link) {
            prompts.push_back(source);
            continue;
        }
        NodeType madeBefore;
        const NodeType* before = typeIn(body, source.node, madeBefore);
        if (!before)
            continue;
        for (const Param& its : before->params)
            if (its.kind == ParamKind::Prompt && !links.into(source.node, its.name))
                prompts.push_back({source.node, std::string(its.name), {}});
    }
}

}

std::vector<PromptSource> promptsOf(const Graph& body, const Links& links, NodeId node)
{
    std::vector<PromptSource> prompts;
    walkUp(body, links, node, PortType::Conditioning, [&](NodeId above) {
        addPrompts(body, links, above, prompts);
        return true;
    });
    std::vector<PromptSource> once;
    for (PromptSource& prompt : prompts) {
        const auto same = [&](const PromptSource& p) { return p.node == prompt.node && p.param == prompt.param; };
        if (once.size() == mostPrompts || std::ranges::any_of(once, same))
            continue;
        prompt.title = titleOf(body.nodes.at(prompt.node));
        once.push_back(prompt);
    }
    return once;
}

NodeId mainNode(const Graph& body)
{
    for (const auto& [id, node] : body.nodes) {
        NodeType made;
        const NodeType* type = typeOf(node, made);
        const auto is = [](PortType wanted) { return [wanted](const auto& port) { return port.type == wanted; }; };
        if (type && std::ranges::any_of(type->inputs, is(PortType::Conditioning))
            && std::ranges::any_of(type->inputs, is(PortType::Latent)))
            return id;
    }
    return 0;
}

QString modelReading(const Graph& body, const Links& links, NodeId node)
{
    QString file;
    walkUp(body, links, node, PortType::TextEncoder, [&](NodeId above) {
        NodeType made;
        const NodeType* type = typeIn(body, above, made);
        const auto isFile = [](const Param& param) { return param.kind == ParamKind::ModelFile; };
        const auto param = type ? std::ranges::find_if(type->params, isFile) : decltype(type->params.begin())();
        if (!type || param == type->params.end() || !file.isEmpty())
            return file.isEmpty();
        const ParamValue value = valueOf(body.nodes.at(above), *param);
        if (const auto* text = std::get_if<std::string>(&value))
            file = toText(*text);
        return false;
    });
    return file;
}

}
