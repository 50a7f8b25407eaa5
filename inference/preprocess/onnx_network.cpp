#include "inference/preprocess/onnx_network.h"

#include "inference/preprocess/mat.h"
#include "inference/weights/byte_source.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <opencv2/dnn.hpp>

#include <algorithm>
#include <cstddef>
#include <new>

namespace athanor {

namespace {

// More than one thread only while a network runs: what else OpenCV does is too little for them.
struct AllThreads {
    AllThreads() { cv::setNumThreads(-1); }
    ~AllThreads() { cv::setNumThreads(1); }
};

// The last sentence of OpenCV's words, which begin with places in its source.
std::string reason(const cv::Exception& error)
{
    const std::string text = printable(error.err, 400);
    const size_t last = text.rfind("error: (");
    return last == text.npos ? text : text.substr(last + 7);
}

template <class Work> auto withOpenCv(const std::string& path, const char* what, Work work)
{
    try {
        return work();
    } catch (const cv::Exception& error) {
        if (error.code == cv::Error::StsNoMem)
            throw std::bad_alloc();
        throw Error(ErrorKind::BadFile,
            printable(path) + ": OpenCV " CV_VERSION " cannot " + what + " this network: " + reason(error));
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& error) { // what its own code did not expect
        throw Error(ErrorKind::BadFile,
            printable(path) + ": OpenCV " CV_VERSION " cannot " + what
                + " this network: " + printable(error.what(), 400));
    }
}

}

struct OnnxNetwork::Impl {
    std::string path;
    uint64_t bytes = 0;
    OnnxFile file;
    cv::dnn::Net net;
};

OnnxNetwork::OnnxNetwork(const std::string& path)
    : m(std::make_unique<Impl>())
{
    prepareOpenCv();
    const ByteSource source(path);
    if (source.size() > maxOnnxBytes)
        source.refuse("has " + std::to_string(source.size()) + " bytes, the limit is " + std::to_string(maxOnnxBytes));
    std::vector<std::byte> bytes = source.read(0, source.size());
    m->path = path;
    m->bytes = source.size();
    m->file = readOnnx(bytes, path);
    bytes = withFloats(bytes);
    if (m->file.inputs.size() != 1 || m->file.inputs[0].shape.size() != 4)
        refuse("this network does not take one picture");
    m->net = withOpenCv(path, "read",
        [&] { return cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(bytes.data()), bytes.size()); });
}

OnnxNetwork::~OnnxNetwork() = default;
OnnxNetwork::OnnxNetwork(OnnxNetwork&&) noexcept = default;

const std::string& OnnxNetwork::path() const
{
    return m->path;
}

uint64_t OnnxNetwork::bytes() const
{
    return m->bytes;
}

const std::vector<int64_t>& OnnxNetwork::inputShape() const
{
    return m->file.inputs[0].shape;
}

const std::vector<OnnxPort>& OnnxNetwork::outputs() const
{
    return m->file.outputs;
}

std::vector<NetArray> OnnxNetwork::run(const NetArray& input, const std::vector<std::string>& wanted)
{
    std::vector<cv::String> names(wanted.begin(), wanted.end());
    if (names.empty())
        for (const OnnxPort& port : outputs())
            names.push_back(port.name);
    std::vector<cv::Mat> found;
    withOpenCv(m->path, "run", [&] {
        const AllThreads threads;
        m->net.setInput(cv::Mat(input.shape, CV_32F, const_cast<float*>(input.values.data())));
        m->net.forward(found, names);
    });
    std::vector<NetArray> arrays;
    for (const cv::Mat& mat : found) {
        const cv::Mat whole = mat.isContinuous() ? mat : mat.clone();
        if (whole.depth() != CV_32F)
            refuse("this network gives other numbers than floats");
        arrays.push_back({{whole.size.p, whole.size.p + whole.dims},
            {whole.ptr<float>(), whole.ptr<float>() + whole.total() * size_t(whole.channels())}});
    }
    return arrays;
}

void OnnxNetwork::refuse(const std::string& sentence) const
{
    throw Error(ErrorKind::BadFile, printable(m->path) + ": " + sentence);
}

}
