#include "inference/weights/pickle_machine.h"

#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>

namespace athanor {

std::string_view pickleKindName(PickleKind kind)
{
    static constexpr std::string_view names[] = {"None", "a boolean", "an integer", "a float", "a text", "bytes",
        "a tuple", "a list", "a dictionary", "a class", "a storage", "a tensor", "an object"};
    return names[size_t(kind)];
}

std::string_view PickleGraph::text(PickleId id) const
{
    const Range range = m_nodes[id].text;
    return m_source.substr(range.begin, range.size);
}

std::vector<PickleId> PickleGraph::items(PickleId id, size_t atMost) const
{
    std::vector<PickleId> items;
    for (uint32_t link = m_nodes[id].links.begin; link != noPickleLink && items.size() < atMost;
         link = m_links[link].next)
        items.push_back(m_links[link].item);
    return items;
}

std::string PickleGraph::globalName(PickleId id) const
{
    if (kind(id) != PickleKind::Global)
        return "";
    const auto parts = items(id);
    return std::string(text(parts[0])) + "." + std::string(text(parts[1]));
}

PickleMachine::PickleMachine(const std::string& name, std::string_view source)
    : m_name(name)
    , m_source(source)
{
    m_graph.m_source = source;
}

void PickleMachine::refuse(const std::string& sentence) const
{
    throw Error(
        ErrorKind::BadFile, printable(m_name) + ": the pickle " + sentence + " (at byte " + std::to_string(m_at) + ")");
}

void PickleMachine::refuseCode(std::string_view what) const
{
    throw Error(ErrorKind::BadFile,
        printable(m_name) + " carries code: " + printable(what)
            + "; it was not run. Use a safetensors version of this model, or convert it where you trust it");
}

std::string_view PickleMachine::take(uint64_t count)
{
    if (count > m_source.size() - m_at)
        refuse("ends too early");
    const auto bytes = m_source.substr(m_at, count);
    m_at += count;
    return bytes;
}

uint64_t PickleMachine::takeNumber(size_t width)
{
    const auto bytes = take(width);
    uint64_t value = 0;
    for (size_t i = width; i-- > 0;)
        value = value << 8 | uint8_t(bytes[i]);
    return value;
}

std::string_view PickleMachine::takeLine()
{
    const size_t end = m_source.find('\n', m_at);
    if (end == m_source.npos)
        refuse("ends within a line");
    const auto line = m_source.substr(m_at, end - m_at);
    m_at = end + 1;
    return line;
}

std::string_view PickleMachine::takeText(size_t lengthWidth)
{
    const uint64_t length = takeNumber(lengthWidth);
    if (length > maxPickleText)
        refuse("holds a text of " + std::to_string(length) + " bytes, the limit is " + std::to_string(maxPickleText));
    return take(length);
}

PickleId PickleMachine::add(Node node)
{
    if (m_graph.m_nodes.size() == maxPickleNodes)
        refuse("has more than " + std::to_string(maxPickleNodes) + " values");
    m_graph.m_nodes.push_back(node);
    return PickleId(m_graph.m_nodes.size() - 1);
}

void PickleMachine::pushPlain(PickleKind plainKind, int64_t value)
{
    Node node;
    node.kind = plainKind;
    node.integer = value;
    m_stack.push_back(add(node));
}

void PickleMachine::pushText(PickleKind textKind, std::string_view text)
{
    if (text.size() > maxPickleText)
        refuse(
            "holds a text of " + std::to_string(text.size()) + " bytes, the limit is " + std::to_string(maxPickleText));
    Node node;
    node.kind = textKind;
    node.text = {text.empty() ? 0 : uint32_t(text.data() - m_source.data()), uint32_t(text.size())};
    m_stack.push_back(add(node));
}

void PickleMachine::append(PickleId container, std::span<const PickleId> items)
{
    for (const PickleId item : items) {
        Node& node = m_graph.m_nodes[container];
        const Node& child = m_graph.m_nodes[item];
        node.depth = std::max<uint8_t>(node.depth, uint8_t(child.depth + 1));
        if (node.depth > maxPickleDepth)
            refuse("is nested deeper than " + std::to_string(maxPickleDepth) + " levels");
        node.expanded += child.expanded; // both are at most the limit, so this cannot wrap
        if (node.expanded > maxPickleNodes)
            refuse("expands to more than " + std::to_string(maxPickleNodes) + " values");
        const uint32_t link = uint32_t(m_graph.m_links.size());
        m_graph.m_links.push_back({item, noPickleLink});
        if (node.links.begin == noPickleLink)
            node.links.begin = link;
        else
            m_graph.m_links[node.links.size].next = link;
        node.links.size = link;
    }
}

PickleId PickleMachine::top() const
{
    if (m_stack.size() <= floorOfStack())
        refuse("takes a value from an empty stack");
    return m_stack.back();
}

PickleId PickleMachine::pop()
{
    const PickleId id = top();
    m_stack.pop_back();
    return id;
}

PickleId PickleMachine::popKind(PickleKind wanted)
{
    const PickleId id = pop();
    if (kind(id) != wanted)
        refuse("has " + std::string(pickleKindName(kind(id))) + " where " + std::string(pickleKindName(wanted))
            + " belongs");
    return id;
}

std::span<const PickleId> PickleMachine::popToMark()
{
    if (m_marks.empty())
        refuse("has no mark where one belongs");
    const size_t begin = m_marks.back();
    m_marks.pop_back();
    m_popped.assign(m_stack.begin() + ptrdiff_t(begin), m_stack.end());
    m_stack.resize(begin);
    return m_popped;
}

std::span<const PickleId> PickleMachine::popCount(size_t count)
{
    if (m_stack.size() - floorOfStack() < count)
        refuse("takes a value from an empty stack");
    m_popped.assign(m_stack.end() - ptrdiff_t(count), m_stack.end());
    m_stack.resize(m_stack.size() - count);
    return m_popped;
}

void PickleMachine::pushContainer(PickleKind containerKind, std::span<const PickleId> items)
{
    Node node;
    node.kind = containerKind;
    node.links = {noPickleLink, noPickleLink};
    const PickleId id = add(node);
    append(id, items);
    m_stack.push_back(id);
}

void PickleMachine::addItems(PickleKind wanted, std::span<const PickleId> items)
{
    const PickleId target = top();
    if (kind(target) == PickleKind::Opaque)
        return;
    if (kind(target) != wanted)
        refuse("adds items to " + std::string(pickleKindName(kind(target))) + " as if it were "
            + std::string(pickleKindName(wanted)));
    if (wanted == PickleKind::Dictionary && items.size() % 2)
        refuse("has a dictionary key without a value");
    append(target, items);
}

void PickleMachine::pushOpaque(PickleId maker)
{
    pushContainer(PickleKind::Opaque, std::span(&maker, kind(maker) == PickleKind::Global ? 1 : 0));
}

void PickleMachine::remember(uint64_t index)
{
    const PickleId id = top();
    if (index >= maxPickleNodes)
        refuse(
            "remembers under number " + std::to_string(index) + ", the limit is " + std::to_string(maxPickleNodes - 1));
    if (index >= m_memo.size())
        m_memo.resize(index + 1, noPickleLink);
    m_memoCount += m_memo[index] == noPickleLink;
    m_memo[index] = id;
}

void PickleMachine::recall(uint64_t index)
{
    if (index >= m_memo.size() || m_memo[index] == noPickleLink)
        refuse("recalls number " + std::to_string(index) + ", which was never remembered");
    m_stack.push_back(m_memo[index]);
}

}
