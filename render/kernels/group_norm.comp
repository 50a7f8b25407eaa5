#version 450
#extension GL_GOOGLE_include_directive : require
//variant group_norm_moments_f32: -DMOMENTS
//variant group_norm_moments_f16: -DMOMENTS -DX_F16
//variant group_norm_moments_f32x4: -DMOMENTS -DWIDE
//variant group_norm_moments_f16x4: -DMOMENTS -DWIDE -DX_F16
//variant group_norm_merge: -DMERGE
//variant group_norm_apply_f32: -DAPPLY
//variant group_norm_apply_f16: -DAPPLY -DX_F16 -DY_F16
//variant group_norm_apply_f32x4: -DAPPLY -DWIDE
//variant group_norm_apply_f16x4: -DAPPLY -DWIDE -DX_F16 -DY_F16
// Three passes. Moments: mean and squared deviations of each channel over a chunk of pixels. Merge: those of all chunks
// and of a group's channels, to a mean and a factor for each channel. Apply: normalise, weight, bias, SiLU.
#include "types.glsl"
#include "math.glsl"
#include "welford.glsl"

layout(local_size_x = 64) in;

// A piece covers whole chunks, counted over all images.
layout(push_constant) uniform Push {
    uint xFirst, yFirst;      // units, of the piece's first pixel
    uint chunkFirst, chunks;  // of the piece
    uint chunksPerImage, chunkPixels, pixels; // pixels: of an image
    uint channels;            // units
    uint groupChannels;       // Merge: channels a group
    float epsilon;
};

// Chunk c's first pixel counted over all images, and how many it has.
uint firstPixel(uint c)
{
    return c / chunksPerImage * pixels + c % chunksPerImage * chunkPixels;
}
uint pixelCount(uint c)
{
    return min(chunkPixels, pixels - c % chunksPerImage * chunkPixels);
}

#ifdef MOMENTS
layout(binding = 0) readonly buffer X { X_UNIT x[]; };
layout(binding = 1) writeonly buffer M { VALUE moments[]; }; // chunk × (mean, squares) × channels

void main()
{
    const uint i = gl_GlobalInvocationID.x;
    if (i >= chunks * channels)
        return;
    const uint chunk = chunkFirst + i / channels;
    const uint channel = i % channels;
    const uint count = pixelCount(chunk);
    uint at = xFirst + (firstPixel(chunk) - firstPixel(chunkFirst)) * channels + channel;
    VALUE mean = VALUE(0.0), squares = VALUE(0.0);
    for (uint p = 1u; p <= count; ++p, at += channels)
        accumulate(X_LOAD(x[at]), float(p), mean, squares);
    moments[2u * chunk * channels + channel] = mean;
    moments[(2u * chunk + 1u) * channels + channel] = squares;
}
#endif

#ifdef MERGE
layout(binding = 0) readonly buffer M { float moments[]; };
layout(binding = 1) readonly buffer W { float weight[]; };
layout(binding = 2) writeonly buffer F { float factors[]; }; // image × (mean, factor) × channels
shared Moments parts[64];

// One work group an image and group.
void main()
{
    const uint groups = channels / groupChannels;
    const uint image = gl_WorkGroupID.x / groups;
    const uint channel = gl_WorkGroupID.x % groups * groupChannels;
    const uint lane = gl_LocalInvocationID.x;
    Moments sum = Moments(0.0, 0.0, 0.0);
    for (uint i = lane; i < chunksPerImage * groupChannels; i += 64u) {
        const uint chunk = image * chunksPerImage + i / groupChannels;
        const uint at = 2u * chunk * channels + channel + i % groupChannels;
        sum = merge(sum, Moments(float(pixelCount(chunk)), moments[at], moments[at + channels]));
    }
    parts[lane] = sum;
    for (uint width = 32u; width > 0u; width /= 2u) {
        barrier();
        if (lane < width)
            parts[lane] = merge(parts[lane], parts[lane + width]);
    }
    barrier();
    sum = parts[0];
    const float deviation = sqrt(sum.squares / sum.count + epsilon);
    for (uint c = lane; c < groupChannels; c += 64u) {
        factors[2u * image * channels + channel + c] = sum.mean;
        factors[(2u * image + 1u) * channels + channel + c] = weight[channel + c] / deviation;
    }
}
#endif

#ifdef APPLY
layout(constant_id = 0) const bool silu = false;
layout(binding = 0) readonly buffer X { X_UNIT x[]; };
layout(binding = 1) readonly buffer F { VALUE factors[]; };
layout(binding = 2) readonly buffer B { VALUE bias[]; };
layout(binding = 3) writeonly buffer Y { Y_UNIT y[]; };

void main()
{
    const uint i = gl_GlobalInvocationID.x;
    if (i >= chunks * channels)
        return;
    const uint chunk = chunkFirst + i / channels;
    const uint channel = i % channels;
    const uint count = pixelCount(chunk);
    const uint image = chunk / chunksPerImage;
    const VALUE mean = factors[2u * image * channels + channel];
    const VALUE factor = factors[(2u * image + 1u) * channels + channel];
    const VALUE offset = bias[channel];
    const uint start = (firstPixel(chunk) - firstPixel(chunkFirst)) * channels + channel;
    for (uint p = 0u; p < count; ++p) {
        const uint at = start + p * channels;
        VALUE v = (X_LOAD(x[xFirst + at]) - mean) * factor + offset;
        if (silu)
            v = swish(v, 1.0);
        y[yFirst + at] = Y_STORE(v);
    }
}
#endif
