#include "inference/sampling/prediction.h"

#include "inference/sampling/names.h"
#include "render/error.h"

#include <cassert>
#include <cmath>

namespace athanor {

namespace {

// p a + q b, element by element.
Array blend(double p, const Array& a, double q, const Array& b)
{
    assert(a.size() == b.size());
    Array result(a.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        result[i] = static_cast<float>(p * a[i] + q * b[i]);
    return result;
}

Array scaled(double factor, const Array& a)
{
    Array result(a.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        result[i] = static_cast<float>(factor * a[i]);
    return result;
}

}

Array networkInput(Prediction prediction, const Array& x, double sigma)
{
    return prediction == Prediction::Flow ? x : scaled(1 / std::sqrt(1 + sigma * sigma), x);
}

Array denoisedFrom(Prediction prediction, const Array& output, const Array& x, double sigma)
{
    if (prediction == Prediction::Epsilon || prediction == Prediction::Flow)
        return blend(1, x, -sigma, output);
    if (prediction == Prediction::Sample)
        return output;
    const double variance = 1 + sigma * sigma;
    return blend(1 / variance, x, -sigma / std::sqrt(variance), output);
}

Array weighted(std::span<const Array> parts, std::span<const double> weights)
{
    assert(!parts.empty() && parts.size() == weights.size());
    Array result(parts[0].size());
    for (std::size_t i = 0; i < result.size(); ++i) {
        double sum = 0;
        for (std::size_t k = 0; k < parts.size(); ++k)
            sum += weights[k] * parts[k].at(i);
        result[i] = static_cast<float>(sum);
    }
    return result;
}

void checkCfg(double cfg)
{
    if (!(cfg >= -100 && cfg <= 100))
        throw Error(ErrorKind::BadArgument, "cfg: " + numberText(cfg) + " is outside -100 to 100");
}

Array noisedLatent(const Array& latent, const Array& noise, double sigma, double signal)
{
    return blend(signal, latent, sigma, noise);
}

Array noiseOnly(const Array& noise, double sigma)
{
    return scaled(std::sqrt(1 + sigma * sigma), noise);
}

}
