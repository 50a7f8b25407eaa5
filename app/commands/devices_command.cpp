#include "app/commands/commands.h"
#include "inference/weights/printable.h"
#include "render/device.h"
#include "render/error.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace athanor {

namespace {

void line(const char* name, const std::string& value)
{
    std::printf("  %-20s %s\n", name, printable(value).c_str());
}

void feature(const char* name, bool there, const char* without)
{
    line(name, there ? "yes" : std::string("no: ") + without);
}

std::string kibibytes(uint64_t bytes)
{
    return std::to_string(bytes >> 10) + " KiB";
}

std::string mebibytes(uint64_t bytes)
{
    return std::to_string(bytes >> 20) + " MiB";
}

void print(size_t index, const DeviceInfo& device)
{
    const DeviceFeatures& features = device.features;
    const DeviceLimits& limits = device.limits;
    std::printf("%zu: %s\n", index, printable(device.name).c_str());
    line("type", device.type);
    line("driver", device.driver);
    line("Vulkan", device.apiVersion);
    line("memory", mebibytes(device.memoryBytes) + (device.unifiedMemory ? ", shared with the CPU" : ""));
    line("kernels", familyName(device.family));
    feature("16-bit storage", features.storage16, "fp32 only");
    feature("buffer addresses", features.bufferAddress, "bound ranges are used");
    feature("subgroup broadcast", features.subgroupBroadcast, "other kernels are used");
    feature("timestamps", features.timestamps, "GPU times are measured on the CPU");
    feature("memory budget", features.memoryBudget, "the whole memory is taken as free");
    line("storage binding", mebibytes(limits.maxStorageRange));
    line("shared memory", kibibytes(limits.maxSharedMemory));
    line("invocations a group", std::to_string(limits.maxGroupSize));
    line("groups",
        std::to_string(limits.maxGroups[0]) + " × " + std::to_string(limits.maxGroups[1]) + " × "
            + std::to_string(limits.maxGroups[2]));
    line("subgroup", std::to_string(limits.subgroupSize));
}

void listDevices()
{
    const Instance instance;
    const std::vector<DeviceInfo> devices = instance.devices();
    if (devices.empty())
        throw Error(ErrorKind::Device,
            "no device with Vulkan 1.2 and compute; install the graphics card's Vulkan driver, "
            "or mesa-vulkan-drivers to run on the CPU");
    for (size_t index = 0; index < devices.size(); ++index)
        print(index, devices[index]);
}

}

void addDevices(CLI::App& app, Command& command)
{
    CLI::App* devices =
        app.add_subcommand("devices", "List the Vulkan devices, best first, and what the kernels use of each");
    devices->callback([&command] { command = listDevices; });
}

}
