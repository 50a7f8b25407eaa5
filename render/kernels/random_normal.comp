#version 450
//variant random_normal:
// Standard normal numbers: Philox 4×32-10 (Salmon et al. 2011) and Box-Muller, as CUDA's generator draws them for torch
// and A1111 imitates (modules/rng_philox.py). Logarithm and sine are our own, since those of GLSL may err by 2⁻¹¹.

layout(local_size_x = 64) in;

layout(binding = 0) writeonly buffer Y { float y[]; };

layout(push_constant) uniform Push {
    uint count, yFirst;
    uint elementFirst; // of the whole array
    uint offset;
    uint seedLow, seedHigh;
};

uvec2 philox(uint element)
{
    uvec4 c = uvec4(offset, 0u, element, 0u);
    uvec2 key = uvec2(seedLow, seedHigh);
    for (int i = 0; i < 10; ++i) {
        uint high0, low0, high2, low2;
        umulExtended(0xD2511F53u, c.x, high0, low0);
        umulExtended(0xCD9E8D57u, c.z, high2, low2);
        c = uvec4(high2 ^ c.y ^ key.x, low2, high0 ^ c.w ^ key.y, low0);
        key += uvec2(0x9E3779B9u, 0xBB67AE85u);
    }
    return c.xy;
}

// −ln((n + ½) / 2³²). 2·atanh(s), s = (m − 1)/(m + 1), by its series to s⁹ (next term below 1e-9 for m in √½…√2); near 1
// the distance from 1 is taken from the integer, so nothing is lost.
float minusLog(uint n)
{
    int exponent = 0;
    float s;
    if (n >= 0xB504F334u) { // above √½
        const float below = (float(~n) + 0.5) * (1.0 / 4294967296.0);
        s = -below / (2.0 - below);
    } else {
        float m = frexp(float(n) + 0.5, exponent); // ½…1
        exponent -= 32;
        if (m < 0.70710678) {
            m *= 2.0;
            --exponent;
        }
        s = (m - 1.0) / (m + 1.0);
    }
    const float q = s * s;
    const float series = 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0)))));
    return -(float(exponent) * 0.693147181 + series);
}

// sin(2π (n + ½) / 2³²): reduced to a quarter turn on the integer, then Taylor's series to x¹³ (error 7e-10).
float sineOfTurn(uint n)
{
    const bool second = n >= 0x80000000u; // sin(x + π) = −sin x
    uint h = n & 0x7fffffffu;
    if (h >= 0x40000000u) // sin(π − x) = sin x
        h = 0x7fffffffu - h;
    const float x = (float(h) + 0.5) * (6.28318531 / 4294967296.0);
    const float q = x * x;
    float p = 1.0 / 6227020800.0;
    p = p * q - 1.0 / 39916800.0;
    p = p * q + 1.0 / 362880.0;
    p = p * q - 1.0 / 5040.0;
    p = p * q + 1.0 / 120.0;
    p = p * q - 1.0 / 6.0;
    const float sine = x + x * q * p;
    return second ? -sine : sine;
}

void main()
{
    const uint i = gl_GlobalInvocationID.x;
    if (i >= count)
        return;
    const uvec2 words = philox(elementFirst + i);
    y[yFirst + i] = sqrt(2.0 * minusLog(words.x)) * sineOfTurn(words.y);
}
