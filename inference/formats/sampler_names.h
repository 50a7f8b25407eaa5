// What samplers, schedules and sources of noise are called in the pictures and workflows of other programs.
#pragma once
#include <string_view>

namespace athanor {

struct SamplerName {
    std::string_view sampler; // ours; empty: it is not known here
    std::string_view schedule; // ours, where the name tells one: "DPM++ 2M Karras", "euler_k"
    std::string_view remark; // on what differs; may be empty
};

// Any program's name, in any case: "DPM++ 2M", "dpmpp_2m", "dpm++2m", "k_euler_ancestral", "euler_a karras".
SamplerName samplerByName(std::string_view name);
// "Uniform", "discrete", "native", …; empty: it is not known here.
std::string_view scheduleByName(std::string_view name);
// "cpu" or "philox" for "CPU", "cuda", "GPU", "NV"; empty: it is not known here.
std::string_view noiseByName(std::string_view name);

}
