// Writes stored zip archives into memory for tests, correct unless an entry says otherwise.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

// What an entry's headers say; the defaults are the truth about `bytes`.
struct ZipWriterEntry {
    std::string name;
    std::string bytes;
    uint16_t method = 0;
    uint16_t flags = 0;
    int64_t localSizeError = 0; // added to the sizes in the local header
    int64_t packedSizeError = 0; // added to the packed size in the central header
    int64_t headerAt = -1; // not -1: where the central header says the entry begins
};

class ZipWriter {
public:
    // Where its local header begins.
    uint64_t add(const ZipWriterEntry& entry)
    {
        const uint64_t at = m_file.size();
        const uint64_t size = entry.bytes.size();
        number(m_file, 0x04034b50, 4);
        for (const uint16_t field : {uint16_t(20), entry.flags, entry.method, uint16_t(0), uint16_t(0)})
            number(m_file, field, 2);
        number(m_file, 0, 4); // checksum, which nobody reads
        number(m_file, uint64_t(int64_t(size) + entry.localSizeError), 4);
        number(m_file, uint64_t(int64_t(size) + entry.localSizeError), 4);
        number(m_file, entry.name.size(), 2);
        number(m_file, 0, 2);
        m_file += entry.name + entry.bytes;
        listEntry(entry, size, entry.headerAt < 0 ? at : uint64_t(entry.headerAt));
        return at;
    }

    // Adds only the central header of an entry whose local header and data the caller has placed.
    void listEntry(const ZipWriterEntry& entry, uint64_t size, uint64_t at)
    {
        const bool wide = size >= 0xffffffff || at >= 0xffffffff;
        number(m_directory, 0x02014b50, 4);
        for (const uint16_t field : {uint16_t(45), uint16_t(45), entry.flags, entry.method, uint16_t(0), uint16_t(0)})
            number(m_directory, field, 2);
        number(m_directory, 0, 4);
        number(m_directory, wide ? 0xffffffff : uint64_t(int64_t(size) + entry.packedSizeError), 4);
        number(m_directory, wide ? 0xffffffff : size, 4);
        number(m_directory, entry.name.size(), 2);
        number(m_directory, wide ? 28 : 0, 2);
        number(m_directory, 0, 10); // comment, disk, attributes
        number(m_directory, wide ? 0xffffffff : at, 4);
        m_directory += entry.name;
        if (wide) {
            number(m_directory, 1, 2);
            number(m_directory, 24, 2);
            for (const uint64_t value : {size, size, at})
                number(m_directory, value, 8);
        }
        ++m_entries;
    }

    uint64_t size() const { return m_file.size(); }

    // The directory and end records for entries whose bytes fill the file up to `directoryAt`.
    std::string directory(uint64_t directoryAt, bool wide = false) const
    {
        std::string text = m_directory;
        const uint64_t recordAt = directoryAt + text.size();
        if (wide) {
            number(text, 0x06064b50, 4);
            number(text, 44, 8);
            number(text, 45, 2);
            number(text, 45, 2);
            number(text, 0, 8);
            for (const uint64_t value : {m_entries, m_entries, uint64_t(m_directory.size()), directoryAt})
                number(text, value, 8);
            number(text, 0x07064b50, 4);
            number(text, 0, 4);
            number(text, recordAt, 8);
            number(text, 1, 4);
        }
        number(text, 0x06054b50, 4);
        number(text, 0, 4);
        number(text, wide ? 0xffff : m_entries, 2);
        number(text, wide ? 0xffff : m_entries, 2);
        number(text, wide ? 0xffffffff : m_directory.size(), 4);
        number(text, wide ? 0xffffffff : directoryAt, 4);
        number(text, 0, 2);
        return text;
    }

    std::string finish() const { return m_file + directory(m_file.size(), m_entries >= 0xffff); }

private:
    static void number(std::string& text, uint64_t value, size_t width)
    {
        for (size_t i = 0; i < width; ++i)
            text += i < 8 ? char(value >> (8 * i)) : '\0';
    }

    std::string m_file, m_directory;
    uint64_t m_entries = 0;
};

}
