// How the time of some work grows with its size, whatever the machine and its other load.
#pragma once
#include <algorithm>
#include <ctime>

namespace athanor {

// Of this thread, in seconds.
inline double processorSeconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

// Whether work(size) takes less than twelve times as long as work(size / 4): what grows in proportion takes four times
// as long, by the square sixteen times. What is done within a hundredth of a second is quick enough to be either.
template <class Work> bool growsLinearly(int size, Work work)
{
    const auto secondsOf = [&](int of) {
        const double start = processorSeconds();
        work(of);
        return processorSeconds() - start;
    };
    const double whole = secondsOf(size); // which also wakes what is made once
    return whole < 0.01 || whole < 12 * std::min(secondsOf(size / 4), secondsOf(size / 4));
}

}
