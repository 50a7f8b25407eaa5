// PyTorch checkpoints. An input starts with a choice: 'r' and a raw file, or 'p' and a pickle, which is put into a
// well-formed archive with three storages so that the mutations reach the opcodes and the tensors' geometry.
#include "tests/fuzz/read_everything.h"
#include "tests/support/zip_writer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size < 2)
        return 0;
    const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::string file = body;
    if (data[0] == 'p') {
        athanor::ZipWriter zip;
        zip.add({"archive/data.pkl", body});
        zip.add({"archive/byteorder", "little"});
        for (const size_t bytes : {size_t(4), size_t(24), size_t(64)})
            zip.add({"archive/data/" + std::to_string(bytes), std::string(bytes, '\x7c')});
        file = zip.finish();
    }
    athanor::readAsModel(std::as_bytes(std::span(file)));
    return 0;
}
