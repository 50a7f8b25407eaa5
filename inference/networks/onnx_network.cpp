#include "inference/networks/onnx_network.h"

#include "inference/networks/network_threads.h"
#include "inference/networks/onnx_write.h"
#include "inference/values/mat.h"
#include "inference/weights/byte_source.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <opencv2/dnn.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <map>
#include <new>
#include <stop_token>

namespace athanor {

namespace {

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
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) { // what its own code did not expect
        throw Error(ErrorKind::BadFile,
            printable(path) + ": OpenCV " CV_VERSION " cannot " + what
                + " this network: " + printable(error.what(), 400));
    }
}

cv::dnn::MatShape inIntegers(const OnnxShape& shape)
{
    return {shape.begin(), shape.end()};
}

// OpenCV must expect of every step what the plan says: else its checks would be of another network.
void requireAsPlanned(cv::dnn::Net& net, const OnnxPlan& plan, const std::string& path)
{
    std::vector<int> ids;
    std::vector<std::vector<cv::dnn::MatShape>> taken, given;
    net.getLayersShapes(inIntegers(plan.shapes[0]), ids, taken, given);
    std::map<std::string, const OnnxShape*> planned; // by the end of the layer's name
    for (const OnnxStep& step : plan.steps)
        planned["!" + onnxName(step.output)] = &plan.shapes[size_t(step.output)];
    for (size_t i = 0; i < ids.size(); ++i) {
        const std::string name = net.getLayer(ids[i])->name;
        const auto it = planned.find(name.substr(std::min(name.find('!'), name.size())));
        if (it != planned.end() && (given[i].empty() || given[i][0] != inIntegers(*it->second)))
            throw Error(ErrorKind::BadFile,
                printable(path) + ": OpenCV " CV_VERSION " takes a step of this network otherwise than it is meant");
    }
}

}

struct OnnxNetwork::Impl {
    std::string path;
    uint64_t bytes = 0;
    std::vector<OnnxPort> inputs, outputs;
    OnnxPlan plan; // its steps are gone once OpenCV has them
    cv::dnn::Net net;
    WatchLimits limits;
    std::stop_token stop;
    std::atomic<bool> isLost = false; // a run of it goes on

    // For pictures of this shape, from the file's bytes.
    void prepare(OnnxBytes file, const OnnxShape& shape)
    {
        OnnxPlan made = planOnnx(readOnnx(file, path), shape, path);
        const std::vector<std::byte> ours = writeOnnx(made, path);
        net = withOpenCv(path, "read", [&] {
            cv::dnn::Net read = cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(ours.data()), ours.size());
            requireAsPlanned(read, made, path);
            return read;
        });
        made.steps.clear();
        plan = std::move(made); // only once all of it has gone well
    }

    std::vector<std::byte> read()
    {
        const ByteSource source(path);
        if (source.size() > maxOnnxBytes)
            source.refuse(
                "has " + std::to_string(source.size()) + " bytes, the limit is " + std::to_string(maxOnnxBytes));
        bytes = source.size();
        return source.read(0, bytes);
    }

    // Not for pictures of this size yet: a network whose file leaves it free is read again for another.
    bool isFor(const OnnxShape& shape) const { return !plan.shapes.empty() && plan.shapes[0] == shape; }

    std::vector<NetArray> run(const NetArray& input, const std::vector<int>& wanted)
    {
        std::vector<cv::String> names;
        for (const int id : wanted)
            names.push_back(onnxName(id));
        std::vector<cv::Mat> found;
        withOpenCv(path, "run", [&] {
            net.setInput(cv::Mat(input.shape, CV_32F, const_cast<float*>(input.values.data())));
            net.forward(found, names);
        });
        std::vector<NetArray> arrays;
        for (size_t i = 0; i < found.size(); ++i) {
            const cv::Mat whole = found[i].isContinuous() ? found[i] : found[i].clone();
            if (whole.depth() != CV_32F || int64_t(whole.total()) != countOfPlanned(wanted[i]))
                throw Error(ErrorKind::BadFile, printable(path) + ": this network gives other numbers than it should");
            arrays.push_back(
                {{whole.size.p, whole.size.p + whole.dims}, {whole.ptr<float>(), whole.ptr<float>() + whole.total()}});
        }
        return arrays;
    }

    int64_t countOfPlanned(int id) const
    {
        int64_t count = 1;
        for (const int64_t side : plan.shapes[size_t(id)])
            count *= side;
        return count;
    }

    std::vector<int> idsOf(const std::vector<std::string>& wanted) const
    {
        if (wanted.empty())
            return plan.outputs;
        std::vector<int> ids;
        for (const std::string& name : wanted) {
            const auto it = std::ranges::find(outputs, name, &OnnxPort::name);
            if (it == outputs.end())
                throw Error(ErrorKind::BadFile,
                    printable(path) + ": this network has no output \"" + printable(name, 100) + '"');
            ids.push_back(plan.outputs[size_t(it - outputs.begin())]);
        }
        return ids;
    }
};

OnnxNetwork::OnnxNetwork(const std::string& path)
    : m(std::make_shared<Impl>())
{
    prepareOpenCv();
    m->path = path;
    const std::vector<std::byte> bytes = m->read();
    {
        const OnnxFile file = readOnnx(bytes, path);
        m->inputs = file.inputs;
        m->outputs = file.outputs;
    }
    if (m->inputs.size() != 1 || m->inputs[0].shape.size() != 4)
        refuse("this network does not take one picture");
    OnnxShape shape = inputShape();
    shape[0] = std::max<int64_t>(shape[0], 1);
    if (std::ranges::find(shape, 0) == shape.end())
        m->prepare(bytes, shape);
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
    return m->inputs[0].shape;
}

const std::vector<OnnxPort>& OnnxNetwork::outputs() const
{
    return m->outputs;
}

void OnnxNetwork::stopBy(std::stop_token stop)
{
    m->stop = std::move(stop);
}

void OnnxNetwork::limit(const WatchLimits& limits)
{
    m->limits = limits;
}

std::vector<NetArray> OnnxNetwork::run(const NetArray& input, const std::vector<std::string>& wanted)
{
    const OnnxShape shape(input.shape.begin(), input.shape.end());
    for (size_t i = 0; i < inputShape().size(); ++i)
        if (shape.size() != inputShape().size() || (inputShape()[i] != 0 && shape[i] != inputShape()[i]))
            refuse("this network takes other pictures; is it another one?");
    if (m->isLost)
        refuse("a run of this network has not come back");
    const auto found = std::make_shared<std::vector<NetArray>>();
    const auto work = [impl = m, found, input, shape, wanted](const std::stop_token& stop) {
        const NetworkThreads threads(stop);
        if (!impl->isFor(shape)) {
            impl->plan = {};
            impl->prepare(impl->read(), shape);
        }
        *found = impl->run(input, impl->idsOf(wanted));
    };
    m->isLost = true;
    const WatchedEnd end = [&] {
        try {
            return runWatched(work, m->limits, m->stop);
        } catch (...) {
            m->isLost = false;
            throw;
        }
    }();
    m->isLost = end.isLost;
    if (end.how == Watched::Stopped)
        throw Error(ErrorKind::Cancelled, "cancelled");
    if (end.how == Watched::TooLong)
        refuse("this network has run for " + std::to_string(int64_t(m->limits.seconds))
            + " seconds, the limit; take a lower resolution or a smaller network");
    return std::move(*found);
}

void OnnxNetwork::refuse(const std::string& sentence) const
{
    throw Error(ErrorKind::BadFile, printable(m->path) + ": " + sentence);
}

}
