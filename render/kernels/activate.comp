#version 450
#extension GL_GOOGLE_include_directive : require
//variant activate_f32x4: -DWIDE
//variant activate_f16x4: -DWIDE -DX_F16 -DY_F16
// y = f(x), one function chosen by constant.
#include "types.glsl"
#include "math.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 0) const uint function = 0; // 0: x · factor + offset, else Activation

layout(binding = 0) readonly buffer X { X_UNIT x[]; };
layout(binding = 1) writeonly buffer Y { Y_UNIT y[]; };

layout(push_constant) uniform Push {
    uint count;
    uint xFirst, yFirst;
    float factor, offset;
};

VALUE apply(VALUE v)
{
    return function == 0u ? v * factor + offset : activated(v, function);
}

void main()
{
    const uint start = gl_WorkGroupID.x * 256u + gl_LocalInvocationID.x;
    for (uint k = 0u; k < 4u; ++k) {
        const uint i = start + k * 64u;
        if (i >= count)
            return;
        y[yFirst + i] = Y_STORE(apply(X_LOAD(x[xFirst + i])));
    }
}
