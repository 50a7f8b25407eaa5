#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
//variant conv2d_tiles_f32:
//variant conv2d_tiles_f16: -DX_F16 -DB_F16 -DY_F16
// A convolution on GPUs as a product of rows that are gathered while they are loaded.
#include "types.glsl"
#include "math.glsl"

// A piece is a band of output rows of one image; x begins with input row `inputTop` of it.
layout(push_constant) uniform Push {
    int rows, outputs, depth, rowsPerImage;
    int xFirst, weightFirst, yFirst;
    int rowFirst, columnFirst;
    int height, width, inputs, outWidth;
    int kernelWidth, stride, padBefore, enlarge;
    int outTop, inputTop;
} push;

#include "tile_layer.glsl"

float xAt(int row, int k)
{
    const int position = k / push.inputs;
    const int y = (push.outTop + row / push.outWidth) * push.stride - push.padBefore + position / push.kernelWidth >> push.enlarge;
    const int x0 = row % push.outWidth * push.stride - push.padBefore + position % push.kernelWidth >> push.enlarge;
    if (row >= push.rows || k >= push.depth || y < 0 || y >= push.height || x0 < 0 || x0 >= push.width)
        return 0.0;
    return X_LOAD(x[push.xFirst + ((y - push.inputTop) * push.width + x0) * push.inputs + k % push.inputs]);
}

#include "tile_product.glsl"

void main()
{
    tileProduct(int(gl_WorkGroupID.x) * TILE, int(gl_WorkGroupID.y) * TILE, push.depth);
}
