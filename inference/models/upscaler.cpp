#include "inference/models/upscaler.h"

#include "inference/models/layers.h"
#include "inference/weights/families.h"
#include "inference/weights/printable.h"
#include "inference/weights/tensor_file.h"
#include "render/error.h"

#include <algorithm>

namespace athanor {

namespace {

constexpr int largestFactor = 8;
constexpr int64_t mostFeatures = 1'024;

// Where the names of a published file begin; later training steps come first.
std::string prefixOf(const TensorFile& file)
{
    for (const std::string prefix : {"params_ema.body.", "params.body.", "body."})
        if (findTensor(file, prefix + "0.weight"))
            return prefix;
    return {};
}

Family familyOf(const TensorFile& file)
{
    std::vector<NamedShape> shapes;
    for (const TensorInfo& tensor : file.tensors)
        shapes.push_back({tensor.name, tensor.shape});
    return identify(shapes, file.metadata);
}

// Reads the chain "0.weight", "0.bias", "1.weight" (slopes), "2.weight" … to its end.
class Loader {
public:
    Loader(Gpu& gpu, const TensorFile& file, std::string prefix, Upscaler& model)
        : m_gpu(gpu)
        , m_file(file)
        , m_prefix(std::move(prefix))
        , m_model(model)
    {
    }

    void load()
    {
        const int64_t features = find("0.weight").shape.at(0);
        if (features < 1 || features > mostFeatures)
            refuse("0.weight",
                "has " + std::to_string(features) + " features, at most " + std::to_string(mostFeatures)
                    + " are possible");
        int64_t inputs = 3;
        for (int index = 0;; index += 2, inputs = features) {
            const bool isLast = !findTensor(m_file, m_prefix + number(index + 2) + "weight");
            convolution(index, isLast ? lastOutputs(index) : features, inputs);
            ++m_model.convolutions;
            if (isLast)
                return;
            vector(number(index + 1) + "weight", features);
        }
    }

    bool isFinite() const { return m_isFinite; }

private:
    static std::string number(int index) { return std::to_string(index) + '.'; }

    [[noreturn]] void refuse(const std::string& name, const std::string& sentence) const
    {
        m_file.source->refuse("tensor " + printable(m_prefix + name) + ' ' + sentence);
    }

    const TensorInfo& find(const std::string& name) const
    {
        const TensorInfo* tensor = findTensor(m_file, m_prefix + name);
        if (!tensor)
            m_file.source->refuse("the upscaler lacks the tensor " + printable(m_prefix + name)
                + "; only networks with PReLU are supported");
        return *tensor;
    }

    // 3 · factor².
    int64_t lastOutputs(int index)
    {
        const std::string name = number(index) + "weight";
        const int64_t outputs = find(name).shape.at(0);
        for (int factor = 1; factor <= largestFactor; ++factor)
            if (outputs == 3 * factor * factor) {
                m_model.factor = factor;
                return outputs;
            }
        refuse(name,
            "gives " + std::to_string(outputs) + " numbers a pixel, not 3, 12, 27, 48 … for enlarging 1 to "
                + std::to_string(largestFactor) + " times");
    }

    std::vector<float> values(const std::string& name, const std::vector<int64_t>& shape)
    {
        const TensorInfo& tensor = find(name);
        if (tensor.shape != shape)
            refuse(name, "is " + shapeText(tensor.shape) + " and must be " + shapeText(shape));
        requireFloats(m_file, tensor);
        std::vector<float> numbers(size_t(*elementCount(shape)));
        ValueCount seen;
        readFloats(m_file, tensor, 0, numbers, seen);
        m_isFinite &= seen.notFinite == 0;
        return numbers;
    }

    void vector(const std::string& name, int64_t length)
    {
        m_model.weights.tensors[name] =
            tensorFrom(m_gpu, {length}, values(name, {length}), DType::F32, MemoryUse::Weights);
    }

    void convolution(int index, int64_t outputs, int64_t inputs)
    {
        const std::string name = number(index) + "weight";
        m_model.weights.packed[name] =
            packWeight(m_gpu, values(name, {outputs, inputs, 3, 3}), outputs, inputs, 3, 3, m_model.precision);
        vector(number(index) + "bias", outputs);
    }

    Gpu& m_gpu;
    const TensorFile& m_file;
    const std::string m_prefix;
    Upscaler& m_model;
    bool m_isFinite = true;
};

struct UpscalerFile {
    TensorFile file;
    std::string prefix; // of its tensors' names
};

UpscalerFile openUpscaler(const std::string& path)
{
    TensorFile file = openTensorFile(path);
    requireUpscaler(familyOf(file), path);
    std::string prefix = prefixOf(file);
    if (prefix.empty() || findTensor(file, prefix + "0.weight")->shape.size() != 4)
        throw Error(ErrorKind::BadFile,
            printable(path)
                + ": this is an upscaler of another kind (ESRGAN, SwinIR …); supported are those of "
                  "SRVGGNetCompact, such as realesr-general-x4v3 and realesr-animevideov3 of Real-ESRGAN");
    return {std::move(file), std::move(prefix)};
}

PackedWeight repetition(Gpu& gpu, int factor, DType type)
{
    const int64_t copies = int64_t(factor) * factor;
    std::vector<float> values(size_t(3 * copies * 3));
    for (int64_t output = 0; output < 3 * copies; ++output)
        values[size_t(output * 3 + output / copies)] = 1;
    return packWeight(gpu, values, 3 * copies, 3, 1, 1, type);
}

}

Tensor upscale(const Upscaler& model, const Tensor& image)
{
    const Module m(model.weights);
    const Tensor seen = convert(image, model.precision);
    Tensor h = seen;
    for (int i = 0; i + 1 < model.convolutions; ++i)
        h = prelu(conv2d(m[2 * i], h), m[2 * i + 1].tensor("weight"));
    h = conv2d(m[2 * (model.convolutions - 1)], h, {.residual = linear(model.repeat, seen)});
    return convert(pixelShuffle(h, model.factor), DType::F32);
}

uint64_t upscaleMemory(const Upscaler& model, int64_t height, int64_t width)
{
    const Module m(model.weights);
    const int64_t features = std::max(m[0].weight().outputs, m[2 * (model.convolutions - 1)].weight().outputs);
    const auto pixels = uint64_t(height * width);
    return pixels * uint64_t(features) * 3 * elementBytes(model.precision)
        + pixels * uint64_t(model.factor * model.factor) * 3 * elementBytes(DType::F32);
}

void requireUpscalerFile(const std::string& path)
{
    openUpscaler(path);
}

Upscaler loadUpscaler(Gpu& gpu, const std::string& path, DType precision, std::vector<std::string>& warnings)
{
    const auto [file, prefix] = openUpscaler(path);
    Upscaler model;
    model.precision = precision;
    Loader loader(gpu, file, prefix, model);
    loader.load();
    model.repeat = repetition(gpu, model.factor, precision);
    warnings = file.warnings;
    if (!loader.isFinite())
        warnings.push_back("the upscaler has values that are not numbers");
    return model;
}

}
