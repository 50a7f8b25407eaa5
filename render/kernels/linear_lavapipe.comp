#version 450
#extension GL_GOOGLE_include_directive : require
//variant linear_texel8_f32: -DTEXEL -DLANES=8 -DROWS=16
//variant linear_texel8_f16: -DTEXEL -DLANES=8 -DROWS=16 -DTYPE_F16
//variant linear_texel8_f32_f16: -DTEXEL -DLANES=8 -DROWS=16 -DWEIGHT_F16
//variant linear_address8_f32: -DLANES=8 -DROWS=16
//variant linear_address8_f16: -DLANES=8 -DROWS=16 -DTYPE_F16
//variant linear_address8_f32_f16: -DLANES=8 -DROWS=16 -DWEIGHT_F16
//variant linear_address16_f32: -DLANES=16 -DROWS=32
//variant linear_address16_f16: -DLANES=16 -DROWS=32 -DTYPE_F16
//variant linear_address16_f32_f16: -DLANES=16 -DROWS=32 -DWEIGHT_F16
// A linear layer on lavapipe; see lavapipe_product.glsl.
#include "access.glsl"

layout(push_constant) uniform Push {
    uint64_t x, weight, y, bias, perImage, residual;
    int rows, outputs, depth, rowsPerImage;
} push;

#include "lavapipe_product.glsl"

void main()
{
    int start[GROUPS]; // of this lane's rows; rows behind the last repeat it
    [[unroll]] for (int g = 0; g < GROUPS; g++)
        start[g] = min(firstRow() + g * LANES + lane(), push.rows - 1) * push.depth;
    const int weightStart = int(gl_WorkGroupID.y) * push.depth;
    startRows();
    for (int k = 0; k < push.depth; k += 4) {
        vec4 x[GROUPS];
        [[unroll]] for (int g = 0; g < GROUPS; g++)
            x[g] = inputs4(start[g] + k, push.depth - k);
        multiply4(x, weightStart + k);
    }
    finishRows();
}
