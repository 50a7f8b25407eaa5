#version 450
#extension GL_GOOGLE_include_directive : require
//variant geglu_f32:
//variant geglu_f16: -DX_F16 -DY_F16
//variant geglu_f32x4: -DWIDE
//variant geglu_f16x4: -DWIDE -DX_F16 -DY_F16
// y = x[…, :C] · gelu(x[…, C:]). Shazeer 2020, "GLU Variants Improve Transformer".
#include "types.glsl"
#include "math.glsl"

layout(local_size_x = 64) in;

layout(binding = 0) readonly buffer X { X_UNIT x[]; };
layout(binding = 1) writeonly buffer Y { Y_UNIT y[]; };

layout(push_constant) uniform Push {
    uint count; // units of y
    uint xFirst, yFirst;
    uint channels; // units of a row of y
};

void main()
{
    const uint start = gl_WorkGroupID.x * 256u + gl_LocalInvocationID.x;
    for (uint k = 0u; k < 4u; ++k) {
        const uint i = start + k * 64u;
        if (i >= count)
            return;
        const uint j = xFirst + i + i / channels * channels;
        y[yFirst + i] = Y_STORE(X_LOAD(x[j]) * gelu(X_LOAD(x[j + channels])));
    }
}
