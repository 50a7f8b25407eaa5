#include "inference/run/result_cache.h"

namespace athanor {

namespace {

constexpr uint64_t entryBytes = 256; // of the entry itself, so that empty results count too

}

SharedValues ResultCache::find(const Fingerprint& fingerprint)
{
    const auto found = m_index.find(fingerprint);
    if (found == m_index.end())
        return nullptr;
    m_entries.splice(m_entries.begin(), m_entries, found->second);
    return found->second->values;
}

void ResultCache::insert(const Fingerprint& fingerprint, SharedValues values)
{
    if (const auto old = m_index.find(fingerprint); old != m_index.end())
        drop(old->second);
    uint64_t bytes = entryBytes;
    for (const Value& value : *values)
        bytes += bytesOf(value);
    if (bytes > m_budget)
        return;
    while (m_bytes + bytes > m_budget)
        drop(std::prev(m_entries.end()));
    m_entries.push_front({fingerprint, std::move(values), bytes});
    m_index[fingerprint] = m_entries.begin();
    m_bytes += bytes;
}

void ResultCache::clear()
{
    m_entries.clear();
    m_index.clear();
    m_bytes = 0;
}

void ResultCache::drop(std::list<Entry>::iterator entry)
{
    m_bytes -= entry->bytes;
    m_index.erase(entry->fingerprint);
    m_entries.erase(entry);
}

}
