// Safetensors header and layout. An input starts with a choice: 'r' and a raw file, or 'h', the number of data bytes
// (two bytes), and a header, in front of which the right length is put so that the mutations reach the JSON.
#include "tests/fuzz/read_everything.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto input = std::as_bytes(std::span(data, size));
    if (size < 3)
        return 0;
    if (data[0] != 'h') {
        athanor::readAsModel(input.subspan(1));
        return 0;
    }
    const auto header = input.subspan(3);
    std::vector<std::byte> file(8 + header.size() + athanor::littleEndian<uint16_t>(input, 1), std::byte{0x7c});
    for (size_t i = 0; i < 8; ++i)
        file[i] = std::byte(uint64_t(header.size()) >> (8 * i));
    std::copy(header.begin(), header.end(), file.begin() + 8);
    athanor::readAsModel(file);
    return 0;
}
