#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
//variant matmul_tiles_f32:
//variant matmul_tiles_f16: -DX_F16 -DB_F16 -DY_F16
// y = scale · a · b, batched, on any device.
#include "types.glsl"

layout(constant_id = 0) const bool transposeB = false;

layout(binding = 0) readonly buffer A { X_UNIT a[]; };
layout(binding = 1) readonly buffer B { B_UNIT b[]; };
layout(binding = 2) writeonly buffer Y { Y_UNIT y[]; };

layout(push_constant) uniform Push {
    int m, n, k;
    int aFirst, bFirst, yFirst;
    float scale;
} push;

int batch() { return int(gl_WorkGroupID.z); }

float xAt(int row, int k)
{
    return row < push.m && k < push.k ? X_LOAD(a[push.aFirst + (batch() * push.m + row) * push.k + k]) : 0.0;
}

float weightAt(int k, int column)
{
    if (k >= push.k || column >= push.n)
        return 0.0;
    return B_LOAD(b[push.bFirst + batch() * push.k * push.n + (transposeB ? column * push.k + k : k * push.n + column)]);
}

void store(int row, int column, float sum)
{
    if (row < push.m && column < push.n)
        y[push.yFirst + (batch() * push.m + row) * push.n + column] = Y_STORE(sum * push.scale);
}

#include "tile_product.glsl"

void main()
{
    tileProduct(int(gl_WorkGroupID.x) * TILE, int(gl_WorkGroupID.y) * TILE, push.k);
}
