// Says what a file is from its first bytes, never from its name.
#pragma once
#include "inference/weights/byte_source.h"

#include <cstdint>

namespace athanor {

constexpr uint64_t maxSafetensorsHeader = 100'000'000;

enum class FileFormat { Safetensors, Zip };

// Throws BadFile with the real name of any other format ("an HDF5 file", "a Git LFS pointer", …).
FileFormat recogniseFormat(const ByteSource& source);

}
