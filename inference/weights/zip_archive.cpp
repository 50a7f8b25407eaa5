#include "inference/weights/zip_archive.h"

#include "inference/weights/printable.h"

#include <algorithm>
#include <optional>
#include <span>

namespace athanor {

using namespace std::string_view_literals;

namespace {

// Signatures and field offsets: APPNOTE.TXT 6.3.9, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3.
constexpr uint32_t localSignature = 0x04034b50;
constexpr uint32_t centralSignature = 0x02014b50;
constexpr uint32_t endSignature = 0x06054b50;
constexpr uint32_t end64Signature = 0x06064b50;
constexpr uint32_t locator64Signature = 0x07064b50;
constexpr uint64_t localHeaderBytes = 30, centralHeaderBytes = 46, endBytes = 22, locator64Bytes = 20, end64Bytes = 56;
constexpr uint16_t encryptedFlag = 1, laterSizesFlag = 8;
constexpr uint64_t maxDirectoryBytes = 16 << 20;
constexpr size_t maxNameBytes = 4096;

using Bytes = std::span<const std::byte>;

uint16_t u16(Bytes bytes, size_t at)
{
    return littleEndian<uint16_t>(bytes, at);
}

uint32_t u32(Bytes bytes, size_t at)
{
    return littleEndian<uint32_t>(bytes, at);
}

uint64_t u64(Bytes bytes, size_t at)
{
    return littleEndian<uint64_t>(bytes, at);
}

struct Directory {
    uint64_t entries = 0;
    uint64_t bytes = 0;
    uint64_t offset = 0;
    uint64_t end = 0; // where the record that describes it begins
};

// The end record stands last, followed only by a comment whose length it tells.
Directory findDirectory(const ByteSource& source)
{
    const uint64_t tailBytes = std::min<uint64_t>(source.size(), endBytes + 0xffff);
    const uint64_t tailStart = source.size() - tailBytes;
    const auto tail = source.read(tailStart, tailBytes);
    std::optional<size_t> at;
    for (size_t i = tailBytes < endBytes ? 0 : tailBytes - endBytes + 1; i-- > 0 && !at;)
        if (u32(tail, i) == endSignature && i + endBytes + u16(tail, i + 20) == tailBytes)
            at = i;
    if (!at)
        source.refuse("the zip archive has no end record; it is truncated or has bytes glued on; download it again");

    const Bytes end = Bytes(tail).subspan(*at);
    Directory directory{u16(end, 10), u32(end, 12), u32(end, 16), tailStart + *at};
    if (u16(end, 4) != u16(end, 6))
        source.refuse("the zip archive is split over several files");
    const bool is64 = directory.entries == 0xffff || directory.bytes == 0xffffffff || directory.offset == 0xffffffff;
    if (!is64 && directory.end < locator64Bytes + end64Bytes)
        return directory;
    // PyTorch writes the 64-bit records always; they must be there only if a 32-bit field overflows.
    if (directory.end < locator64Bytes + end64Bytes)
        source.refuse("the zip archive lacks its 64-bit end record");
    const auto locator = source.read(directory.end - locator64Bytes, locator64Bytes);
    if (u32(locator, 0) != locator64Signature) {
        if (is64)
            source.refuse("the zip archive lacks its 64-bit end record");
        return directory;
    }
    const uint64_t recordAt = u64(locator, 8);
    if (recordAt > directory.end - locator64Bytes - end64Bytes)
        source.refuse("the zip archive's 64-bit end record lies outside the file");
    const auto record = source.read(recordAt, end64Bytes);
    if (u32(record, 0) != end64Signature || u64(record, 24) != u64(record, 32))
        source.refuse("the zip archive's 64-bit end record is damaged");
    return {u64(record, 32), u64(record, 40), u64(record, 48), recordAt};
}

// Sizes and offset of an entry, from its central header and the 64-bit extra field, in which only those values stand
// whose 32-bit field is full.
struct Extent {
    uint64_t bytes = 0, packedBytes = 0, header = 0;
};

Extent readExtent(const ByteSource& source, Bytes header, Bytes extra, const std::string& name)
{
    Extent extent{u32(header, 24), u32(header, 20), u32(header, 42)};
    Bytes wide;
    while (extra.size() >= 4) {
        const size_t length = u16(extra, 2);
        if (length > extra.size() - 4)
            source.refuse("the extra field of " + name + " is damaged");
        if (u16(extra, 0) == 1)
            wide = extra.subspan(4, length);
        extra = extra.subspan(4 + length);
    }
    for (uint64_t* value : {&extent.bytes, &extent.packedBytes, &extent.header}) {
        if (*value != 0xffffffff)
            continue;
        if (wide.size() < 8)
            source.refuse("the 64-bit sizes of " + name + " are missing");
        *value = u64(wide, 0);
        wide = wide.subspan(8);
    }
    return extent;
}

// Relative, with / between parts, none of them "..": the rule for every name, though nothing is ever unpacked.
bool isPlainPath(std::string_view name)
{
    if (name.empty() || name.size() > maxNameBytes || name.front() == '/' || name.find_first_of("\\:\0"sv) != name.npos)
        return false;
    return !name.starts_with("../") && name.find("/../") == name.npos && !name.ends_with("/..") && name != "..";
}

// The entry's bytes follow its local header, which must tell the same as the central one.
uint64_t dataStart(const ByteSource& source, const Extent& extent, std::string_view rawName, uint16_t flags,
    uint16_t method, uint64_t limit)
{
    const std::string name = printable(rawName);
    const uint64_t length = localHeaderBytes + rawName.size();
    if (extent.header > limit || length > limit - extent.header)
        source.refuse("the zip entry " + name + " begins outside the file");
    const auto local = source.read(extent.header, length);
    const auto localName = Bytes(local).subspan(localHeaderBytes);
    if (u32(local, 0) != localSignature || u16(local, 26) != rawName.size()
        || !std::ranges::equal(localName, std::as_bytes(std::span(rawName))))
        source.refuse("the zip entry " + name + " is not where the directory says");
    // With the flag, the sizes follow the data and the fields here are empty (or full, beside a 64-bit extra field).
    const bool later = flags & laterSizesFlag;
    const auto agrees = [&](uint32_t here, uint64_t there) {
        return here == there || here == 0xffffffff || (later && here == 0);
    };
    if (u16(local, 6) != flags || u16(local, 8) != method || !agrees(u32(local, 18), extent.packedBytes)
        || !agrees(u32(local, 22), extent.bytes))
        source.refuse("the zip entry " + name + " has other sizes in its own header than in the directory");
    const uint64_t start = extent.header + length + u16(local, 28);
    if (start > limit || extent.packedBytes > limit - start)
        source.refuse(
            "the zip entry " + name + " of " + std::to_string(extent.packedBytes) + " bytes ends outside the file");
    return start;
}

struct Placed {
    uint64_t begin, end;
    size_t entry;
};

void refuseOverlaps(const ByteSource& source, const std::vector<ZipEntry>& entries, std::vector<Placed>& places)
{
    std::ranges::sort(places, {}, [](const Placed& p) { return std::pair(p.begin, p.end); });
    for (size_t i = 1; i < places.size(); ++i)
        if (places[i].begin < places[i - 1].end)
            source.refuse("the zip entries " + printable(entries[places[i - 1].entry].name) + " and "
                + printable(entries[places[i].entry].name) + " overlap");
}

}

std::vector<ZipEntry> readZipDirectory(const ByteSource& source)
{
    const Directory directory = findDirectory(source);
    if (directory.entries > maxZipEntries)
        source.refuse("the zip archive has " + std::to_string(directory.entries) + " entries, the limit is "
            + std::to_string(maxZipEntries));
    if (directory.bytes > maxDirectoryBytes)
        source.refuse("the zip directory has " + std::to_string(directory.bytes) + " bytes, the limit is "
            + std::to_string(maxDirectoryBytes));
    if (directory.offset > directory.end || directory.bytes != directory.end - directory.offset)
        source.refuse("the zip directory is not where its end record says; bytes were glued on or cut off");

    const auto bytes = source.read(directory.offset, directory.bytes);
    Bytes rest = bytes;
    std::vector<ZipEntry> entries;
    std::vector<Placed> places;
    while (!rest.empty()) {
        if (entries.size() == directory.entries || rest.size() < centralHeaderBytes || u32(rest, 0) != centralSignature)
            source.refuse("the zip directory is damaged at its entry " + std::to_string(entries.size()));
        const size_t nameBytes = u16(rest, 28), extraBytes = u16(rest, 30);
        const size_t length = centralHeaderBytes + nameBytes + extraBytes + u16(rest, 32);
        if (length > rest.size())
            source.refuse("the zip directory is damaged at its entry " + std::to_string(entries.size()));
        const std::string name(reinterpret_cast<const char*>(rest.data()) + centralHeaderBytes, nameBytes);
        const std::string shown = printable(name);
        if (!isPlainPath(name))
            source.refuse("the zip entry \"" + shown + "\" is not a plain relative path");
        const uint16_t flags = u16(rest, 8);
        if (flags & encryptedFlag)
            source.refuse("the zip entry " + shown + " is encrypted");
        const Extent extent = readExtent(source, rest, rest.subspan(centralHeaderBytes + nameBytes, extraBytes), shown);
        const uint16_t method = u16(rest, 10);
        if (method == 0 && extent.bytes != extent.packedBytes)
            source.refuse("the zip entry " + shown + " is stored in " + std::to_string(extent.packedBytes)
                + " bytes but has " + std::to_string(extent.bytes));
        const uint64_t start = dataStart(source, extent, name, flags, method, directory.offset);
        places.push_back({extent.header, start + extent.packedBytes, entries.size()});
        entries.push_back({name, start, extent.packedBytes, method != 0});
        rest = rest.subspan(length);
    }
    if (entries.size() != directory.entries)
        source.refuse("the zip archive tells of " + std::to_string(directory.entries) + " entries and lists "
            + std::to_string(entries.size()));
    refuseOverlaps(source, entries, places);
    std::ranges::sort(entries, {}, &ZipEntry::name);
    if (const auto twice = std::ranges::adjacent_find(entries, {}, &ZipEntry::name); twice != entries.end())
        source.refuse("the zip archive has two entries " + printable(twice->name));
    return entries;
}

const ZipEntry* findZipEntry(const std::vector<ZipEntry>& entries, std::string_view name)
{
    const auto at =
        std::ranges::lower_bound(entries, name, {}, [](const ZipEntry& e) -> std::string_view { return e.name; });
    return at != entries.end() && at->name == name ? &*at : nullptr;
}

}
