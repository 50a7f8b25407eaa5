// The device in use: memory, pipelines and the recorder over one compute queue. Used from one thread at a time.
#pragma once
#include "render/commands.h"

#include <cstdint>
#include <memory>
#include <string>

namespace athanor {

struct GpuOptions {
    std::string device; // as chooseDevice takes it
    std::string cacheFolder; // for compiled pipelines; empty for none
    bool validation = false; // Khronos validation layer with synchronization checks
    DeviceMask mask;
};

class Gpu {
public:
    // Throws Error(Device) when there is no loader, driver or such device.
    explicit Gpu(const GpuOptions& options = {});
    ~Gpu();
    Gpu(const Gpu&) = delete;
    Gpu& operator=(const Gpu&) = delete;

    const DeviceInfo& info() const { return m_info; }
    Memory& memory() { return *m_memory; }
    Pipelines& pipelines() { return *m_pipelines; }
    Commands& commands() { return *m_commands; }
    // Messages of the validation layer so far.
    uint32_t validationMessages() const { return m_instance.validationMessages(); }

private:
    Instance m_instance;
    DeviceInfo m_info;
    VkDevice m_device = VK_NULL_HANDLE;
    VolkDeviceTable m_api = {}; // of the device
    std::unique_ptr<Memory> m_memory;
    std::unique_ptr<Pipelines> m_pipelines;
    std::unique_ptr<Commands> m_commands;
};

}
