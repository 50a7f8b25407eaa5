#version 450
#extension GL_GOOGLE_include_directive : require
//variant add_gated_f32:
//variant add_gated_f16: -DX_F16 -DY_F16
//variant add_gated_f32x4: -DWIDE
//variant add_gated_f16x4: -DWIDE -DX_F16 -DY_F16
// z = x + gate · y, the gate of the row's image; indices and counts in units of WIDTH elements.
#include "types.glsl"

layout(local_size_x = 64) in;

layout(binding = 0) readonly buffer X { X_UNIT x[]; };
layout(binding = 1) readonly buffer Y { X_UNIT y[]; };
layout(binding = 2) readonly buffer Gate { VALUE gate[]; };
layout(binding = 3) writeonly buffer Z { Y_UNIT z[]; };

layout(push_constant) uniform Push {
    uint count;
    uint xFirst, yFirst, gateFirst, zFirst; // gateFirst: of the first row's image
    uint channels;
    uint rowFirst, rowsPerImage; // the first row in its image
};

void main()
{
    const uint start = gl_WorkGroupID.x * 256u + gl_LocalInvocationID.x;
    for (uint k = 0u; k < 4u; ++k) {
        const uint i = start + k * 64u;
        if (i >= count)
            return;
        const uint image = (rowFirst + i / channels) / rowsPerImage;
        const VALUE g = gate[gateFirst + image * channels + i % channels];
        z[zFirst + i] = Y_STORE(X_LOAD(x[xFirst + i]) + g * X_LOAD(y[yFirst + i]));
    }
}
