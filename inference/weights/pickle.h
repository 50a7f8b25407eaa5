// Reads a pickle as data: a graph of plain values. Nothing is imported, called or built; what only Python could make is
// an inert Opaque node, and what is made to run code is refused.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

constexpr uint64_t maxPickleBytes = 64 << 20;
constexpr uint32_t maxPickleOpcodes = 10'000'000;
constexpr uint32_t maxPickleNodes = 5'000'000; // as many as there are, and as many as a full expansion would have
constexpr uint32_t maxPickleText = 1 << 20;
constexpr uint8_t maxPickleDepth = 100;

enum class PickleKind : uint8_t {
    None,
    Boolean,
    Integer,
    Float,
    Text,
    Bytes,
    Tuple,
    List,
    Dictionary, // items: key, value, key, value …
    Global, // items: two texts, module and name
    Persistent, // one item: the persistent id
    Tensor, // one item: the tuple of arguments for torch._utils._rebuild_tensor_v2
    Opaque, // what only Python could make; items: the Global it would have been made by, or none
};

std::string_view pickleKindName(PickleKind kind);

using PickleId = uint32_t;

class PickleGraph {
public:
    PickleId root = 0;

    PickleKind kind(PickleId id) const { return m_nodes[id].kind; }
    int64_t integer(PickleId id) const { return m_nodes[id].integer; } // of Boolean and Integer
    std::string_view text(PickleId id) const; // of Text and Bytes
    // At most so many items, because a long tuple may be asked for again and again; of Tuple, List, Dictionary, Global,
    // Persistent, Tensor, Opaque.
    std::vector<PickleId> items(PickleId id, size_t atMost = SIZE_MAX) const;
    std::string globalName(PickleId id) const; // of a Global, "torch.FloatStorage"; else ""

private:
    friend class PickleMachine; // makes it
    struct Range {
        uint32_t begin, size;
    };
    struct Node {
        PickleKind kind = PickleKind::None;
        uint8_t depth = 1;
        uint32_t expanded = 1; // nodes this would be without sharing
        union {
            int64_t integer;
            Range text; // in the pickle's own bytes
            Range links; // first and last in m_links, or none
        };
    };
    struct Link {
        PickleId item, next;
    };
    std::string_view m_source;
    std::vector<Node> m_nodes; // 16 bytes each; containers keep their items in lists of links
    std::vector<Link> m_links;
};

// The graph refers to the source, which must outlive it. `name` stands in front of messages. Throws BadFile.
PickleGraph readPickle(const std::string& name, std::string_view source);

}
