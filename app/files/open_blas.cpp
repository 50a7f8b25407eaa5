#include "app/files/open_blas.h"

#include <algorithm>
#include <chrono>
#include <dlfcn.h>
#include <vector>

namespace athanor {

std::optional<double> openBlasRate(int n, int threads, int repeats)
{
    // Never closed: it keeps threads of its own.
    void* library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return {};
    // The enumerators of cblas.h: row major, no transposition.
    constexpr int rowMajor = 101, plain = 111;
    using Sgemm =
        void (*)(int, int, int, int, int, int, float, const float*, int, const float*, int, float, float*, int);
    const auto sgemm = reinterpret_cast<Sgemm>(dlsym(library, "cblas_sgemm"));
    const auto setThreads = reinterpret_cast<void (*)(int)>(dlsym(library, "openblas_set_num_threads"));
    if (!sgemm || !setThreads)
        return {};
    setThreads(threads);
    const std::vector<float> a(size_t(n) * size_t(n), 0.5f), b = a;
    std::vector<float> c(a.size());
    double best = 0;
    for (int i = 0; i <= repeats; ++i) {
        const auto start = std::chrono::steady_clock::now();
        sgemm(rowMajor, plain, plain, n, n, n, 1, a.data(), n, b.data(), n, 0, c.data(), n);
        const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
        if (i > 0) // the first warms up
            best = std::max(best, 2.0 * n * n * n / time.count() / 1e9);
    }
    return best;
}

}
