#version 450
#extension GL_GOOGLE_include_directive : require
//variant latent_to_rgb_f32x4: -DWIDE
//variant latent_to_rgb_f16x4: -DWIDE -DX_F16
// A rough picture of a latent by a linear map, for previews.
#include "types.glsl"

layout(local_size_x = 64) in;

layout(binding = 0) readonly buffer X { X_UNIT x[]; };
layout(binding = 1) writeonly buffer Y { float y[]; };

layout(push_constant) uniform Push {
    uint pixels;
    uint xFirst, yFirst;
    float factors[12]; // for each channel red, green, blue
    float bias[3];
};

void main()
{
    const uint i = gl_GlobalInvocationID.x;
    if (i >= pixels)
        return;
    const vec4 latent = X_LOAD(x[xFirst + i]);
    for (uint c = 0u; c < 3u; ++c) {
        const vec4 factor = vec4(factors[c], factors[3u + c], factors[6u + c], factors[9u + c]);
        y[yFirst + 3u * i + c] = clamp(0.5 * (dot(factor, latent) + bias[c]) + 0.5, 0.0, 1.0);
    }
}
