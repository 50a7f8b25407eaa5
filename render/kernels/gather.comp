#version 450
#extension GL_GOOGLE_include_directive : require
//variant gather_f32_f32:
//variant gather_f32_f16: -DY_F16
//variant gather_f16_f32: -DX_F16
//variant gather_f16_f16: -DX_F16 -DY_F16
//variant gather_f32_f32x4: -DWIDE
//variant gather_f32_f16x4: -DWIDE -DY_F16
//variant gather_f16_f32x4: -DWIDE -DX_F16
//variant gather_f16_f16x4: -DWIDE -DX_F16 -DY_F16
// y[i] = table[ids[i]], for those ids that lie in the bound part of the table.
#include "types.glsl"

layout(local_size_x = 64) in;

layout(binding = 0) readonly buffer X { X_UNIT table[]; };
layout(binding = 1) readonly buffer I { uint ids[]; };
layout(binding = 2) writeonly buffer Y { Y_UNIT y[]; };

layout(push_constant) uniform Push {
    uint count; // units of y
    uint xFirst, yFirst;
    uint idFirst;         // of y's first row
    uint channels;        // units
    uint rowFirst, rows;  // of the bound part of the table
};

void main()
{
    const uint i = gl_GlobalInvocationID.x;
    if (i >= count)
        return;
    const uint row = ids[idFirst + i / channels] - rowFirst;
    if (row < rows)
        y[yFirst + i] = Y_STORE(X_LOAD(table[xFirst + row * channels + i % channels]));
}
