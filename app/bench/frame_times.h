// Times of frames, for measurements.
#pragma once
#include <functional>
#include <vector>

namespace athanor {

struct FrameTimes {
    std::vector<double> milliseconds; // of the processor, so that other programs do not count

    void add(const std::function<void()>& frame);
    void print(const char* what); // median and 99th percentile
};

}
