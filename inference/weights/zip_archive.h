// The list of a zip archive's entries and where their bytes lie; nothing is decompressed or unpacked.
#pragma once
#include "inference/weights/byte_source.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

constexpr uint64_t maxZipEntries = 20'000;

struct ZipEntry {
    std::string name;
    uint64_t offset = 0; // of its bytes in the file
    uint64_t bytes = 0; // in the file
    bool compressed = false; // the bytes are not the entry's content
};

// Entries sorted by name, which are unique, plain relative paths, and do not overlap. ZIP64 is understood. Throws
// BadFile for anything encrypted, split, or told differently by the central and the local headers.
std::vector<ZipEntry> readZipDirectory(const ByteSource& source);

const ZipEntry* findZipEntry(const std::vector<ZipEntry>& entries, std::string_view name);

}
