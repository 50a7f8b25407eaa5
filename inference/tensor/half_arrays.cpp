#include "inference/tensor/half_arrays.h"

#include "inference/tensor/half.h"
#include <algorithm>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace athanor {

namespace {

// Each converts a leading part, a multiple of eight, and returns its length: 0 on processors without F16C.
#if defined(__x86_64__)
__attribute__((target("avx,f16c"))) size_t toHalvesFast(std::span<const float> values, uint16_t* halves)
{
    size_t i = 0;
    for (; i + 8 <= values.size(); i += 8)
        _mm_storeu_si128(reinterpret_cast<__m128i*>(halves + i),
            _mm256_cvtps_ph(_mm256_loadu_ps(values.data() + i), _MM_FROUND_TO_NEAREST_INT));
    return i;
}

__attribute__((target("avx,f16c"))) size_t toFloatsFast(std::span<const uint16_t> halves, float* values)
{
    size_t i = 0;
    for (; i + 8 <= halves.size(); i += 8)
        _mm256_storeu_ps(
            values + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(halves.data() + i))));
    return i;
}

bool hasFastConversion()
{
    static const bool has = [] { // clang 14 knows "f16c" as no feature
        unsigned a = 0, b = 0, c = 0, d = 0;
        return __builtin_cpu_supports("avx") && __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C);
    }();
    return has;
}
#else
size_t toHalvesFast(std::span<const float>, uint16_t*)
{
    return 0;
}

size_t toFloatsFast(std::span<const uint16_t>, float*)
{
    return 0;
}

bool hasFastConversion()
{
    return false;
}
#endif

}

void toHalves(std::span<const float> values, uint16_t* halves)
{
    const size_t done = hasFastConversion() ? toHalvesFast(values, halves) : 0;
    std::transform(values.begin() + std::ptrdiff_t(done), values.end(), halves + done, floatToHalf);
}

void toFloats(std::span<const uint16_t> halves, float* values)
{
    const size_t done = hasFastConversion() ? toFloatsFast(halves, values) : 0;
    std::transform(halves.begin() + std::ptrdiff_t(done), halves.end(), values + done, halfToFloat);
}

}
