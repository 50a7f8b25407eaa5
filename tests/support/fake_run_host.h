// A host without a device or files of its own: what a workflow asks of the program, for tests.
#pragma once
#include "inference/run/run_host.h"
#include "render/error.h"

#include <map>

namespace athanor {

struct FakeRunHost : RunHost {
    std::map<std::string, std::string> stamps; // of the files that there are, by path
    std::map<std::string, std::vector<std::string>> savedFiles; // by fingerprint
    std::string surroundings = "test";
    ModelCache noModels{0};

    Gpu& gpu() override { throw Error(ErrorKind::Device, "this test has no device"); }
    DType precision() override { return DType::F32; }
    ModelCache& models() override { return noModels; }
    std::string resolve(FileKind, const std::string& name) override
    {
        if (!stamps.contains(name))
            throw Error(ErrorKind::FileMissing, name + ": there is no such file");
        return name;
    }
    std::string stamp(const std::string& path) override { return stamps.at(path); }
    std::string modelHash(const std::string&, std::stop_token) override { return "0123456789"; }
    ReadImage readImage(const std::string&) override { return {}; }
    std::string saveImage(const SaveImage& save) override { return save.name + ".png"; }
    std::string environment() override { return surroundings; }
    std::vector<std::string> savedBefore(const std::string& fingerprint) override { return savedFiles[fingerprint]; }
    void rememberSaved(const std::string& fingerprint, const std::vector<std::string>& paths) override
    {
        savedFiles[fingerprint] = paths;
    }
};

}
