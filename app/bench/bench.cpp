#include "app/bench/bench.h"

#include "app/bench/bench_clock.h"
#include "app/files/open_blas.h"
#include "inference/models/stable_diffusion.h"
#include "inference/sampling/noise.h"
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <sched.h>
#include <vector>

namespace athanor {

namespace {

// The median seconds of `repeats` runs; the first, with the driver's compile, is not counted.
double medianSeconds(Gpu& gpu, int repeats, const std::function<void()>& work)
{
    std::vector<double> seconds;
    for (int i = 0; i <= repeats; ++i) {
        const auto start = BenchClock::now();
        work();
        gpu.commands().finish();
        if (i > 0)
            seconds.push_back(std::chrono::duration<double>(BenchClock::now() - start).count());
    }
    std::nth_element(seconds.begin(), seconds.begin() + std::ptrdiff_t(seconds.size() / 2), seconds.end());
    return seconds[seconds.size() / 2];
}

// Filled up with spaces to `columns` characters of UTF-8.
std::string padded(std::string text, size_t columns)
{
    const auto characters = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
    text.append(columns - std::min(columns, size_t(characters)), ' ');
    return text;
}

// Standard normal numbers.
Tensor randomTensor(Gpu& gpu, Shape shape, uint64_t seed)
{
    int64_t count = 1;
    for (const int64_t extent : shape)
        count *= extent;
    NoiseSource noise(NoiseKind::Philox, seed);
    return tensorFrom(gpu, std::move(shape), draw(noise, size_t(count)));
}

// Everything a row of the table needs.
struct Bench {
    Gpu& gpu;
    DType precision;
    int repeats;
    int cores;
    double yardstick = 0; // matmul 1024³ in GFLOP/s, against which the others are held

    Tensor random(Shape shape) const { return convert(randomTensor(gpu, std::move(shape), 1), precision); }
    PackedWeight weight(int64_t outputs, int64_t inputs, int64_t kernel) const
    {
        const std::vector<float> values(size_t(outputs * inputs * kernel * kernel), 0.01f);
        return packWeight(gpu, values, outputs, inputs, kernel, kernel, precision);
    }
    Tensor vector(int64_t count) const { return randomTensor(gpu, {count}, 2); }

    // gflop: of one run; megabytes: read and written once each.
    double row(const std::string& what, double gflop, double megabytes, const std::function<void()>& work)
    {
        const double seconds = medianSeconds(gpu, repeats, work);
        const double rate = gflop / seconds;
        std::printf("  %s %9.2f ms %8.2f GB/s", padded(what, 32).c_str(), seconds * 1e3, megabytes / 1e3 / seconds);
        if (gflop > 0)
            std::printf(" %8.1f GFLOP/s %6.1f a core", rate, rate / cores);
        if (yardstick > 0 && gflop > 0)
            std::printf("  %3.0f %% of matmul 1024³", 100 * rate / yardstick);
        std::printf("\n");
        return rate;
    }
};

double megabytes(const Bench& b, std::initializer_list<int64_t> elements)
{
    int64_t sum = 0;
    for (int64_t n : elements)
        sum += n;
    return double(sum) * double(elementBytes(b.precision)) / 1e6;
}

double benchMatmul(Bench& b, int64_t rows, int64_t outputs, int64_t inputs)
{
    const Tensor x = b.random({rows, inputs});
    const PackedWeight w = b.weight(outputs, inputs, 1);
    const std::string name =
        "matmul " + std::to_string(rows) + "×" + std::to_string(outputs) + "×" + std::to_string(inputs);
    return b.row(name, 2e-9 * double(rows) * double(outputs) * double(inputs),
        megabytes(b, {rows * inputs, outputs * inputs, rows * outputs}), [&] { linear(w, x); });
}

void benchConv(Bench& b, int64_t images, int64_t side, int64_t inputs, int64_t outputs)
{
    const Tensor x = b.random({images, side, side, inputs});
    const PackedWeight w = b.weight(outputs, inputs, 3);
    const int64_t pixels = images * side * side;
    const std::string name = "conv2d 3×3 " + std::to_string(images) + "×" + std::to_string(side) + "² "
        + std::to_string(inputs) + "→" + std::to_string(outputs);
    b.row(name, 2e-9 * double(pixels) * double(inputs) * double(outputs) * 9,
        megabytes(b, {pixels * inputs, pixels * outputs, inputs * outputs * 9}), [&] { conv2d(w, x, ConvOptions{}); });
}

void benchAttention(Bench& b, int64_t images, int64_t queries, int64_t keys, int heads, int64_t headSize)
{
    const int64_t channels = heads * headSize;
    const Tensor q = b.random({images, queries, channels}), k = b.random({images, keys, channels});
    const std::string name = "attention " + std::to_string(images) + "×" + std::to_string(queries) + "×"
        + std::to_string(keys) + " " + std::to_string(heads) + "×" + std::to_string(headSize);
    b.row(name, 4e-9 * double(images) * double(queries) * double(keys) * double(channels),
        megabytes(b, {2 * images * queries * channels, 2 * images * keys * channels}),
        [&] { attention(q, k, k, heads); });
}

void benchNorm(Bench& b, int64_t images, int64_t side, int64_t channels, int groups)
{
    const Tensor x = b.random({images, side, side, channels}), weight = b.vector(channels), bias = b.vector(channels);
    const std::string name =
        "group norm + silu " + std::to_string(images) + "×" + std::to_string(side) + "² " + std::to_string(channels);
    const int64_t count = images * side * side * channels;
    b.row(name, 0, megabytes(b, {2 * count}), [&] { groupNorm(x, weight, bias, groups, 1e-5f, true); });
}

void benchKernels(Bench& b)
{
    std::printf("Kernels, %s storage, median of %d\n", b.precision == DType::F32 ? "fp32" : "fp16", b.repeats);
    b.yardstick = benchMatmul(b, 1024, 1024, 1024);
    std::printf("Stable Diffusion 1.5 at 512×512, both branches of guidance\n");
    benchMatmul(b, 2 * 4096, 320, 320);
    benchMatmul(b, 2 * 4096, 2560, 320);
    benchMatmul(b, 2 * 1024, 5120, 640);
    benchMatmul(b, 2 * 256, 1280, 5120);
    benchConv(b, 2, 64, 320, 320);
    benchConv(b, 2, 32, 640, 640);
    benchConv(b, 2, 16, 1280, 1280);
    benchConv(b, 2, 8, 1280, 1280);
    benchConv(b, 1, 64, 512, 512);
    benchAttention(b, 2, 4096, 4096, 8, 40);
    benchAttention(b, 2, 1024, 1024, 8, 80);
    benchAttention(b, 2, 256, 256, 8, 160);
    benchAttention(b, 2, 4096, 77, 8, 40);
    benchNorm(b, 2, 64, 320, 32);
    benchNorm(b, 1, 256, 256, 32);
    std::printf("The starter model at 256×256, both branches of guidance\n");
    benchMatmul(b, 2 * 256, 768, 96);
    benchConv(b, 2, 32, 64, 64);
    benchConv(b, 2, 16, 96, 96);
    benchConv(b, 2, 8, 128, 128);
    benchAttention(b, 2, 256, 256, 4, 24);
    benchAttention(b, 2, 64, 77, 4, 32);
    benchNorm(b, 2, 32, 64, 8);
}

void printProfile(Gpu& gpu, double seconds)
{
    std::vector<KernelTime> times = gpu.commands().profile();
    std::sort(times.begin(), times.end(), [](const auto& a, const auto& b) { return a.nanoseconds > b.nanoseconds; });
    for (const KernelTime& t : times)
        if (t.nanoseconds > 0.002e9 * seconds)
            std::printf("    %-34s %5llu dispatches %9.2f ms %4.0f %%\n", t.shader.c_str(),
                static_cast<unsigned long long>(t.dispatches), t.nanoseconds / 1e6, t.nanoseconds / 1e7 / seconds);
}

// Of the kernels that do nearly all the work; theirs is counted in multiply-adds.
double gigaflops(Gpu& gpu)
{
    double sum = 0;
    for (const KernelTime& t : gpu.commands().profile())
        for (const char* kernel : {"linear", "matmul", "conv2d", "attention"})
            if (t.shader.starts_with(kernel))
                sum += 2e-9 * t.work;
    return sum;
}

void benchPart(Bench& b, const char* what, const std::function<void()>& work)
{
    work();
    b.gpu.commands().finish();
    b.gpu.memory().releaseEmptyBlocks();
    b.gpu.memory().resetPeaks();
    b.gpu.commands().resetProfile();
    const auto start = BenchClock::now();
    work();
    b.gpu.commands().finish();
    const double seconds = std::chrono::duration<double>(BenchClock::now() - start).count();
    const double rate = gigaflops(b.gpu) / seconds;
    const MemoryStatistics& s = b.gpu.memory().statistics(MemoryUse::Activations);
    std::printf("%s: %.3f s, %.1f GFLOP, %.1f GFLOP/s, %.1f a core, %.0f %% of matmul 1024³\n", what, seconds,
        gigaflops(b.gpu), rate, rate / b.cores, 100 * rate / b.yardstick);
    std::printf("    activations: %.1f MiB alive at once at most, %.1f MiB taken from the device (%.2f×)\n",
        double(s.peakLiveBytes) / 1048576, double(s.peakAllocatedBytes) / 1048576,
        double(s.peakAllocatedBytes) / double(s.peakLiveBytes));
    printProfile(b.gpu, seconds);
}

void benchModel(Bench& b, const BenchArguments& arguments)
{
    const auto start = BenchClock::now();
    const StableDiffusion model = loadStableDiffusion(b.gpu, arguments.model, {.precision = b.precision});
    b.gpu.commands().finish();
    const MemoryStatistics& weights = b.gpu.memory().statistics(MemoryUse::Weights);
    std::printf("%s: loaded in %.2f s, weights %.1f MiB alive, %.1f MiB taken\n", arguments.model.c_str(),
        std::chrono::duration<double>(BenchClock::now() - start).count(), double(weights.liveBytes) / 1048576,
        double(weights.allocatedBytes) / 1048576);
    const int shift = model.vae.config.latent.downsamplings;
    const int64_t height = arguments.height >> shift, width = arguments.width >> shift;
    const int channels = model.vae.config.latent.channels;
    const Tensor latent = randomTensor(b.gpu, {2, height, width, channels}, 1);
    const DenoiserInputs inputs = inputsOf(model.net);
    Conditions conditions(randomTensor(b.gpu, {2, model.padsText ? 2 * 77 : 77, inputs.contextWidth}, 2));
    if (inputs.addedWidth)
        conditions.added = randomTensor(b.gpu, {2, inputs.addedWidth}, 3);
    const std::vector<float> timesteps{500, 500};
    benchPart(b, "evaluation, both branches of guidance", [&] { evaluate(model.net, latent, timesteps, conditions); });
    benchPart(b, "VAE decode", [&] { decode(model.vae, randomTensor(b.gpu, {1, height, width, channels}, 1)); });
}

}

void runBench(const BenchArguments& arguments)
{
    Gpu gpu(arguments.gpu);
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    sched_getaffinity(0, sizeof allowed, &allowed);
    const int cores = gpu.info().type == "CPU" ? std::max(1, CPU_COUNT(&allowed)) : 1;
    std::printf("%s, %s, kernels for %s, %d core%s\n", gpu.info().name.c_str(), gpu.info().driver.c_str(),
        familyName(gpu.info().family), cores, cores == 1 ? "" : "s");
    if (const auto rate = openBlasRate(1024, cores, arguments.repeats))
        std::printf("OpenBLAS sgemm 1024³ on the same cores: %.1f GFLOP/s, %.1f a core\n", *rate, *rate / cores);
    Bench bench{gpu, arguments.precision, arguments.repeats, cores};
    benchKernels(bench);
    if (!arguments.model.empty())
        benchModel(bench, arguments);
}

}
