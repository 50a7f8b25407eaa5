#include "tests/support/inpainting_model.h"

#include "tests/support/model_bytes.h"
#include "tests/support/reference.h"
#include "tests/support/test_data.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace athanor {

namespace {

TestTensor testTensor(const TensorFile& file, const TensorInfo& info, const std::string& name)
{
    const std::vector<std::byte> bytes = file.source->read(info.offset, info.bytes);
    return {name, std::string(storedTypeName(info.type)), info.shape,
        {reinterpret_cast<const char*>(bytes.data()), bytes.size()}};
}

void setMember(const std::filesystem::path& path, const char* key, const nlohmann::json& value)
{
    nlohmann::json object = nlohmann::json::parse(std::ifstream(path));
    object[key] = value;
    writeBytes(path.string(), object.dump());
}

}

std::string writeInpaintingModel(const std::string& folder)
{
    const std::filesystem::path model = std::filesystem::path(folder) / "inpainting";
    std::filesystem::copy(testDataPath("tiny_a"), model, std::filesystem::copy_options::recursive);
    setMember(model / "model_index.json", "_class_name", "StableDiffusionInpaintPipeline");
    setMember(model / "unet/config.json", "in_channels", 9);
    const TensorFile reference = openReference("inpainting.safetensors");
    for (const char* shard : {"1", "2"}) {
        const std::string path =
            (model / "unet/diffusion_pytorch_model-0000").string() + shard + "-of-00002.safetensors";
        const TensorFile file = openTensorFile(path);
        std::vector<TestTensor> tensors;
        for (const TensorInfo& info : file.tensors)
            tensors.push_back(info.name == "conv_in.weight"
                    ? testTensor(reference, *findTensor(reference, "conv_in"), info.name)
                    : testTensor(file, info, info.name));
        writeBytes(path, safetensorsOf(tensors, nlohmann::json(file.metadata).dump()));
    }
    return model.string();
}

}
