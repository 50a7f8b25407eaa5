// What linear and conv2d have in common on GPUs: packed weights and all that follows the product. Binding numbers are
// those of the launcher; the includer declares `push` with the names used here.
#include "product_end.glsl"

layout(binding = 0) readonly buffer X { X_UNIT x[]; };
layout(binding = 1) readonly buffer W { B_UNIT weight[]; };
layout(binding = 2) writeonly buffer Y { Y_UNIT y[]; };
layout(binding = 3) readonly buffer Bias { float bias[]; };
layout(binding = 4) readonly buffer PerImage { X_UNIT perImage[]; };
layout(binding = 5) readonly buffer Residual { X_UNIT residual[]; };

// column counts from the first tile bound.
float weightAt(int k, int column)
{
    if (k >= push.depth)
        return 0.0;
    return B_LOAD(weight[push.weightFirst + (column / 64 * push.depth + k) * 64 + column % 64]);
}

void store(int row, int column, float sum)
{
    column += push.columnFirst;
    if (row >= push.rows || column >= push.outputs)
        return;
    const int i = push.yFirst + row * push.outputs + column;
    float value = activated(hasBias ? sum + bias[column] : sum);
    if (hasPerImage)
        value += X_LOAD(perImage[(push.rowFirst + row) / push.rowsPerImage * push.outputs + column]);
    if (hasResidual)
        value += X_LOAD(residual[i]);
    y[i] = Y_STORE(value);
}
