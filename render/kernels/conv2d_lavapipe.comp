#version 450
#extension GL_GOOGLE_include_directive : require
//variant conv2d_texel8_f32: -DTEXEL -DLANES=8 -DROWS=16
//variant conv2d_texel8_f16: -DTEXEL -DLANES=8 -DROWS=16 -DTYPE_F16
//variant conv2d_address8_f32: -DLANES=8 -DROWS=16
//variant conv2d_address8_f16: -DLANES=8 -DROWS=16 -DTYPE_F16
//variant conv2d_address16_f32: -DLANES=16 -DROWS=32
//variant conv2d_address16_f16: -DLANES=16 -DROWS=32 -DTYPE_F16
// A convolution on lavapipe as a product of gathered rows; see lavapipe_product.glsl.
#include "access.glsl"

layout(push_constant) uniform Push {
    uint64_t x, weight, y, bias, perImage, residual;
    int rows, outputs, depth, rowsPerImage; // rows of y, of all images; depth = positions of the kernel × inputs
    int height, width, inputs, outWidth;
    int kernelHeight, kernelWidth, stride, padBefore;
    int enlarge; // 1: the input counts twice in both directions
} push;

#include "lavapipe_product.glsl"

void main()
{
    int imageRow[GROUPS], top[GROUPS], left[GROUPS]; // of the input pixels of this lane's outputs
    [[unroll]] for (int g = 0; g < GROUPS; g++) {
        const int row = min(firstRow() + g * LANES + lane(), push.rows - 1);
        const int pixel = row % push.rowsPerImage;
        imageRow[g] = row / push.rowsPerImage * push.height;
        top[g] = pixel / push.outWidth * push.stride - push.padBefore;
        left[g] = pixel % push.outWidth * push.stride - push.padBefore;
    }
    int weightRow = int(gl_WorkGroupID.y) * push.depth;
    startRows();
    for (int ky = 0; ky < push.kernelHeight; ky++)
        for (int kx = 0; kx < push.kernelWidth; kx++) {
            bool inside[GROUPS];
            int start[GROUPS];
            [[unroll]] for (int g = 0; g < GROUPS; g++) {
                const int y = top[g] + ky >> push.enlarge, x = left[g] + kx >> push.enlarge;
                inside[g] = y >= 0 && y < push.height && x >= 0 && x < push.width;
                start[g] = inside[g] ? ((imageRow[g] + y) * push.width + x) * push.inputs : 0;
            }
            for (int c = 0; c < push.inputs; c += 4) {
                vec4 x[GROUPS];
                [[unroll]] for (int g = 0; g < GROUPS; g++) {
                    x[g] = inputs4(start[g] + c, push.inputs - c);
                    x[g] = inside[g] ? x[g] : vec4(0.0);
                }
                multiply4(x, weightRow + c);
            }
            weightRow += push.inputs;
        }
    finishRows();
}
