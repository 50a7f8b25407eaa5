// Positional reads from a file opened once, or from memory for tests; never a mapping (a file that shrinks would kill
// us).
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace athanor {

// What tells one version of a file from another.
struct FileStamp {
    uint64_t device = 0;
    uint64_t inode = 0;
    uint64_t size = 0;
    int64_t seconds = 0;
    int64_t nanoseconds = 0;
    bool operator==(const FileStamp&) const = default;
};

// The stamp of what the path names now, following links. Throws FileMissing.
FileStamp stampOf(const std::string& path);

class ByteSource {
public:
    // Opens a regular file without ever blocking. Throws FileMissing with the system's text,
    // BadFile for a folder, FIFO, socket or device.
    explicit ByteSource(const std::string& path);
    // Borrows the bytes, which must outlive the source.
    ByteSource(std::string name, std::span<const std::byte> memory);
    ~ByteSource();
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;

    uint64_t size() const { return m_stamp.size; }
    const FileStamp& stamp() const { return m_stamp; }
    const std::string& path() const { return m_path; }

    // Fills `out` from byte `offset`. Throws BadFile if that is beyond the end or the file has changed since it was
    // opened, FileMissing if the system cannot read it.
    void read(uint64_t offset, std::span<std::byte> out) const;
    std::vector<std::byte> read(uint64_t offset, uint64_t count) const;

    // Throws BadFile with the path in front of the sentence.
    [[noreturn]] void refuse(const std::string& sentence) const;

private:
    std::string m_path;
    int m_file = -1;
    std::span<const std::byte> m_memory;
    FileStamp m_stamp;
};

// Unsigned little-endian integer of sizeof(T) bytes at bytes[at]; the caller has checked the range.
template <typename T> T littleEndian(std::span<const std::byte> bytes, size_t at)
{
    T value = 0;
    for (size_t i = 0; i < sizeof(T); ++i)
        value = T(value | T(std::to_integer<T>(bytes[at + i]) << (8 * i)));
    return value;
}

}
