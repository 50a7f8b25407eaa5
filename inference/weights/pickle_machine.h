// The memory of the pickle reader: the bytes being read, the graph being made, the stack, its marks and the memo. Knows
// the limits and that operands must be there; what the opcodes mean stands in pickle.cpp.
#pragma once
#include "inference/weights/pickle.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

constexpr uint32_t noPickleLink = UINT32_MAX;

class PickleMachine {
protected:
    PickleMachine(const std::string& name, std::string_view source);

    using Node = PickleGraph::Node;

    // Throw BadFile; the second with the advice for files that would run something.
    [[noreturn]] void refuse(const std::string& sentence) const;
    [[noreturn]] void refuseCode(std::string_view what) const;

    // Bytes, each time checked to be there; numbers little-endian, lines without their end, texts after their length.
    std::string_view take(uint64_t count);
    uint64_t takeNumber(size_t width);
    std::string_view takeLine();
    std::string_view takeText(size_t lengthWidth);

    void pushPlain(PickleKind kind, int64_t value = 0);
    void pushText(PickleKind kind, std::string_view text); // a piece of the source
    void pushContainer(PickleKind kind, std::span<const PickleId> items);
    // What `maker` (a Global, or anything else) would have made.
    void pushOpaque(PickleId maker);
    void append(PickleId container, std::span<const PickleId> items);
    // Items for the container on top. An Opaque one swallows them: training tools save subclasses of dict and list.
    void addItems(PickleKind wanted, std::span<const PickleId> items);

    PickleKind kind(PickleId id) const { return m_graph.kind(id); }
    uint32_t firstLink(PickleId container) const { return m_graph.m_nodes[container].links.begin; } // or noPickleLink
    PickleId linked(uint32_t link) const { return m_graph.m_links[link].item; }

    // Values above the last mark.
    PickleId top() const;
    PickleId pop();
    PickleId popKind(PickleKind wanted);
    // What these return stays valid until the next of them.
    std::span<const PickleId> popToMark();
    std::span<const PickleId> popCount(size_t count);

    void remember(uint64_t index);
    void recall(uint64_t index);

    const std::string& m_name;
    std::string_view m_source;
    size_t m_at = 0;
    PickleGraph m_graph;
    std::vector<PickleId> m_stack, m_popped;
    std::vector<size_t> m_marks; // sizes of the stack
    std::vector<PickleId> m_memo; // noPickleLink where nothing is
    uint64_t m_memoCount = 0;

private:
    PickleId add(Node node);
    size_t floorOfStack() const { return m_marks.empty() ? 0 : m_marks.back(); }
};

}
