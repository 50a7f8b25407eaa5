#version 450
#extension GL_GOOGLE_include_directive : require
//variant attention_texel8_f32: -DTEXEL -DLANES=8
//variant attention_texel8_f16: -DTEXEL -DLANES=8 -DTYPE_F16
//variant attention_address8_f32: -DLANES=8
//variant attention_address8_f16: -DLANES=8 -DTYPE_F16
//variant attention_address16_f32: -DLANES=16
//variant attention_address16_f16: -DLANES=16 -DTYPE_F16
// Attention on lavapipe with an online softmax (Dao et al. 2022, FlashAttention). A lane owns a few queries of one head
// for all keys, so that queries, scores and results stay in its registers and the softmax needs no other lane. The
// lanes load a few keys together, four values each, and read them from each other by permutes.
#include "access.glsl"

layout(local_size_x = LANES) in;
layout(constant_id = 0) const int SIZE = 4;     // of a head, rounded up to four
layout(constant_id = 1) const int QUERIES = 1;  // of a lane
layout(constant_id = 2) const int KEYS = 4;     // at once: 1, 2 or 4
layout(constant_id = 3) const bool causal = false;
layout(constant_id = 4) const bool scalar = false; // the head's size is no multiple of four
layout(constant_id = 5) const bool hasBias = false;

layout(push_constant) uniform Push {
    uint64_t q, k, v, y;
    int queries, keys; // of an image
    int headSize, channels;
    float scale; // of the scores, for powers of two
    uint64_t bias; // heads × queries × keys, fp32
} push;

#ifdef TEXEL
layout(binding = 0) uniform samplerBuffer qTexels;
layout(binding = 1) uniform samplerBuffer kTexels;
layout(binding = 2) uniform samplerBuffer vTexels;
#endif

const int PARTS = LANES / KEYS; // lanes beside each other in one key
const int LOADS = (SIZE / 4 + PARTS - 1) / PARTS;
const float NEVER = -1e30; // a score below all others, finite so that differences are numbers
const float LOG2_E = 1.4426950408889634;

#define HEAD4(texels, address, i, d) \
    (scalar ? vec4(LOAD1(texels, address, (i) + (d)), LOAD1(texels, address, (i) + min((d) + 1, push.headSize - 1)), \
                   LOAD1(texels, address, (i) + min((d) + 2, push.headSize - 1)), \
                   LOAD1(texels, address, (i) + min((d) + 3, push.headSize - 1))) \
            : LOAD4(texels, address, ((i) + (d)) / 4))

float q[SIZE][QUERIES], y[SIZE][QUERIES];

// Value d of key t out of what the lanes loaded.
#define SHARED(loaded, d, t) LANE(loaded[(d) / 4 / PARTS][(d) % 4], (d) / 4 % PARTS * KEYS + (t))

void main()
{
    const int lane = int(gl_LocalInvocationID.x);
    const int first = int(gl_WorkGroupID.x) * LANES * QUERIES + lane; // query; its neighbours lie LANES apart
    const int head = int(gl_WorkGroupID.y) * push.headSize;
    const int image = int(gl_WorkGroupID.z);
    [[unroll]] for (int j = 0; j < QUERIES; j++) {
        const int row = image * push.queries + min(first + j * LANES, push.queries - 1);
        [[unroll]] for (int d = 0; d < SIZE; d += 4) {
            const vec4 x = HEAD4(qTexels, push.q, row * push.channels + head, d) * push.scale;
            [[unroll]] for (int u = 0; u < 4; u++) {
                q[d + u][j] = !scalar || d + u < push.headSize ? x[u] : 0.0;
                y[d + u][j] = 0.0;
            }
        }
    }
    float top[QUERIES], sum[QUERIES];
    [[unroll]] for (int j = 0; j < QUERIES; j++) {
        top[j] = NEVER;
        sum[j] = 0.0;
    }
    const int part = lane / KEYS * 4;
    // With causal, keys behind the group's last query weigh nothing.
    const int end = causal ? min(push.keys, int(gl_WorkGroupID.x + 1u) * LANES * QUERIES) : push.keys;
    for (int key = 0; key < end; key += KEYS) {
        const int start = (image * push.keys + min(key + lane % KEYS, push.keys - 1)) * push.channels + head;
        vec4 k[LOADS];
        [[unroll]] for (int i = 0; i < LOADS; i++)
            k[i] = HEAD4(kTexels, push.k, start, min(i * PARTS * 4 + part, SIZE - 4));
        float p[KEYS][QUERIES]; // scores, then weights
        [[unroll]] for (int t = 0; t < KEYS; t++) {
            [[unroll]] for (int j = 0; j < QUERIES; j++)
                p[t][j] = 0.0;
            [[unroll]] for (int d = 0; d < SIZE; d++) {
                const float a = SHARED(k, d, t);
                [[unroll]] for (int j = 0; j < QUERIES; j++)
                    p[t][j] += a * q[d][j];
            }
        }
        if (hasBias)
            [[unroll]] for (int j = 0; j < QUERIES; j++) {
                const int query = min(first + j * LANES, push.queries - 1);
                const int row = (int(gl_WorkGroupID.y) * push.queries + query) * push.keys;
                [[unroll]] for (int t = 0; t < KEYS; t++)
                    p[t][j] += Float1(push.bias).v[row + min(key + t, push.keys - 1)] * LOG2_E;
            }
        float shrink[QUERIES];
        [[unroll]] for (int j = 0; j < QUERIES; j++) {
            float newTop = top[j];
            [[unroll]] for (int t = 0; t < KEYS; t++) {
                const bool seen = key + t < push.keys && (!causal || key + t <= first + j * LANES);
                p[t][j] = seen ? p[t][j] : NEVER;
                newTop = max(newTop, p[t][j]);
            }
            shrink[j] = exp2(top[j] - newTop);
            top[j] = newTop;
            sum[j] *= shrink[j];
            [[unroll]] for (int t = 0; t < KEYS; t++) {
                p[t][j] = exp2(p[t][j] - newTop);
                sum[j] += p[t][j];
            }
        }
        vec4 v[LOADS];
        [[unroll]] for (int i = 0; i < LOADS; i++)
            v[i] = HEAD4(vTexels, push.v, start, min(i * PARTS * 4 + part, SIZE - 4));
        [[unroll]] for (int d = 0; d < SIZE; d++) {
            [[unroll]] for (int j = 0; j < QUERIES; j++)
                y[d][j] *= shrink[j];
            [[unroll]] for (int t = 0; t < KEYS; t++) {
                const float a = SHARED(v, d, t);
                [[unroll]] for (int j = 0; j < QUERIES; j++)
                    y[d][j] += a * p[t][j];
            }
        }
    }
    [[unroll]] for (int j = 0; j < QUERIES; j++) {
        const int query = first + j * LANES;
        const int start = (image * push.queries + query) * push.channels + head;
        [[unroll]] for (int d = 0; d < SIZE; d += 4) {
            const vec4 result = vec4(y[d][j], y[d + 1][j], y[d + 2][j], y[d + 3][j]) / sum[j];
            if (query >= push.queries)
                continue;
            if (!scalar)
                STORE4(push.y, (start + d) / 4, result);
            else
                [[unroll]] for (int u = 0; u < 4; u++)
                    if (d + u < push.headSize)
                        STORE1(push.y, start + d + u, result[u]);
        }
    }
}
