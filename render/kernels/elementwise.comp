#version 450
#extension GL_GOOGLE_include_directive : require
//variant elementwise_f32_f32:
//variant elementwise_f32_f16: -DB_F16
//variant elementwise_f16_f32: -DX_F16 -DY_F16
//variant elementwise_f16_f16: -DX_F16 -DB_F16 -DY_F16
//variant elementwise_f32_f32x4: -DWIDE
//variant elementwise_f32_f16x4: -DWIDE -DB_F16
//variant elementwise_f16_f32x4: -DWIDE -DX_F16 -DY_F16
//variant elementwise_f16_f16x4: -DWIDE -DX_F16 -DB_F16 -DY_F16
// y = a + b, a · b or a with its negative values times b, b repeating with a period; indices and counts in units of WIDTH elements.
#include "types.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 0) const uint function = 0; // 0: a + b, 1: a · b, 2: PReLU
layout(constant_id = 1) const bool periodic = false; // else b runs beside a

layout(binding = 0) readonly buffer A { X_UNIT a[]; };
layout(binding = 1) readonly buffer B { B_UNIT b[]; };
layout(binding = 2) writeonly buffer Y { Y_UNIT y[]; };

layout(push_constant) uniform Push {
    uint count;
    uint aFirst, bFirst, yFirst;
    uint phase, period; // b's index at i is (phase + i) mod period
};

VALUE combined(VALUE u, VALUE v)
{
    switch (function) {
    case 0: return u + v;
    case 1: return u * v;
    default: return max(u, VALUE(0)) + v * min(u, VALUE(0));
    }
}

void main()
{
    // Four units each, 64 apart: neighbours read neighbouring addresses.
    const uint start = gl_WorkGroupID.x * 256u + gl_LocalInvocationID.x;
    for (uint k = 0u; k < 4u; ++k) {
        const uint i = start + k * 64u;
        if (i >= count)
            return;
        const uint j = periodic ? (phase + i) % period : i;
        const VALUE u = X_LOAD(a[aFirst + i]);
        const VALUE v = B_LOAD(b[bFirst + j]);
        y[yFirst + i] = Y_STORE(combined(u, v));
    }
}
