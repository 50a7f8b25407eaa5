// The common part of linear and conv2d on lavapipe: one subgroup of LANES makes ROWS × 64 outputs in registers.
// Loads are what costs there, so a lane loads neighbouring columns of the weights and some rows of the input, four
// values of the depth at once, and the lanes then read each other's rows by permutes. The includer declares `push`
// with x, weight, y, bias, perImage, residual and rows, outputs, depth, rowsPerImage.
#define VALUE vec4
#include "math.glsl"
#include "product_end.glsl"

layout(local_size_x = LANES) in;
layout(constant_id = 4) const bool scalarInput = false;  // rows of the input are no multiple of four
layout(constant_id = 5) const bool scalarOutput = false; // nor are the outputs

#if defined(TYPE_F16) || defined(WEIGHT_F16) // WEIGHT_F16: the weight alone
#define HALF_WEIGHT
#endif

#ifdef TEXEL
layout(binding = 0) uniform samplerBuffer xTexels;
#ifdef HALF_WEIGHT
layout(binding = 1) uniform usamplerBuffer weightTexels; // eight halves each
#else
layout(binding = 1) uniform samplerBuffer weightTexels;
#endif
layout(binding = 2) uniform samplerBuffer residualTexels;
#endif

const int COLUMNS = 64; // packedTile
const int VECTORS = COLUMNS / 4 / LANES; // of a lane
const int GROUPS = ROWS / LANES;         // rows a lane loads

vec4 sums[ROWS][VECTORS];

int lane() { return int(gl_LocalInvocationID.x); }
int firstRow() { return int(gl_WorkGroupID.x + gl_WorkGroupID.z * 32768u) * ROWS; }
int firstColumn() { return int(gl_WorkGroupID.y) * COLUMNS + lane() * VECTORS * 4; }

// Four elements of the input from `start` on; of them, only `count` exist with scalarInput.
vec4 inputs4(int start, int count)
{
    if (!scalarInput)
        return LOAD4(xTexels, push.x, start / 4);
    vec4 x = vec4(0.0);
    [[unroll]] for (int u = 0; u < 4; u++)
        if (u < count)
            x[u] = LOAD1(xTexels, push.x, start + u);
    return x;
}

// This lane's columns of one row of packed weights, counted over all tiles.
void loadWeights(int row, out vec4 w[VECTORS])
{
#if defined(HALF_WEIGHT) && LANES == 8
#ifdef TEXEL
    const uvec4 halves = texelFetch(weightTexels, row * 8 + lane());
#else
    const uvec4 halves = Words4(push.weight).v[row * 8 + lane()];
#endif
    w[0] = unpack4(halves.xy);
    w[1] = unpack4(halves.zw);
#elif defined(HALF_WEIGHT)
    [[unroll]] for (int j = 0; j < VECTORS; j++)
        w[j] = unpack4(Words2(push.weight).v[(row * LANES + lane()) * VECTORS + j]);
#else
    [[unroll]] for (int j = 0; j < VECTORS; j++)
        w[j] = LOAD4(weightTexels, push.weight, (row * LANES + lane()) * VECTORS + j);
#endif
}

// sums += x · weights over four values of the depth; x[g] is row g · LANES + lane of the block.
void multiply4(vec4 x[GROUPS], int weightRow)
{
    vec4 w[4][VECTORS];
    const int lastRow = (push.outputs + COLUMNS - 1) / COLUMNS * push.depth - 1;
    [[unroll]] for (int u = 0; u < 4; u++)
        loadWeights(scalarInput ? min(weightRow + u, lastRow) : weightRow + u, w[u]);
    [[unroll]] for (int i = 0; i < ROWS; i++)
        [[unroll]] for (int u = 0; u < 4; u++) {
            const float a = LANE(x[i / LANES][u], i % LANES);
            [[unroll]] for (int j = 0; j < VECTORS; j++)
                sums[i][j] += a * w[u][j];
        }
}

void startRows()
{
    [[unroll]] for (int j = 0; j < VECTORS; j++) {
        // Behind the last output this reads the rest of the buffer's 256 bytes; nothing of it is stored.
        const vec4 bias = hasBias ? Float4(push.bias).v[firstColumn() / 4 + j] : vec4(0.0);
        [[unroll]] for (int i = 0; i < ROWS; i++)
            sums[i][j] = bias;
    }
}

void finish(int row, int column, vec4 sum)
{
    if (row >= push.rows || column >= push.outputs)
        return;
    const int i = row * push.outputs + column;
    const int imageStart = row / push.rowsPerImage * push.outputs + column; // used with hasPerImage only
    vec4 y = activated(sum);
    if (!scalarOutput) {
        if (hasPerImage)
            y += ADDRESSED4(push.perImage, imageStart / 4);
        if (hasResidual)
            y += LOAD4(residualTexels, push.residual, i / 4);
        STORE4(push.y, i / 4, y);
        return;
    }
    [[unroll]] for (int c = 0; c < 4; c++)
        if (column + c < push.outputs) {
            if (hasPerImage)
                y[c] += ADDRESSED1(push.perImage, imageStart + c);
            if (hasResidual)
                y[c] += LOAD1(residualTexels, push.residual, i + c);
            STORE1(push.y, i + c, y[c]);
        }
}

// A quarter of the rows at a time, the others moving up: the driver then compiles this long code once instead of four
// times, and moving registers is cheaper there than indexing them.
void finishRows()
{
    const int STEP = ROWS / 4;
    [[dont_unroll]] for (int row = firstRow(); row < firstRow() + ROWS; row += STEP) {
        [[unroll]] for (int i = 0; i < STEP; i++)
            [[unroll]] for (int j = 0; j < VECTORS; j++)
                finish(row + i, firstColumn() + j * 4, sums[i][j]);
        [[unroll]] for (int i = 0; i < ROWS - STEP; i++)
            sums[i] = sums[i + STEP];
    }
}
