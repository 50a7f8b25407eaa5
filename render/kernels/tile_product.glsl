// A product of matrices in tiles of 64 × 64 with 16 of the depth in shared memory at once, for GPUs. 256 invocations make
// 4 × 4 outputs each. The includer defines xAt(row, k) and weightAt(k, column), zero outside, and store(row, column, sum).
layout(local_size_x = 256) in;

const int TILE = 64;
const int DEPTH = 16;

shared float xTile[DEPTH][TILE + 1]; // one more against bank conflicts
shared float weightTile[DEPTH][TILE];

void tileProduct(int firstRow, int firstColumn, int depth)
{
    const int invocation = int(gl_LocalInvocationID.x);
    const int row = invocation / 16 * 4, column = invocation % 16 * 4;
    float sums[4][4];
    [[unroll]] for (int i = 0; i < 4; i++)
        [[unroll]] for (int j = 0; j < 4; j++)
            sums[i][j] = 0.0;
    for (int k0 = 0; k0 < depth; k0 += DEPTH) {
        [[unroll]] for (int i = 0; i < TILE * DEPTH; i += 256) {
            const int e = invocation + i;
            xTile[e % DEPTH][e / DEPTH] = xAt(firstRow + e / DEPTH, k0 + e % DEPTH);
            weightTile[e / TILE][e % TILE] = weightAt(k0 + e / TILE, firstColumn + e % TILE);
        }
        barrier();
        [[dont_unroll]] for (int k = 0; k < DEPTH; k++) {
            [[unroll]] for (int i = 0; i < 4; i++)
                [[unroll]] for (int j = 0; j < 4; j++)
                    sums[i][j] += xTile[k][row + i] * weightTile[k][column + j];
        }
        barrier();
    }
    [[unroll]] for (int i = 0; i < 4; i++)
        [[unroll]] for (int j = 0; j < 4; j++)
            store(firstRow + row + i, firstColumn + column + j, sums[i][j]);
}
