#version 450
#extension GL_GOOGLE_include_directive : require
//variant copy_f32_f32:
//variant copy_f32_f16: -DY_F16
//variant copy_f16_f32: -DX_F16
//variant copy_f16_f16: -DX_F16 -DY_F16
//variant copy_f32_f32x4: -DWIDE
//variant copy_f32_f16x4: -DWIDE -DY_F16
//variant copy_f16_f32x4: -DWIDE -DX_F16
//variant copy_f16_f16x4: -DWIDE -DX_F16 -DY_F16
// y = x over a box of up to four axes, each array with its own strides: concat, slice, permute, crop and conversion.
#include "types.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 0) const uint rank = 4; // axes that are not 1, so that the others cost no division

layout(binding = 0) readonly buffer X { X_UNIT x[]; };
layout(binding = 1) writeonly buffer Y { Y_UNIT y[]; };

layout(push_constant) uniform Push {
    uint count;
    uint xFirst, yFirst;
    uint extents[3];            // of the last axes: 3, 2, 1
    uint xStrides[4], yStrides[4]; // of axes 3, 2, 1, 0
};

void main()
{
    const uint start = gl_WorkGroupID.x * 256u + gl_LocalInvocationID.x;
    for (uint k = 0u; k < 4u; ++k) {
        uint rest = start + k * 64u;
        if (rest >= count)
            return;
        uint from = xFirst, to = yFirst;
        for (uint axis = 0u; axis + 1u < rank; ++axis) {
            const uint index = rest % extents[axis];
            rest /= extents[axis];
            from += index * xStrides[axis];
            to += index * yStrides[axis];
        }
        from += rest * xStrides[rank - 1u];
        to += rest * yStrides[rank - 1u];
        y[to] = Y_STORE(X_LOAD(x[from]));
    }
}
