#version 450
#extension GL_GOOGLE_include_directive : require
//variant latent_to_rgb_f32x4: -DWIDE
//variant latent_to_rgb_f16x4: -DWIDE -DX_F16
// A rough picture of a latent of SD 1.x by a linear map (comfy/latent_formats.py), for previews.
#include "types.glsl"

layout(local_size_x = 64) in;

layout(binding = 0) readonly buffer X { X_UNIT x[]; };
layout(binding = 1) writeonly buffer Y { float y[]; };

layout(push_constant) uniform Push {
    uint pixels;
    uint xFirst, yFirst;
};

const mat4x3 map = mat4x3(0.3512, 0.2297, 0.3227,
                          0.3250, 0.4974, 0.2350,
                          -0.2829, 0.1762, 0.2721,
                          -0.2120, -0.2616, -0.7177);

void main()
{
    const uint i = gl_GlobalInvocationID.x;
    if (i >= pixels)
        return;
    const vec3 rgb = clamp(0.5 * (map * X_LOAD(x[xFirst + i])) + 0.5, 0.0, 1.0);
    y[yFirst + 3u * i] = rgb.r;
    y[yFirst + 3u * i + 1u] = rgb.g;
    y[yFirst + 3u * i + 2u] = rgb.b;
}
