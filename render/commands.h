// Records kernels and copies, puts barriers where two touch the same bytes, and submits in slices of measured time so
// that cancelling acts quickly and no watchdog bites.
#pragma once
#include "render/buffer.h"
#include "render/pipelines.h"

#include <cstdint>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace athanor {

enum class Access : uint8_t { Read, Write, ReadWrite };

// One buffer of a dispatch. The bytes [offset, offset + bytes) are all that the kernel touches; a Storage binding may
// span at most DeviceLimits::maxStorageRange, and offset is a multiple of DeviceLimits::offsetAlignment
// (both do not hold for Address).
struct Binding {
    const Buffer* buffer = nullptr;
    Access access = Access::Read;
    BindingKind kind = BindingKind::Storage;
    uint64_t offset = 0;
    uint64_t bytes = 0; // 0: to the buffer's end
};

struct Dispatch {
    std::string_view shader; // a variant's name in the shader table
    std::span<const uint32_t> constants; // specialisation constants 0, 1, 2 …
    std::span<const Binding> bindings; // in the order of the shader's binding numbers
    std::span<const std::byte> push; // push constants, at most 128 bytes
    uint32_t groups[3] = {1, 1, 1}; // work groups; may be run in several pieces (gl_WorkGroupID counts on)
    double work = 1; // any unit proportional to the kernel's time, such as multiply-adds
};

// Time of one kernel since the last resetProfile().
struct KernelTime {
    std::string shader;
    uint64_t dispatches = 0;
    double nanoseconds = 0;
    double work = 0;
};

class Commands {
public:
    Commands(const VolkDeviceTable& api, VkDevice device, const DeviceInfo& info, VkQueue queue, Pipelines& pipelines);
    ~Commands();
    Commands(const Commands&) = delete;
    Commands& operator=(const Commands&) = delete;

    // Records; may submit. Throws Error(Cancelled) once the stop token is set, Error(Device) when the device is lost.
    void dispatch(const Dispatch& dispatch);
    void copy(const Buffer& from, uint64_t fromOffset, const Buffer& to, uint64_t toOffset, uint64_t bytes);
    void fillZero(const Buffer& buffer);
    // Submits what is recorded.
    void submit();
    // Submits and waits for everything.
    void finish();
    // Drops what is recorded but not submitted, waits for the rest; does not throw. For use after an error.
    void discard() noexcept;

    // The token of the run in progress; checked at each submit.
    void setStopToken(std::stop_token token) { m_stop = std::move(token); }

    std::vector<KernelTime> profile() const;
    void resetProfile();
    uint64_t submits() const { return m_submitted; }

private:
    // One command buffer with all it needs, reused in turn.
    struct Slot {
        VkCommandPool pool = VK_NULL_HANDLE;
        VkCommandBuffer commands = VK_NULL_HANDLE;
        VkDescriptorPool descriptors = VK_NULL_HANDLE;
        VkQueryPool queries = VK_NULL_HANDLE;
        std::vector<VkBufferView> views;
        struct Timed {
            Pipeline* pipeline;
            double work;
        };
        std::vector<Timed> timed;
        uint64_t value = 0; // of the timeline when done
    };
    struct Touched {
        VkBuffer buffer;
        uint64_t begin, end;
        bool written;
    };

    void makeSlot(Slot& slot);
    void begin();
    void collect(Slot& slot);
    void waitFor(uint64_t value);
    void barrierFor(std::span<const Binding> bindings);
    void barrier();
    VkDescriptorSet bind(const Pipeline& pipeline, std::span<const Binding> bindings);
    VkBufferView texelView(const Binding& binding, uint64_t bytes);
    double predict(const Pipeline& pipeline, double work) const;
    void record(const Dispatch& dispatch, Pipeline& pipeline, VkDescriptorSet set, const uint32_t base[3],
        const uint32_t groups[3], double work);

    const VolkDeviceTable& m_api;
    VkDevice m_device;
    const DeviceInfo& m_info;
    VkQueue m_queue;
    Pipelines& m_pipelines;
    VkSemaphore m_timeline = VK_NULL_HANDLE;
    uint64_t m_submitted = 0; // also the timeline's last value
    static constexpr int slotCount = 3;
    Slot m_slots[slotCount];
    int m_current = 0;
    bool m_recording = false;
    double m_pendingNanoseconds = 0;
    std::vector<Touched> m_touched; // since the last barrier
    std::stop_token m_stop;
    std::map<std::string_view, KernelTime> m_profile; // by the shader table's name
};

}
