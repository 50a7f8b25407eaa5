// What a strength below 1 leaves out of a walk, on which programs do not agree.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace athanor {

enum class StrengthMode : uint8_t {
    Share, // the first steps: int(steps × strength) are walked, as in diffusers
    AllSteps, // the first noise levels: all steps are walked over the rest, as ComfyUI's denoise
    A1111, // as Share, but one step more is walked, as img2img of A1111 and stable-diffusion.cpp does
};

// As nodes and pictures' texts name them.
inline std::vector<std::string_view> strengthModeNames()
{
    return {"share", "all", "a1111"};
}

inline std::string_view nameOf(StrengthMode mode)
{
    return strengthModeNames()[size_t(mode)];
}

// Of any other name Share.
inline StrengthMode strengthModeOf(std::string_view name)
{
    return name == "all" ? StrengthMode::AllSteps : name == "a1111" ? StrengthMode::A1111 : StrengthMode::Share;
}

}
