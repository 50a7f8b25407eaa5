#include "inference/weights/module.h"

#include "render/error.h"

namespace athanor {

namespace {

// The value of a full name, or a missing weight as an Error.
template <class Map> const auto& find(const Map& map, const std::string& name)
{
    const auto it = map.find(name);
    if (it == map.end())
        throw Error(
            ErrorKind::BadFile, "the model has no weight \"" + name + "\"; the file is incomplete or of another kind");
    return it->second;
}

template <class Map> bool hasBelow(const Map& map, const std::string& name)
{
    if (map.contains(name))
        return true;
    const auto it = map.lower_bound(name + ".");
    return it != map.end() && it->first.starts_with(name + ".");
}

}

uint64_t bytesOf(const Weights& weights)
{
    uint64_t bytes = 0;
    for (const auto& [name, tensor] : weights.tensors)
        bytes += tensor.bytes();
    for (const auto& [name, weight] : weights.packed)
        bytes += weight.data.bytes();
    for (const auto& [name, patches] : weights.patches)
        for (const Patch& patch : patches)
            for (const PackedWeight* part : {&patch.up, &patch.mid, &patch.down})
                bytes += part->data ? part->data.bytes() : 0;
    return bytes;
}

std::string Module::join(std::string_view name) const
{
    return m_prefix.empty() ? std::string(name) : m_prefix + "." + std::string(name);
}

Module Module::operator[](std::string_view name) const
{
    return Module(*m_weights, join(name));
}

Module Module::operator[](int index) const
{
    return (*this)[std::to_string(index)];
}

bool Module::has(std::string_view name) const
{
    const std::string full = join(name);
    return hasBelow(m_weights->tensors, full) || hasBelow(m_weights->packed, full);
}

const Tensor& Module::tensor(std::string_view name) const
{
    return find(m_weights->tensors, join(name));
}

const PackedWeight& Module::weight() const
{
    return find(m_weights->packed, join("weight"));
}

std::span<const Patch> Module::patches() const
{
    const auto it = m_weights->patches.empty() ? m_weights->patches.end() : m_weights->patches.find(m_prefix);
    return it == m_weights->patches.end() ? std::span<const Patch>() : std::span<const Patch>(it->second);
}

Tensor Module::bias() const
{
    const auto it = m_weights->tensors.find(join("bias"));
    return it == m_weights->tensors.end() ? Tensor() : it->second;
}

}
