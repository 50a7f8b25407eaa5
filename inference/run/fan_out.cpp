#include "inference/run/fan_out.h"

#include "inference/diffusion/mask.h"
#include "inference/graph/validate.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <iterator>
#include <memory>
#include <type_traits>
#include <variant>

namespace athanor {

namespace {

using enum PortType;

const ValueList* listIn(const Value& value)
{
    const auto* list = std::get_if<Shared<ValueList>>(&value);
    return list ? list->get() : nullptr;
}

PortType typeOf(const Value& value)
{
    constexpr PortType types[] = {Any, Bool, Int, Seed, Float, Text, Model, TextEncoder, Vae, Conditioning, Latent,
        Image, PortType::Mask, ControlMap, PortType::ControlNet, Any};
    return types[value.index()];
}

// The value as an input of the type takes it. accepts(type, typeOf(value)), or it is a Seed that holds a large number.
Value converted(const Value& value, PortType type)
{
    if (const auto* whole = std::get_if<int64_t>(&value); whole && type == Float)
        return double(*whole);
    if (const auto* image = std::get_if<Shared<ImageValue>>(&value); image && type == ControlMap) {
        if ((*image)->images.empty())
            return {};
        ControlMapValue map{(*image)->images, {}};
        RgbImage room;
        if (!(*image)->transparency.alpha.empty())
            map.maps[0] = laidOnWhite(**image, 0, room);
        return std::make_shared<const ControlMapValue>(std::move(map));
    }
    return value;
}

Value inputFrom(const Value& value, const InputPort& input)
{
    const PortType given = typeOf(value);
    const bool wholeSeed = input.type == Seed && given == Int && std::get<int64_t>(value) >= 0;
    if (given == Any || (!accepts(input.type, given) && !wholeSeed))
        throw NodeError(ErrorKind::BadArgument, input.name,
            "gets " + std::string(name(given)) + ", expected " + std::string(name(input.type)));
    return converted(value, input.type);
}

struct ToParam {
    template <class T> std::optional<ParamValue> operator()(const T& value) const
    {
        if constexpr (std::is_constructible_v<ParamValue, T> && !std::is_same_v<T, std::monostate>)
            return ParamValue(value);
        else
            return {};
    }
};

ParamValue paramFrom(const Value& value, const Param& param)
{
    std::optional<ParamValue> given = std::visit(ToParam{}, static_cast<const Value::variant&>(value));
    if (given && rowOf(param.kind).type == Float)
        if (const auto* whole = std::get_if<int64_t>(&*given))
            given = double(*whole);
    const std::string problem = given
        ? paramProblem(param, *given)
        : "gets " + std::string(name(typeOf(value))) + ", expected " + std::string(name(rowOf(param.kind).type));
    if (!problem.empty())
        throw NodeError(ErrorKind::BadArgument, param.name, problem);
    return *given;
}

Value withoutMissing(const Value& value)
{
    ValueList whole;
    if (const ValueList* list = listIn(value))
        std::ranges::remove_copy_if(list->values, std::back_inserter(whole.values), isMissing);
    else if (!isMissing(value))
        whole.values = {value};
    return std::make_shared<const ValueList>(std::move(whole));
}

}

bool isMissing(const Value& value)
{
    return value.index() == 0;
}

FanOut::FanOut(const Step& step, std::vector<const Value*> come)
    : m_step(step)
    , m_come(std::move(come))
{
    size_t longest = 0;
    bool anyEmpty = false;
    for (size_t i = 0; i < m_come.size(); ++i) {
        const ValueList* list = listIn(*m_come[i]);
        if (!list || (step.feeds[i].input && step.feeds[i].input->wholeList))
            continue;
        m_isList = true;
        anyEmpty = anyEmpty || list->values.empty();
        longest = std::max(longest, list->values.size());
    }
    if (m_isList)
        m_count = anyEmpty ? 0 : longest;
}

const Value& FanOut::valueOf(size_t feed, size_t run) const
{
    const ValueList* list = listIn(*m_come[feed]);
    return list ? list->values[std::min(run, list->values.size() - 1)] : *m_come[feed];
}

std::optional<Arguments> FanOut::arguments(size_t run) const
{
    Arguments arguments;
    for (size_t i = 0; i < m_come.size(); ++i) {
        const Feed& feed = m_step.feeds[i];
        if (feed.input && feed.input->wholeList) {
            arguments.inputs[std::string(feed.port)] = withoutMissing(*m_come[i]);
            continue;
        }
        const Value& value = valueOf(i, run);
        if (isMissing(value)) {
            if (listIn(*m_come[i])) // that run failed
                return {};
            if (feed.input && !feed.input->optional)
                throw NodeError(ErrorKind::BadArgument, feed.port, "nothing came to it");
            continue;
        }
        if (feed.input)
            arguments.inputs[std::string(feed.port)] = inputFrom(value, *feed.input);
        else
            arguments.params[std::string(feed.port)] = paramFrom(value, *feed.param);
    }
    for (const Param& param : m_step.type->params)
        arguments.params.try_emplace(std::string(param.name), paramOf(*m_step.node, param));
    return arguments;
}

Values joined(std::vector<Values> runs, size_t outputs)
{
    Values lists;
    for (size_t output = 0; output < outputs; ++output) {
        ValueList list;
        for (Values& run : runs) {
            assert((run.empty() || run.size() == outputs) && "a node returns one value for each output");
            Value value = run.empty() ? Value() : std::move(run[output]);
            if (const ValueList* inner = listIn(value))
                list.values.insert(list.values.end(), inner->values.begin(), inner->values.end());
            else
                list.values.push_back(std::move(value));
        }
        lists.push_back(std::make_shared<const ValueList>(std::move(list)));
    }
    return lists;
}

}
