#include "ui/inspector/param_target.h"

#include "inference/graph/param_check.h"
#include "inference/graph/subgraph.h"

#include <algorithm>
#include <set>

namespace athanor {

namespace {

using PlaceSet = std::set<std::pair<NodePath, std::string>>;

PlaceSet setOf(const std::vector<ParamPlace>& places)
{
    PlaceSet set;
    for (const ParamPlace& place : places)
        set.emplace(place.node, place.param);
    return set;
}

}

ParamTarget targetOf(const ParamPlace& place)
{
    ParamTarget target{.body = place.node, .nodes = {place.node.back()}, .name = place.param};
    target.body.pop_back();
    return target;
}

std::vector<ParamPlace> placesOf(const ParamTarget& target)
{
    std::vector<ParamPlace> places;
    for (const NodeId id : target.nodes) {
        places.push_back({target.body, target.name});
        places.back().node.push_back(id);
    }
    return places;
}

ParamValue valueOf(const Node& node, const Param& param)
{
    return isSubgraph(node) ? param.value : paramOf(node, param);
}

std::optional<ParamReading> readParam(const Graph& whole, const ParamTarget& target)
{
    const Graph* body = bodyAt(whole, target.body);
    if (!body)
        return {};
    std::optional<ParamReading> reading;
    for (const NodeId id : target.nodes) {
        const auto node = body->nodes.find(id);
        NodeType made;
        const NodeType* type = node == body->nodes.end() ? nullptr : typeOf(node->second, made);
        const Param* param = type ? findParam(*type, target.name) : nullptr;
        if (!param)
            return {};
        const ParamValue value = valueOf(node->second, *param);
        if (reading) {
            reading->mixed = reading->mixed || !(reading->value == value);
            continue;
        }
        reading = {*param, value, false, {}};
    }
    return reading;
}

std::optional<ParamReading> readParam(const GraphDocument& document, const ParamTarget& target)
{
    std::optional<ParamReading> reading = readParam(document.graph(), target);
    const Graph* body = reading && !target.nodes.empty() ? bodyAt(document.graph(), target.body) : nullptr;
    if (const Link* link = body ? document.links(*body).into(target.nodes.front(), target.name) : nullptr)
        reading->source = link->from;
    return reading;
}

void changeParams(GraphDocument& document, const ParamTarget& target, const std::vector<ParamChange>& changes,
    const QString& text, const QString& gesture)
{
    const auto change = [&] {
        Graph body = *bodyAt(document.graph(), target.body);
        for (const NodeId id : target.nodes)
            for (const auto& [name, value] : changes)
                body = withParam(std::move(body), id, name, value);
        return body;
    };
    QString key;
    if (!gesture.isEmpty()) {
        key = gesture + QString::fromStdString(" " + target.name);
        for (const ParamPlace& place : placesOf(target))
            for (const NodeId id : place.node)
                key += QStringLiteral(" %1").arg(id);
    }
    if (target.body == document.path())
        document.tryEdit(text, change, key);
    else if (bodyAt(document.graph(), target.body))
        document.editWhole(text, withBody(document.graph(), target.body, change()), key);
}

std::vector<ParamPlace> withPlaces(std::vector<ParamPlace> list, const std::vector<ParamPlace>& places, bool there)
{
    const PlaceSet set = setOf(places);
    std::erase_if(list, [&](const ParamPlace& place) { return set.contains({place.node, place.param}); });
    if (there)
        list.insert(list.end(), places.begin(), places.end());
    return list;
}

bool hasPlaces(const std::vector<ParamPlace>& list, const std::vector<ParamPlace>& places)
{
    const PlaceSet set = setOf(list);
    return std::ranges::all_of(places, [&](const ParamPlace& place) {
        return set.contains({place.node, place.param});
    });
}

}
