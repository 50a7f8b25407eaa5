#version 450
#extension GL_GOOGLE_include_directive : require
//variant layer_norm_f32:
//variant layer_norm_f16: -DX_F16 -DY_F16
//variant layer_norm_f32x4: -DWIDE
//variant layer_norm_f16x4: -DWIDE -DX_F16 -DY_F16
// Norms of rows. Layer norm: to mean 0 and variance 1, then · weight + bias. RMS norm (Zhang and Sennrich 2019): to mean
// square 1, then · weight. Modulated (adaLN, Peebles and Xie 2023): as layer norm, with 1 + weight, and weight and bias
// of the row's image. `lanes` invocations share a row: neighbours on GPUs, where they read neighbouring addresses; one on
// CPU drivers, where barriers cost and addresses do not matter.
#include "types.glsl"
#include "welford.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 0) const uint lanes = 1; // power of two, ≤ 64
layout(constant_id = 1) const uint form = 0;  // 0: layer norm, 1: RMS norm, 2: modulated

layout(binding = 0) readonly buffer X { X_UNIT x[]; };
layout(binding = 1) readonly buffer W { VALUE weight[]; };
layout(binding = 2) readonly buffer B { VALUE bias[]; };
layout(binding = 3) writeonly buffer Y { Y_UNIT y[]; };

layout(push_constant) uniform Push {
    uint rows;
    uint xFirst, yFirst;
    uint channels; // units
    float epsilon;
    uint weightFirst, biasFirst; // of the first row's image, modulated only
    uint rowFirst, rowsPerImage; // the first row in its image, modulated only
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
    if (form == 1u) // moments about zero
        for (uint c = lane; c < channels; c += lanes) {
            const VALUE v = X_LOAD(x[xFirst + start + c]);
            squares += v * v;
            ++count;
        }
    else
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
    const uint image = form == 2u ? (rowFirst + row) / rowsPerImage * channels : 0u;
    for (uint c = lane; c < channels; c += lanes) {
        VALUE v = X_LOAD(x[xFirst + start + c]);
        if (form == 0u)
            v = (v - sum.mean) * factor * weight[c] + bias[c];
        else if (form == 1u)
            v = v * factor * weight[c];
        else
            v = (v - sum.mean) * factor * (VALUE(1.0) + weight[weightFirst + image + c]) + bias[biasFirst + image + c];
        y[yFirst + start + c] = Y_STORE(v);
    }
}
