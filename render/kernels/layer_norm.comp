#version 450
#extension GL_GOOGLE_include_directive : require
//variant layer_norm_f32:
//variant layer_norm_f16: -DX_F16 -DY_F16
//variant layer_norm_f32x4: -DWIDE
//variant layer_norm_f16x4: -DWIDE -DX_F16 -DY_F16
// Each row to mean 0 and variance 1, then · weight + bias. `lanes` invocations share a row: neighbours on GPUs, where
// they read neighbouring addresses; one on CPU drivers, where barriers cost and addresses do not matter.
#include "types.glsl"
#include "welford.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 0) const uint lanes = 1; // power of two, ≤ 64

layout(binding = 0) readonly buffer X { X_UNIT x[]; };
layout(binding = 1) readonly buffer W { VALUE weight[]; };
layout(binding = 2) readonly buffer B { VALUE bias[]; };
layout(binding = 3) writeonly buffer Y { Y_UNIT y[]; };

layout(push_constant) uniform Push {
    uint rows;
    uint xFirst, yFirst;
    uint channels; // units
    float epsilon;
};

shared Moments parts[64];

void main()
{
    const uint local = gl_LocalInvocationID.x;
    const uint lane = local % lanes;
    const uint row = gl_WorkGroupID.x * (64u / lanes) + local / lanes;
    const uint start = min(row, rows - 1u) * channels; // no early return: all take part in the barriers
    VALUE mean = VALUE(0.0), squares = VALUE(0.0);
    float count = 0.0;
    for (uint c = lane; c < channels; c += lanes)
        accumulate(X_LOAD(x[xFirst + start + c]), ++count, mean, squares);
    Moments sum = joined(count, mean, squares);
    if (lanes > 1u) {
        parts[local] = sum;
        for (uint width = lanes / 2u; width > 0u; width /= 2u) {
            barrier();
            if (lane < width)
                parts[local] = merge(parts[local], parts[local + width]);
        }
        barrier();
        sum = parts[local - lane];
    }
    if (row >= rows)
        return;
    const float factor = 1.0 / sqrt(sum.squares / sum.count + epsilon);
    for (uint c = lane; c < channels; c += lanes) {
        const VALUE v = (X_LOAD(x[xFirst + start + c]) - sum.mean) * factor * weight[c] + bias[c];
        y[yFirst + start + c] = Y_STORE(v);
    }
}
