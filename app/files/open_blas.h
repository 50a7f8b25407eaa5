// OpenBLAS's single-precision matrix product as the yardstick of `athanor bench`, opened at run time where it is there.
#pragma once
#include <optional>

namespace athanor {

// GFLOP/s of C = A·B with n × n matrices on `threads` threads, the best of `repeats`; nothing without the library.
std::optional<double> openBlasRate(int n, int threads, int repeats);

}
