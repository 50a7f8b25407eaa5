// The .yaml beside a model: any bytes are read or refused with an Error.
#include "inference/weights/model_yaml.h"
#include "render/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    try {
        athanor::readYaml({reinterpret_cast<const char*>(data), size}, "fuzz.yaml");
    } catch (const athanor::Error&) {
    }
    return 0;
}
