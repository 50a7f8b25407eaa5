// What nodes returned, by fingerprint, within a budget of bytes; and how long each type of node takes here.
#pragma once
#include "inference/graph/fingerprint.h"
#include "inference/values/value.h"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

namespace athanor {

using SharedValues = std::shared_ptr<const Values>;

class ResultCache {
public:
    // In bytes as bytesOf counts them; 0 keeps nothing.
    explicit ResultCache(uint64_t budget)
        : m_budget(budget)
    {
    }

    // Null if it is not there; else it counts as just used.
    SharedValues find(const Fingerprint& fingerprint);
    // Those unused for longest make room. What is larger than the whole budget is not kept.
    void insert(const Fingerprint& fingerprint, SharedValues values);
    void clear();

    uint64_t bytes() const { return m_bytes; }
    size_t size() const { return m_entries.size(); }

    // Seconds that nodes of a type took lately, by the type's id.
    std::map<std::string, double, std::less<>> seconds;

private:
    struct Entry {
        Fingerprint fingerprint;
        SharedValues values;
        uint64_t bytes;
    };
    void drop(std::list<Entry>::iterator entry);

    uint64_t m_budget, m_bytes = 0;
    std::list<Entry> m_entries; // the one used last in front
    std::map<Fingerprint, std::list<Entry>::iterator> m_index;
};

}
