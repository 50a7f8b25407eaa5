#include "inference/sampling/noise.h"

#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <numbers>

namespace athanor {

namespace {

// Natural logarithm for 0 < x <= 1, and sine and cosine for 0 <= x <= 2 pi, by the single precision polynomials of
// Cephes (S. Moshier), which torch's AVX2 code uses. Bit-equality needs the same fused multiply-adds in the same
// places, hence std::fma throughout and no expression that a compiler could fuse by itself.
float cephesLog(float x)
{
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(x);
    float exponent = static_cast<float>(static_cast<int>(bits >> 23) - 126);
    float m = std::bit_cast<float>((bits & 0x007fffffu) | 0x3f000000u); // in [0.5, 1)
    if (m < 0.707106781f) {
        exponent -= 1.0f;
        m = (m - 1.0f) + m;
    } else {
        m -= 1.0f;
    }
    const float square = m * m;
    float y = 7.0376836292e-2f;
    for (const float p : {-1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f,
             2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f})
        y = std::fma(y, m, p);
    y *= m;
    const float lowLn2 = exponent * -2.12194440e-4f;
    y = std::fma(y, square, lowLn2);
    y = std::fma(-square, 0.5f, y);
    m += y;
    return std::fma(exponent, 0.693359375f, m);
}

struct SinCos {
    float sin, cos;
};

SinCos cephesSinCos(float x)
{
    const float octants = x * 1.27323954473516f; // 4 / pi
    const int octant = (static_cast<int>(octants) + 1) & ~1;
    const float y = static_cast<float>(octant);
    x = std::fma(y, -0.78515625f, x); // minus y pi/4, in three parts
    x = std::fma(y, -2.4187564849853515625e-4f, x);
    x = std::fma(y, -3.77489497744594108e-8f, x);
    const float square = x * x;

    float even = std::fma(2.443315711809948e-5f, square, -1.388731625493765e-3f);
    even = std::fma(even, square, 4.166664568298827e-2f);
    even *= square;
    const float half = square * 0.5f;
    even = std::fma(even, square, -half);
    even += 1.0f;

    float odd = std::fma(-1.9515295891e-4f, square, 8.3321608736e-3f);
    odd = std::fma(odd, square, -1.6666654611e-1f);
    odd *= square;
    odd = std::fma(odd, x, x);

    const bool swap = octant & 2;
    const float sine = swap ? even : odd;
    const float cosine = swap ? odd : even;
    return {(octant & 4) ? -sine : sine, ((octant + 2) & 4) ? -cosine : cosine};
}

// Sixteen uniforms in [0, 1) become sixteen normals: element j is paired with j + 8 (Box and Muller, 1958).
void normalsOf16(float* data)
{
    for (int j = 0; j < 8; ++j) {
        const float radius = std::sqrt(-2.0f * cephesLog(1.0f - data[j]));
        const SinCos angle = cephesSinCos(2.0f * std::numbers::pi_v<float> * data[j + 8]);
        data[j] = radius * angle.cos;
        data[j + 8] = radius * angle.sin;
    }
}

// torch.randn of at least 16 elements: all uniforms first, then blocks of 16; a remainder is made by drawing the last
// 16 uniforms anew, so up to 15 finished normals are replaced.
std::vector<float> drawBlocks(std::mt19937& twister, std::size_t count)
{
    const auto uniform = [&] { return static_cast<float>(twister() & 0xffffffu) * 0x1p-24f; };
    std::vector<float> data(count);
    for (float& value : data)
        value = uniform();
    for (std::size_t i = 0; i + 16 <= count; i += 16)
        normalsOf16(&data[i]);
    if (count % 16 != 0) {
        float* last = data.data() + count - 16;
        for (int j = 0; j < 16; ++j)
            last[j] = uniform();
        normalsOf16(last);
    }
    return data;
}

// torch.randn of fewer than 16 elements: pairs in double precision, the second of a pair kept for the next small draw.
double drawScalar(NoiseSource& source)
{
    if (source.spareNormal) {
        const double value = *source.spareNormal;
        source.spareNormal.reset();
        return value;
    }
    const auto uniform = [&] {
        const std::uint64_t high = source.twister();
        return static_cast<double>((high << 32 | source.twister()) & ((1ull << 53) - 1)) * 0x1p-53;
    };
    const double turn = uniform();
    const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
    const double theta = 2.0 * std::numbers::pi * turn;
    source.spareNormal = radius * std::sin(theta);
    return radius * std::cos(theta);
}

// Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::uint64_t seed)
{
    auto key0 = static_cast<std::uint32_t>(seed);
    auto key1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = std::uint64_t{0xD2511F53} * counter[0];
        const std::uint64_t b = std::uint64_t{0xCD9E8D57} * counter[2];
        counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key0, static_cast<std::uint32_t>(b),
            static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key1, static_cast<std::uint32_t>(a)};
        key0 += 0x9E3779B9;
        key1 += 0xBB67AE85;
    }
    return counter;
}

// One counter a number; Box-Muller keeps the sine. The two scales are single precision constants there, the
// arithmetic is double.
std::vector<float> drawPhilox(NoiseSource& source, std::size_t count)
{
    constexpr double scale = 2.3283064e-10f; // 2^-32
    constexpr double turnScale = static_cast<float>(2.3283064e-10 * 6.2831855); // 2 pi 2^-32
    std::vector<float> data(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto words = philox({source.calls, 0, static_cast<std::uint32_t>(i), 0}, source.seed);
        const double u = words[0] * scale + scale / 2;
        const double theta = words[1] * turnScale + turnScale / 2;
        data[i] = static_cast<float>(std::sqrt(-2.0 * std::log(u)) * std::sin(theta));
    }
    ++source.calls;
    return data;
}

}

NoiseSource::NoiseSource(NoiseKind noiseKind, std::uint64_t noiseSeed)
    : kind(noiseKind)
    , seed(noiseSeed)
    , twister(static_cast<std::uint32_t>(noiseSeed))
{
}

std::vector<float> draw(NoiseSource& source, std::size_t count)
{
    if (source.kind == NoiseKind::Philox)
        return drawPhilox(source, count);
    if (count >= 16)
        return drawBlocks(source.twister, count);
    std::vector<float> data(count);
    for (float& value : data)
        value = static_cast<float>(drawScalar(source));
    return data;
}

std::vector<NoiseSource> batchNoise(NoiseKind kind, std::uint64_t seed, std::size_t images)
{
    std::vector<NoiseSource> sources;
    sources.reserve(images);
    for (std::size_t i = 0; i < images; ++i)
        sources.emplace_back(kind, seed + i);
    return sources;
}

std::vector<float> draw(std::span<NoiseSource> sources, std::size_t count)
{
    assert(!sources.empty() && count % sources.size() == 0 && "draw: one source an image, images of one size");
    std::vector<float> data;
    data.reserve(count);
    for (NoiseSource& source : sources) {
        const std::vector<float> image = draw(source, count / sources.size());
        data.insert(data.end(), image.begin(), image.end());
    }
    return data;
}

}
