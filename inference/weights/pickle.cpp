#include "inference/weights/pickle.h"

#include "inference/weights/code_carriers.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <charconv>

namespace athanor {

namespace {

constexpr uint32_t noLink = UINT32_MAX;

std::string hexByte(uint8_t byte)
{
    static const char digits[] = "0123456789abcdef";
    return {'0', 'x', digits[byte >> 4], digits[byte & 15]};
}

}

std::string_view pickleKindName(PickleKind kind)
{
    static constexpr std::string_view names[] = {"None", "a boolean", "an integer", "a float", "a text", "bytes", "a tuple",
                                                 "a list", "a dictionary", "a class", "a storage", "a tensor", "an object"};
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
    for (uint32_t link = m_nodes[id].links.begin; link != noLink && items.size() < atMost; link = m_links[link].next)
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

// The virtual machine of pickletools, reduced to data: a stack of node numbers, marks in it, and a memo. Each opcode
// checks that its operands are there and of the right kind.
class PickleReader {
public:
    PickleReader(const std::string& name, std::string_view source) : m_name(name), m_source(source)
    {
        m_graph.m_source = source;
    }

    PickleGraph read()
    {
        if (m_source.size() > maxPickleBytes)
            refuse("has " + std::to_string(m_source.size()) + " bytes, the limit is " + std::to_string(maxPickleBytes));
        for (uint32_t count = 0;; ++count) {
            if (count == maxPickleOpcodes)
                refuse("has more than " + std::to_string(maxPickleOpcodes) + " opcodes");
            const char opcode = take(1)[0];
            if (opcode == '.')
                break;
            if (!scalar(opcode) && !container(opcode) && !object(opcode) && !stackOrMemo(opcode))
                refuse("has an unknown opcode " + hexByte(uint8_t(opcode)));
        }
        m_graph.root = pop();
        if (!m_stack.empty() || !m_marks.empty())
            refuse("ends with values left over");
        return std::move(m_graph);
    }

private:
    using Node = PickleGraph::Node;
    using Range = PickleGraph::Range;

    [[noreturn]] void refuse(const std::string& sentence) const
    {
        throw Error(ErrorKind::BadFile,
                    printable(m_name) + ": the pickle " + sentence + " (at byte " + std::to_string(m_at) + ")");
    }

    [[noreturn]] void refuseCode(std::string_view what) const
    {
        throw Error(ErrorKind::BadFile,
                    printable(m_name) + " carries code: " + printable(what)
                        + "; it was not run. Use a safetensors version of this model, or convert it where you trust it");
    }

    // --- bytes

    std::string_view take(uint64_t count)
    {
        if (count > m_source.size() - m_at)
            refuse("ends too early");
        const auto bytes = m_source.substr(m_at, count);
        m_at += count;
        return bytes;
    }

    uint64_t takeNumber(size_t width)
    {
        const auto bytes = take(width);
        uint64_t value = 0;
        for (size_t i = width; i-- > 0;)
            value = value << 8 | uint8_t(bytes[i]);
        return value;
    }

    std::string_view takeLine()
    {
        const size_t end = m_source.find('\n', m_at);
        if (end == m_source.npos)
            refuse("ends within a line");
        const auto line = m_source.substr(m_at, end - m_at);
        m_at = end + 1;
        return line;
    }

    std::string_view takeText(size_t lengthWidth)
    {
        const uint64_t length = takeNumber(lengthWidth);
        if (length > maxPickleText)
            refuse("holds a text of " + std::to_string(length) + " bytes, the limit is " + std::to_string(maxPickleText));
        return take(length);
    }

    // --- nodes

    PickleId add(Node node)
    {
        if (m_graph.m_nodes.size() == maxPickleNodes)
            refuse("has more than " + std::to_string(maxPickleNodes) + " values");
        m_graph.m_nodes.push_back(node);
        return PickleId(m_graph.m_nodes.size() - 1);
    }

    void pushPlain(PickleKind kind, int64_t value = 0)
    {
        Node node;
        node.kind = kind;
        node.integer = value;
        m_stack.push_back(add(node));
    }

    // `text` must be a piece of the source.
    void pushText(PickleKind kind, std::string_view text)
    {
        if (text.size() > maxPickleText)
            refuse("holds a text of " + std::to_string(text.size()) + " bytes, the limit is " + std::to_string(maxPickleText));
        Node node;
        node.kind = kind;
        node.text = {text.empty() ? 0 : uint32_t(text.data() - m_source.data()), uint32_t(text.size())};
        m_stack.push_back(add(node));
    }

    PickleId addContainer(PickleKind kind, std::span<const PickleId> items)
    {
        Node node;
        node.kind = kind;
        node.links = {noLink, noLink};
        const PickleId id = add(node);
        append(id, items);
        return id;
    }

    void append(PickleId container, std::span<const PickleId> items)
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
            m_graph.m_links.push_back({item, noLink});
            if (node.links.begin == noLink)
                node.links.begin = link;
            else
                m_graph.m_links[node.links.size].next = link;
            node.links.size = link;
        }
    }

    // --- stack

    PickleKind kind(PickleId id) const { return m_graph.kind(id); }

    size_t floorOfStack() const { return m_marks.empty() ? 0 : m_marks.back(); }

    PickleId top() const
    {
        if (m_stack.size() <= floorOfStack())
            refuse("takes a value from an empty stack");
        return m_stack.back();
    }

    PickleId pop()
    {
        const PickleId id = top();
        m_stack.pop_back();
        return id;
    }

    PickleId popKind(PickleKind wanted)
    {
        const PickleId id = pop();
        if (kind(id) != wanted)
            refuse("has " + std::string(pickleKindName(kind(id))) + " where " + std::string(pickleKindName(wanted)) + " belongs");
        return id;
    }

    // The values above the last mark; they stay valid until the next push.
    std::span<const PickleId> popToMark()
    {
        if (m_marks.empty())
            refuse("has no mark where one belongs");
        const size_t begin = m_marks.back();
        m_marks.pop_back();
        m_popped.assign(m_stack.begin() + ptrdiff_t(begin), m_stack.end());
        m_stack.resize(begin);
        return m_popped;
    }

    std::span<const PickleId> popCount(size_t count)
    {
        if (m_stack.size() - floorOfStack() < count)
            refuse("takes a value from an empty stack");
        m_popped.assign(m_stack.end() - ptrdiff_t(count), m_stack.end());
        m_stack.resize(m_stack.size() - count);
        return m_popped;
    }

    void pushContainer(PickleKind containerKind, std::span<const PickleId> items)
    {
        m_stack.push_back(addContainer(containerKind, items));
    }

    // Items for the container on top. An Opaque one swallows them: training tools save subclasses of dict and list.
    void addItems(PickleKind wanted, std::span<const PickleId> items)
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

    // What `maker` (a Global, or anything else) would have made.
    void pushOpaque(PickleId maker)
    {
        pushContainer(PickleKind::Opaque, std::span(&maker, kind(maker) == PickleKind::Global ? 1 : 0));
    }

    // --- opcodes; each function says whether the opcode is one of its own

    bool scalar(char opcode);
    bool container(char opcode);
    bool object(char opcode);
    bool stackOrMemo(char opcode);

    void pushLongInteger(uint64_t length);
    void pushIntegerLine(std::string_view line);
    void pushGlobal(PickleId module, PickleId name);
    void pushGlobalLines();
    void pushCall(PickleId callable, PickleId arguments);
    void pushNewObject(PickleId maker);
    void setState();
    void remember(uint64_t index);
    void recall(uint64_t index);
    uint64_t lineIndex();

    const std::string& m_name;
    std::string_view m_source;
    size_t m_at = 0;
    PickleGraph m_graph;
    std::vector<PickleId> m_stack, m_popped;
    std::vector<size_t> m_marks; // sizes of the stack
    std::vector<PickleId> m_memo; // noLink where nothing is
    uint64_t m_memoCount = 0;
};

bool PickleReader::scalar(char opcode)
{
    switch (opcode) {
    case 'N':
        pushPlain(PickleKind::None);
        return true;
    case '\x88':
    case '\x89':
        pushPlain(PickleKind::Boolean, opcode == '\x88');
        return true;
    case 'K':
        pushPlain(PickleKind::Integer, int64_t(takeNumber(1)));
        return true;
    case 'M':
        pushPlain(PickleKind::Integer, int64_t(takeNumber(2)));
        return true;
    case 'J':
        pushPlain(PickleKind::Integer, int32_t(uint32_t(takeNumber(4))));
        return true;
    case '\x8a':
        pushLongInteger(takeNumber(1));
        return true;
    case '\x8b':
        pushLongInteger(takeNumber(4));
        return true;
    case 'I':
    case 'L':
        pushIntegerLine(takeLine());
        return true;
    case 'G':
        take(8);
        pushPlain(PickleKind::Float);
        return true;
    case 'F':
        takeLine();
        pushPlain(PickleKind::Float);
        return true;
    case 'X':
        pushText(PickleKind::Text, takeText(4));
        return true;
    case '\x8c':
        pushText(PickleKind::Text, takeText(1));
        return true;
    case '\x8d':
        pushText(PickleKind::Text, takeText(8));
        return true;
    case 'V':
    case 'S': // escapes stay as written: no name of a tensor or storage needs one
        pushText(PickleKind::Text, takeLine());
        return true;
    case 'C':
    case 'U':
        pushText(PickleKind::Bytes, takeText(1));
        return true;
    case 'B':
    case 'T':
        pushText(PickleKind::Bytes, takeText(4));
        return true;
    case '\x8e':
    case '\x96':
        pushText(PickleKind::Bytes, takeText(8));
        return true;
    default:
        return false;
    }
}

bool PickleReader::container(char opcode)
{
    switch (opcode) {
    case ')':
        pushContainer(PickleKind::Tuple, {});
        return true;
    case ']':
        pushContainer(PickleKind::List, {});
        return true;
    case '}':
        pushContainer(PickleKind::Dictionary, {});
        return true;
    case '\x8f': // sets are never needed
        pushContainer(PickleKind::Opaque, {});
        return true;
    case '\x91':
        popToMark();
        pushContainer(PickleKind::Opaque, {});
        return true;
    case 't':
        pushContainer(PickleKind::Tuple, popToMark());
        return true;
    case '\x85':
    case '\x86':
    case '\x87':
        pushContainer(PickleKind::Tuple, popCount(size_t(uint8_t(opcode) - 0x84)));
        return true;
    case 'l':
        pushContainer(PickleKind::List, popToMark());
        return true;
    case 'd': {
        const auto items = popToMark();
        pushContainer(PickleKind::Dictionary, {});
        addItems(PickleKind::Dictionary, items);
        return true;
    }
    case 'a':
        addItems(PickleKind::List, popCount(1));
        return true;
    case 'e':
        addItems(PickleKind::List, popToMark());
        return true;
    case 's':
        addItems(PickleKind::Dictionary, popCount(2));
        return true;
    case 'u':
        addItems(PickleKind::Dictionary, popToMark());
        return true;
    case '\x90': // items of a set, which is Opaque
        addItems(PickleKind::Opaque, popToMark());
        return true;
    default:
        return false;
    }
}

bool PickleReader::object(char opcode)
{
    switch (opcode) {
    case 'c':
        pushGlobalLines();
        return true;
    case '\x93': {
        const PickleId name = popKind(PickleKind::Text);
        pushGlobal(popKind(PickleKind::Text), name);
        return true;
    }
    case 'i': // module and class in lines, arguments down to the mark
        popToMark();
        pushGlobalLines();
        pushNewObject(pop());
        return true;
    case 'o': { // class and arguments down to the mark
        const auto items = popToMark();
        if (items.empty())
            refuse("makes an object of nothing");
        pushNewObject(items[0]);
        return true;
    }
    case '\x92':
        popKind(PickleKind::Dictionary);
        [[fallthrough]];
    case '\x81':
        popKind(PickleKind::Tuple);
        pushNewObject(pop());
        return true;
    case 'R': {
        const PickleId arguments = popKind(PickleKind::Tuple);
        pushCall(pop(), arguments);
        return true;
    }
    case 'b':
        setState();
        return true;
    case 'Q': {
        const PickleId id = pop();
        pushContainer(PickleKind::Persistent, std::span(&id, 1));
        return true;
    }
    case '\x82':
    case '\x83':
    case '\x84':
        refuseCode("an extension code");
    default:
        return false;
    }
}

bool PickleReader::stackOrMemo(char opcode)
{
    switch (opcode) {
    case '(':
        m_marks.push_back(m_stack.size());
        return true;
    case '0': // pops a mark if nothing is above it
        if (!m_marks.empty() && m_marks.back() == m_stack.size())
            m_marks.pop_back();
        else
            pop();
        return true;
    case '1':
        popToMark();
        return true;
    case '2':
        m_stack.push_back(top());
        return true;
    case 'q':
        remember(takeNumber(1));
        return true;
    case 'r':
        remember(takeNumber(4));
        return true;
    case 'p':
        remember(lineIndex());
        return true;
    case '\x94':
        remember(m_memoCount);
        return true;
    case 'h':
        recall(takeNumber(1));
        return true;
    case 'j':
        recall(takeNumber(4));
        return true;
    case 'g':
        recall(lineIndex());
        return true;
    case '\x80':
        if (const uint64_t protocol = takeNumber(1); protocol > 5)
            refuse("has protocol " + std::to_string(protocol) + ", the newest known is 5");
        return true;
    case '\x95': // a frame only tells how much to read ahead
        if (const uint64_t length = takeNumber(8); length > m_source.size() - m_at)
            refuse("has a frame of " + std::to_string(length) + " bytes, which ends outside it");
        return true;
    default:
        return false;
    }
}

// Little-endian two's complement; what does not fit into 64 bits is Opaque.
void PickleReader::pushLongInteger(uint64_t length)
{
    if (length > maxPickleText)
        refuse("holds a number of " + std::to_string(length) + " bytes, the limit is " + std::to_string(maxPickleText));
    const auto bytes = take(length);
    if (length > 8)
        return pushContainer(PickleKind::Opaque, {});
    uint64_t value = !bytes.empty() && uint8_t(bytes.back()) >= 0x80 ? ~uint64_t(0) : 0;
    for (size_t i = bytes.size(); i-- > 0;)
        value = value << 8 | uint8_t(bytes[i]);
    pushPlain(PickleKind::Integer, int64_t(value));
}

void PickleReader::pushIntegerLine(std::string_view line)
{
    if (line == "00" || line == "01")
        return pushPlain(PickleKind::Boolean, line == "01");
    if (line.ends_with('L'))
        line.remove_suffix(1);
    int64_t value = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    if (error == std::errc::result_out_of_range)
        return pushContainer(PickleKind::Opaque, {});
    if (error != std::errc() || end != line.data() + line.size())
        refuse("has \"" + printable(line, 40) + "\" where a number belongs");
    pushPlain(PickleKind::Integer, value);
}

void PickleReader::pushGlobal(PickleId module, PickleId name)
{
    if (carriesCode(m_graph.text(module), m_graph.text(name)))
        refuseCode(std::string(m_graph.text(module)) + "." + std::string(m_graph.text(name)));
    const PickleId parts[] = {module, name};
    pushContainer(PickleKind::Global, parts);
}

void PickleReader::pushGlobalLines()
{
    pushText(PickleKind::Text, takeLine());
    pushText(PickleKind::Text, takeLine());
    const PickleId name = m_stack.back(), module = m_stack[m_stack.size() - 2];
    m_stack.resize(m_stack.size() - 2);
    pushGlobal(module, name);
}

// callable(*arguments), without calling: three names are known by what they stand for, the rest is Opaque.
void PickleReader::pushCall(PickleId callable, PickleId arguments)
{
    // An argument tuple may be long and used again and again, so it is never copied.
    const std::string name = m_graph.globalName(callable);
    const uint32_t firstLink = m_graph.m_nodes[arguments].links.begin;
    if (name == "torch._utils._rebuild_tensor_v2")
        return pushContainer(PickleKind::Tensor, std::span(&arguments, 1));
    if (name == "torch._utils._rebuild_parameter") {
        if (firstLink == noLink || kind(m_graph.m_links[firstLink].item) != PickleKind::Tensor)
            refuse("makes a parameter of something that is no tensor");
        m_stack.push_back(m_graph.m_links[firstLink].item);
        return;
    }
    if (name == "collections.OrderedDict" && firstLink == noLink)
        return pushContainer(PickleKind::Dictionary, {});
    if (kind(callable) != PickleKind::Global && kind(callable) != PickleKind::Opaque)
        refuse("calls " + std::string(pickleKindName(kind(callable))));
    pushOpaque(callable);
}

void PickleReader::pushNewObject(PickleId maker)
{
    if (kind(maker) != PickleKind::Global && kind(maker) != PickleKind::Opaque)
        refuse("makes an object of " + std::string(pickleKindName(kind(maker))));
    if (m_graph.globalName(maker) == "collections.OrderedDict")
        return pushContainer(PickleKind::Dictionary, {});
    pushOpaque(maker);
}

// Attributes are dropped; an OrderedDict's hold version numbers of modules.
void PickleReader::setState()
{
    pop();
    const PickleKind target = kind(top());
    if (target != PickleKind::Opaque && target != PickleKind::Dictionary && target != PickleKind::Tensor)
        refuse("sets attributes of " + std::string(pickleKindName(target)));
}

void PickleReader::remember(uint64_t index)
{
    const PickleId id = top();
    if (index >= maxPickleNodes)
        refuse("remembers under number " + std::to_string(index) + ", the limit is " + std::to_string(maxPickleNodes - 1));
    if (index >= m_memo.size())
        m_memo.resize(index + 1, noLink);
    m_memoCount += m_memo[index] == noLink;
    m_memo[index] = id;
}

void PickleReader::recall(uint64_t index)
{
    if (index >= m_memo.size() || m_memo[index] == noLink)
        refuse("recalls number " + std::to_string(index) + ", which was never remembered");
    m_stack.push_back(m_memo[index]);
}

uint64_t PickleReader::lineIndex()
{
    const auto line = takeLine();
    uint64_t index = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), index);
    if (error != std::errc() || end != line.data() + line.size())
        refuse("has \"" + printable(line, 40) + "\" where a memo number belongs");
    return index;
}

PickleGraph readPickle(const std::string& name, std::string_view source)
{
    return PickleReader(name, source).read();
}

}
