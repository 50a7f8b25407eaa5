#include "app/bench/frame_times.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace athanor {

void FrameTimes::add(const std::function<void()>& frame)
{
    const std::clock_t start = std::clock();
    frame();
    milliseconds.push_back(1e3 * double(std::clock() - start) / CLOCKS_PER_SEC);
}

void FrameTimes::print(const char* what)
{
    std::ranges::sort(milliseconds);
    std::printf("  %-34s median %6.2f ms, 99th percentile %6.2f ms\n", what, milliseconds[milliseconds.size() / 2],
        milliseconds[(milliseconds.size() - 1) * 99 / 100]);
}

}
