#include "inference/weights/pickle.h"

#include "inference/weights/code_carriers.h"
#include "inference/weights/pickle_machine.h"
#include "inference/weights/printable.h"

#include <charconv>

namespace athanor {

namespace {

std::string hexByte(uint8_t byte)
{
    static const char digits[] = "0123456789abcdef";
    return {'0', 'x', digits[byte >> 4], digits[byte & 15]};
}

// The virtual machine of Python's pickletools, reduced to data. Each opcode checks that its operands are there and of
// the right kind.
class PickleReader : PickleMachine {
public:
    PickleReader(const std::string& name, std::string_view source)
        : PickleMachine(name, source)
    {
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
    // Four tables of opcodes, longer than functions should be; each says whether the opcode is one of its own.
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
    uint64_t lineIndex();
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
    const uint32_t first = firstLink(arguments);
    if (name == "torch._utils._rebuild_tensor_v2")
        return pushContainer(PickleKind::Tensor, std::span(&arguments, 1));
    if (name == "torch._utils._rebuild_parameter") {
        if (first == noPickleLink || kind(linked(first)) != PickleKind::Tensor)
            refuse("makes a parameter of something that is no tensor");
        m_stack.push_back(linked(first));
        return;
    }
    if (name == "collections.OrderedDict" && first == noPickleLink)
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

uint64_t PickleReader::lineIndex()
{
    const auto line = takeLine();
    uint64_t index = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), index);
    if (error != std::errc() || end != line.data() + line.size())
        refuse("has \"" + printable(line, 40) + "\" where a memo number belongs");
    return index;
}

}

PickleGraph readPickle(const std::string& name, std::string_view source)
{
    return PickleReader(name, source).read();
}

}
