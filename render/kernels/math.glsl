// Activation functions on VALUE (types.glsl).

// erfc(x) for x ≥ 0 as t·exp(−x² + s·P(s)) with t = 1/(1 + x/2), s = 1 − t: the form of Numerical Recipes §6.2. P is our
// own Chebyshev fit of degree 8; relative error 1.9e-7 for x ≤ 11, plus fp32 rounding (2.6e-7 of the result's scale).
VALUE erfcPositive(VALUE x)
{
    const VALUE t = 1.0 / (1.0 + 0.5 * x);
    const VALUE s = 0.5 * x * t;
    VALUE p = VALUE(-0.0900829807);
    p = p * s + 0.419075847;
    p = p * s - 0.611647069;
    p = p * s + 0.250338137;
    p = p * s - 0.0434577726;
    p = p * s + 0.210374534;
    p = p * s + 0.159988657;
    p = p * s - 0.303190827;
    p = p * s - 1.25675857;
    return t * exp(p * s - x * x);
}

// x·Φ(x). With erfc in the tail there is no cancellation of 1 + erf(x).
VALUE gelu(VALUE x)
{
    const VALUE tail = 0.5 * erfcPositive(abs(x) * 0.70710678118654752);
    return max(x, VALUE(0.0)) - abs(x) * tail;
}

// x / (1 + exp(−slope·x)): SiLU with slope 1, CLIP's quick GELU with 1.702. exp is kept finite, since not every
// driver divides by infinity as IEEE does.
VALUE swish(VALUE x, float slope)
{
    return x / (1.0 + exp(min(-slope * x, VALUE(88.0))));
}

// GELU by tanh (Hendrycks and Gimpel 2016): ½x·(1 + tanh u) = x / (1 + exp(−2u)), u = √(2/π)·(x + 0.044715·x³).
VALUE geluTanh(VALUE x)
{
    const VALUE u = 0.79788456080286536 * (x + 0.044715 * x * x * x);
    return x / (1.0 + exp(clamp(-2.0 * u, VALUE(-88.0), VALUE(88.0))));
}

// By its number in Activation; 0 leaves x as it is.
VALUE activated(VALUE x, uint activation)
{
    switch (activation) {
    case 1: return swish(x, 1.0);
    case 2: return gelu(x);
    case 3: return swish(x, 1.702);
    case 4: return geluTanh(x);
    case 5: return max(x, VALUE(0.0));
    default: return x;
    }
}
