// The SPIR-V of every shader variant, built from render/kernels/*.comp by render/shaders.cmake.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace athanor {

struct ShaderCode {
    std::string_view name;
    std::span<const uint32_t> words;
};

std::span<const ShaderCode> shaderTable();

}
