// ONNX files: what is read, planned and written for OpenCV. A plan must hold what OpenCV is told of it, and what is
// written for it must be such a file again, with the same outputs.
#include "inference/networks/onnx_write.h"
#include "render/error.h"

#include <cstdlib>

using namespace athanor;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

void requireSound(const OnnxPlan& plan)
{
    for (const OnnxStep& step : plan.steps)
        for (const OnnxArray& input : step.inputs)
            require(input.id < step.output && (input.id < 0 || input.shape == plan.shapes[size_t(input.id)]));
    for (const OnnxShape& shape : plan.shapes) {
        int64_t count = 1;
        for (const int64_t side : shape) {
            require(side >= 1);
            count *= side;
            require(count <= maxOnnxNumbers);
        }
    }
    require(plan.work <= maxOnnxWork);
}

}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    try {
        const auto bytes = std::as_bytes(std::span(data, size));
        const OnnxFile file = readOnnx(bytes, "x.onnx");
        if (file.inputs.size() != 1 || file.inputs[0].shape.size() != 4)
            return 0;
        OnnxShape picture = file.inputs[0].shape;
        for (int64_t& side : picture)
            side = side < 1 ? 16 : side > 4096 ? 4096 : side;
        const OnnxPlan plan = planOnnx(file, picture, "x.onnx");
        requireSound(plan);
        const std::vector<std::byte> ours = writeOnnx(plan, "x.onnx");
        const OnnxFile again = readOnnx(ours, "ours.onnx");
        const OnnxPlan same = planOnnx(again, picture, "ours.onnx");
        for (size_t i = 0; i < plan.outputs.size(); ++i)
            for (size_t k = 0; k < again.outputs.size(); ++k)
                if (again.outputs[k].name == onnxName(plan.outputs[i]))
                    require(same.shapes[size_t(same.outputs[k])] == plan.shapes[size_t(plan.outputs[i])]);
    } catch (const Error& error) {
        require(std::string_view(error.what()).substr(0, 4) != "ours");
    }
    return 0;
}
