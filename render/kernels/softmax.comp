#version 450
#extension GL_GOOGLE_include_directive : require
//variant softmax_f32:
//variant softmax_f16: -DX_F16 -DY_F16
//variant softmax_f32x4: -DWIDE
//variant softmax_f16x4: -DWIDE -DX_F16 -DY_F16
// Each row to exp(x − max) / sum. `lanes` invocations share a row, as in layer_norm.
#include "types.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 0) const uint lanes = 1; // power of two, ≤ 64

layout(binding = 0) readonly buffer X { X_UNIT x[]; };
layout(binding = 1) writeonly buffer Y { Y_UNIT y[]; };

layout(push_constant) uniform Push {
    uint rows;
    uint xFirst, yFirst;
    uint channels; // units
};

shared float parts[64];

float largest(VALUE v)
{
#ifdef WIDE
    return max(max(v.x, v.y), max(v.z, v.w));
#else
    return v;
#endif
}

float total(VALUE v)
{
#ifdef WIDE
    return v.x + v.y + v.z + v.w;
#else
    return v;
#endif
}

// The largest or the sum of the values of the lanes of one row.
float overLanes(float value, bool sum, uint lane)
{
    if (lanes == 1u)
        return value;
    const uint local = gl_LocalInvocationID.x;
    barrier();
    parts[local] = value;
    for (uint width = lanes / 2u; width > 0u; width /= 2u) {
        barrier();
        if (lane < width) {
            const float other = parts[local + width];
            parts[local] = sum ? parts[local] + other : max(parts[local], other);
        }
    }
    barrier();
    return parts[local - lane];
}

void main()
{
    const uint lane = gl_LocalInvocationID.x % lanes;
    const uint row = gl_WorkGroupID.x * (64u / lanes) + gl_LocalInvocationID.x / lanes;
    const uint start = min(row, rows - 1u) * channels; // no early return: all take part in the barriers
    VALUE highest = VALUE(-3.4e38);
    for (uint c = lane; c < channels; c += lanes)
        highest = max(highest, X_LOAD(x[xFirst + start + c]));
    const float top = overLanes(largest(highest), false, lane);
    VALUE sum = VALUE(0.0);
    for (uint c = lane; c < channels; c += lanes)
        sum += exp(X_LOAD(x[xFirst + start + c]) - top);
    const float factor = 1.0 / overLanes(total(sum), true, lane);
    if (row >= rows)
        return;
    for (uint c = lane; c < channels; c += lanes)
        y[yFirst + start + c] = Y_STORE(exp(X_LOAD(x[xFirst + start + c]) - top) * factor);
}
