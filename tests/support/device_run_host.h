// A host with a real device and the tiny models, but pictures and saved files in memory; and one node run on it.
#pragma once
#include "inference/run/node_run.h"
#include "render/error.h"
#include "tests/support/test_data.h"

#include <cassert>

namespace athanor {

struct DeviceRunHost : RunHost {
    explicit DeviceRunHost(const GpuOptions& options = {})
        : device(options)
    {
    }

    Gpu device;
    ModelCache cache{uint64_t(1) << 30}; // after the device, which must outlive it
    DType type = DType::F32;
    std::map<std::string, ReadImage> pictures; // what readImage finds, by path
    std::vector<std::pair<std::string, Infotext>> saved; // name and text
    std::map<std::string, std::string> stamps; // of files that changed, by path
    std::map<std::string, std::string> networks; // paths of what findNetwork finds, by name

    Gpu& gpu() override { return device; }
    DType precision() override { return type; }
    ModelCache& models() override { return cache; }
    std::string resolve(FileKind, const std::string& name) override
    {
        if (!name.ends_with(".onnx"))
            return name;
        if (!networks.contains(name))
            throw Error(ErrorKind::FileMissing, name + ": there is no such file");
        return networks[name];
    }
    std::string stamp(const std::string& path) override { return path + stamps[path]; }
    std::string modelHash(const std::string&, std::stop_token) override { return "0123456789"; }
    ReadImage readImage(const std::string& path) override
    {
        if (!pictures.contains(path))
            throw Error(ErrorKind::FileMissing, path + ": there is no such file");
        return pictures[path];
    }
    std::string saveImage(const SaveImage& save) override
    {
        saved.emplace_back(save.name, save.info);
        return save.name + ".png";
    }
};

using Inputs = std::map<std::string, Value, std::less<>>;
using Params = std::map<std::string, ParamValue, std::less<>>;

// `params` replace the type's defaults.
inline Values runNode(RunHost& host, const NodeType& type, Inputs inputs, Params params = {}, NodeHooks hooks = {})
{
    for (const Param& param : type.params)
        params.try_emplace(std::string(param.name), param.value);
    NodeRun run(host, std::move(inputs), std::move(params), std::move(hooks));
    return type.run(run);
}

inline Values runNode(RunHost& host, std::string_view id, Inputs inputs, Params params = {}, NodeHooks hooks = {})
{
    const NodeType* type = findNodeType(id);
    assert(type && "no such node type");
    return runNode(host, *type, std::move(inputs), std::move(params), std::move(hooks));
}

template <class T> const T& as(const Value& value)
{
    return *std::get<Shared<T>>(value);
}

// A picture in which every pixel differs from its neighbours.
inline RgbImage testPicture(int width, int height)
{
    RgbImage image{width, height, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (const int value : {x * 3, y * 3, (x + y) * 7})
                image.pixels.push_back(uint8_t(value));
    return image;
}

// White in the middle, black around.
inline Mask testMask(int width, int height)
{
    Mask mask{width, height, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            mask.pixels.push_back(
                x >= width / 4 && x < width * 3 / 4 && y >= height / 4 && y < height * 3 / 4 ? 1.f : 0.f);
    return mask;
}

}
