#include "inference/pipeline/result_cache.h"

namespace athanor {

namespace {

constexpr uint64_t entryBytes = 256; // of the entry itself, so that empty results count too

}

SharedValues ResultCache::find(const Fingerprint& fingerprint)
{
    const auto found = index_.find(fingerprint);
    if (found == index_.end())
        return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->values;
}

void ResultCache::insert(const Fingerprint& fingerprint, SharedValues values)
{
    if (const auto old = index_.find(fingerprint); old != index_.end())
        drop(old->second);
    uint64_t bytes = entryBytes;
    for (const Value& value : *values)
        bytes += bytesOf(value);
    if (bytes > budget_)
        return;
    while (bytes_ + bytes > budget_)
        drop(std::prev(entries_.end()));
    entries_.push_front({fingerprint, std::move(values), bytes});
    index_[fingerprint] = entries_.begin();
    bytes_ += bytes;
}

void ResultCache::clear()
{
    entries_.clear();
    index_.clear();
    bytes_ = 0;
}

void ResultCache::drop(std::list<Entry>::iterator entry)
{
    bytes_ -= entry->bytes;
    index_.erase(entry->fingerprint);
    entries_.erase(entry);
}

}
