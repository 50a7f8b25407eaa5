#include "tests/support/reference.h"

#include "tests/support/test_data.h"
#include <cmath>
#include <limits>
#include <stdexcept>

namespace athanor {

namespace {

const TensorInfo& entry(const TensorFile& file, const std::string& name)
{
    const TensorInfo* tensor = findTensor(file, name);
    if (!tensor)
        throw std::runtime_error("no reference named " + name);
    return *tensor;
}

}

TensorFile openReference(const std::string& name)
{
    return openTensorFile(testDataPath(name));
}

std::vector<float> referenceValues(const TensorFile& file, const std::string& name)
{
    const TensorInfo& tensor = entry(file, name);
    std::vector<float> values(size_t(*elementCount(tensor.shape)));
    ValueCount seen;
    if (isFloating(tensor.type)) {
        readFloats(file, tensor, 0, values, seen);
        return values;
    }
    // Token ids.
    std::vector<int64_t> whole(values.size());
    readTensor(file, tensor, 0, std::as_writable_bytes(std::span(whole)));
    return {whole.begin(), whole.end()};
}

std::vector<int64_t> referenceShape(const TensorFile& file, const std::string& name)
{
    return entry(file, name).shape;
}

double relativeL2(const std::vector<float>& a, const std::vector<float>& b)
{
    double difference = 0, size = 0;
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        difference += (double(a[i]) - b[i]) * (double(a[i]) - b[i]);
        size += double(b[i]) * b[i];
    }
    const double result = std::sqrt(difference / size);
    return a.size() == b.size() && std::isfinite(result) ? result : std::numeric_limits<double>::infinity();
}

}
