#version 450
#extension GL_GOOGLE_include_directive : require
//variant upsample_nearest_f32:
//variant upsample_nearest_f16: -DX_F16 -DY_F16
//variant upsample_nearest_f32x4: -DWIDE
//variant upsample_nearest_f16x4: -DWIDE -DX_F16 -DY_F16
// Each pixel of N H W C four times, as N 2H 2W C. One invocation reads a unit and writes it four times.
#include "types.glsl"

layout(local_size_x = 64) in;

layout(binding = 0) readonly buffer X { X_UNIT x[]; };
layout(binding = 1) writeonly buffer Y { Y_UNIT y[]; };

layout(push_constant) uniform Push {
    uint count; // units of x
    uint xFirst, yFirst;
    uint channels; // units
    uint width;    // of x, pixels
};

void main()
{
    const uint i = gl_GlobalInvocationID.x;
    if (i >= count)
        return;
    const uint pixel = i / channels;
    const uint row = pixel / width;
    const uint rowUnits = 2u * width * channels;
    const uint to = yFirst + 2u * (row * rowUnits + (pixel - row * width) * channels) + (i - pixel * channels);
    const VALUE unit = X_LOAD(x[xFirst + i]);
    y[to] = Y_STORE(unit);
    y[to + channels] = Y_STORE(unit);
    y[to + rowUnits] = Y_STORE(unit);
    y[to + rowUnits + channels] = Y_STORE(unit);
}
