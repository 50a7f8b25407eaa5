#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
//variant linear_tiles_f32:
//variant linear_tiles_f16: -DX_F16 -DB_F16 -DY_F16
//variant linear_tiles_f32_f16: -DB_F16
// A linear layer on GPUs.
#include "types.glsl"
#include "math.glsl"

layout(push_constant) uniform Push {
    int rows, outputs, depth, rowsPerImage;
    int xFirst, weightFirst, yFirst; // where each binding's elements begin
    int rowFirst, columnFirst;       // of this piece in the whole
} push;

#include "tile_layer.glsl"

float xAt(int row, int k)
{
    return row < push.rows && k < push.depth ? X_LOAD(x[push.xFirst + row * push.depth + k]) : 0.0;
}

#include "tile_product.glsl"

void main()
{
    tileProduct(int(gl_WorkGroupID.x) * TILE, int(gl_WorkGroupID.y) * TILE, push.depth);
}
