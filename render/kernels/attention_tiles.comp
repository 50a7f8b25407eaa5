#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
//variant attention_tiles_f32:
//variant attention_tiles_f16: -DX_F16 -DB_F16 -DY_F16
// Attention on GPUs with an online softmax (Dao et al. 2022, FlashAttention). SHARES invocations work on a query of one
// head, each with at most eight values of the head in registers; keys pass through shared memory in tiles.
#include "types.glsl"

layout(local_size_x = 128) in;
layout(constant_id = 0) const int SHARES = 8; // a power of two
layout(constant_id = 1) const int VALUES = 1; // of an invocation: ceil(head size / SHARES)
layout(constant_id = 2) const int KEYS = 1;   // of a tile
layout(constant_id = 3) const bool causal = false;
layout(constant_id = 4) const bool hasBias = false;

layout(binding = 0) readonly buffer Q { X_UNIT q[]; };
layout(binding = 1) readonly buffer K { X_UNIT k[]; };
layout(binding = 2) readonly buffer V { X_UNIT v[]; };
layout(binding = 3) writeonly buffer Y { Y_UNIT y[]; };
layout(binding = 4) readonly buffer Bias { float bias[]; }; // heads × queries × keys, from this piece's first row on

layout(push_constant) uniform Push {
    int queries, keys, headSize, channels;
    int qFirst, kFirst; // where q and y, k and v begin in their bindings
    float scale;        // of the scores, for powers of two
    int headFirst, queryFirst, queryEnd; // of this piece
    int biasFirst;
} push;

const float LOG2_E = 1.4426950408889634;
const int ROWS = 128 / SHARES; // queries

shared float tile[KEYS][VALUES * SHARES];
shared float partial[ROWS][KEYS][SHARES];

void main()
{
    const int invocation = int(gl_LocalInvocationID.x);
    const int row = invocation / SHARES, share = invocation % SHARES;
    const int query = push.queryFirst + int(gl_WorkGroupID.x) * ROWS + row;
    const int head = (push.headFirst + int(gl_WorkGroupID.y)) * push.headSize;
    const int qStart = push.qFirst + query * push.channels + head;
    float mine[VALUES], result[VALUES];
    [[unroll]] for (int i = 0; i < VALUES; i++) {
        const int d = i * SHARES + share;
        mine[i] = query < push.queryEnd && d < push.headSize ? X_LOAD(q[qStart + d]) * push.scale : 0.0;
        result[i] = 0.0;
    }
    float top = -1e30, sum = 0.0;
    const int end = causal ? min(push.keys, push.queryFirst + int(gl_WorkGroupID.x + 1u) * ROWS) : push.keys;
    // Of the queries behind the last nothing is stored.
    const int biasRow = push.biasFirst
        + (int(gl_WorkGroupID.y) * push.queries + min(query, push.queryEnd - 1) - push.queryFirst) * push.keys;
    for (int key = 0; key < end; key += KEYS) {
        for (int e = invocation; e < KEYS * VALUES * SHARES; e += 128) {
            const int t = e / (VALUES * SHARES), d = e % (VALUES * SHARES);
            const bool exists = key + t < push.keys && d < push.headSize;
            tile[t][d] = exists ? X_LOAD(k[push.kFirst + (key + t) * push.channels + head + d]) : 0.0;
        }
        barrier();
        for (int t = 0; t < KEYS; t++) {
            float s = 0.0;
            [[unroll]] for (int i = 0; i < VALUES; i++)
                s += mine[i] * tile[t][i * SHARES + share];
            partial[row][t][share] = s;
        }
        barrier();
        float newTop = top;
        for (int t = share; t < KEYS; t += SHARES) {
            float s = 0.0;
            for (int i = 0; i < SHARES; i++)
                s += partial[row][t][i];
            if (hasBias)
                s += bias[biasRow + min(key + t, push.keys - 1)] * LOG2_E;
            const bool seen = key + t < push.keys && (!causal || key + t <= query);
            partial[row][t][0] = seen ? s : -1e30;
        }
        for (int e = invocation; e < KEYS * VALUES * SHARES; e += 128) {
            const int t = e / (VALUES * SHARES), d = e % (VALUES * SHARES);
            const bool exists = key + t < push.keys && d < push.headSize;
            tile[t][d] = exists ? X_LOAD(v[push.kFirst + (key + t) * push.channels + head + d]) : 0.0;
        }
        barrier();
        for (int t = 0; t < KEYS; t++)
            newTop = max(newTop, partial[row][t][0]);
        const float shrink = exp2(top - newTop);
        top = newTop;
        sum *= shrink;
        [[unroll]] for (int i = 0; i < VALUES; i++)
            result[i] *= shrink;
        for (int t = 0; t < KEYS; t++) {
            const float p = exp2(partial[row][t][0] - newTop);
            sum += p;
            [[unroll]] for (int i = 0; i < VALUES; i++)
                result[i] += p * tile[t][i * SHARES + share];
        }
        barrier();
    }
    if (query < push.queryEnd)
        [[unroll]] for (int i = 0; i < VALUES; i++)
            if (i * SHARES + share < push.headSize)
                y[qStart + i * SHARES + share] = Y_STORE(result[i] / sum);
}
