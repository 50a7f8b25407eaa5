#include "inference/weights/load_weights.h"

#include "inference/weights/printable.h"

#include <span>

namespace athanor {

namespace {

TensorRole roleOf(const TensorRoles& roles, const std::string& name)
{
    const auto it = roles.find(name);
    return it == roles.end() ? TensorRole::Mark : it->second;
}

// What is wrong with the values of some tensors, told once a part.
struct Damage {
    std::string first;
    uint64_t tensors = 0;

    void add(const std::string& name)
    {
        if (tensors++ == 0)
            first = name;
    }
    void tell(Part part, const std::string& what, std::vector<std::string>& warnings) const
    {
        if (tensors)
            warnings.push_back("the " + std::string(partName(part)) + " has " + what + " in " + std::to_string(tensors)
                + (tensors == 1 ? " tensor" : " tensors") + ", first in " + printable(first));
    }
};

// columns × rows → rows × columns.
std::vector<float> transposed(const std::vector<float>& values, int64_t rows, int64_t columns)
{
    std::vector<float> result(values.size());
    for (int64_t row = 0; row < rows; ++row)
        for (int64_t column = 0; column < columns; ++column)
            result[size_t(row * columns + column)] = values[size_t(column * rows + row)];
    return result;
}

}

uint64_t storedBytes(const ModelPart& part, const TensorRoles& roles)
{
    uint64_t sum = 0;
    for (const PartTensor& tensor : part.tensors)
        if (roleOf(roles, tensor.name) != TensorRole::Mark)
            sum += tensor.info.bytes;
    return sum;
}

Weights loadWeights(Gpu& gpu, const ModelFiles& files, Part part, const TensorRoles& roles, DType precision,
    std::vector<std::string>& warnings, const std::function<void(uint64_t)>& onBytes)
{
    Weights weights;
    Damage notFinite, zero;
    std::vector<float> values;
    for (const PartTensor& tensor : partOf(files, part).tensors) {
        const TensorRole role = roleOf(roles, tensor.name);
        if (role == TensorRole::Mark)
            continue;
        const std::vector<int64_t>& shape = tensor.info.shape;
        requireFloats(files.files[tensor.file], tensor.info);
        values.resize(size_t(*elementCount(shape)));
        ValueCount seen;
        readFloats(files.files[tensor.file], tensor.info, 0, values, seen);
        if (tensor.scale) {
            float factor = 1;
            readFloats(files.files[tensor.scaleFile], *tensor.scale, 0, std::span(&factor, 1), seen);
            for (float& value : values)
                value *= factor;
        }
        if (tensor.transposed)
            values = transposed(values, shape[0], shape[1]);
        if (seen.notFinite)
            notFinite.add(tensor.name);
        if (role != TensorRole::Product) {
            weights.tensors[tensor.name] =
                tensorFrom(gpu, shape, values, role == TensorRole::Table ? precision : DType::F32, MemoryUse::Weights);
        } else {
            const bool conv = shape.size() == 4;
            if (!seen.notZero)
                zero.add(tensor.name);
            weights.packed[tensor.name] =
                packWeight(gpu, values, shape[0], shape[1], conv ? shape[2] : 1, conv ? shape[3] : 1, precision);
        }
        onBytes(tensor.info.bytes);
    }
    notFinite.tell(part, "values that are not numbers", warnings);
    zero.tell(part, "only zeros", warnings);
    return weights;
}

}
