#include "inference/networks/watched.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

namespace athanor {

namespace {

using Clock = std::chrono::steady_clock;

std::atomic<int> abandoned = 0;

struct WatchedWork {
    std::function<void(std::stop_token)> work;
    std::stop_source ending;
    std::mutex mutex;
    std::condition_variable changed;
    bool isDone = false, isAbandoned = false;
    std::exception_ptr thrown;
};

void doWork(const std::shared_ptr<WatchedWork>& shared)
{
    std::exception_ptr thrown;
    try {
        shared->work(shared->ending.get_token());
    } catch (...) {
        thrown = std::current_exception();
    }
    shared->work = {};
    const std::lock_guard lock(shared->mutex);
    shared->thrown = thrown;
    shared->isDone = true;
    abandoned -= shared->isAbandoned;
    shared->changed.notify_all();
}

Clock::duration durationOf(double seconds)
{
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

}

WatchedEnd runWatched(std::function<void(std::stop_token)> work, const WatchLimits& limits, const std::stop_token& stop)
{
    constexpr auto look = std::chrono::milliseconds(20);
    if (stop.stop_requested())
        return {Watched::Stopped, false};
    const auto shared = std::make_shared<WatchedWork>();
    shared->work = std::move(work);
    try {
        std::thread([shared] { doWork(shared); }).detach();
    } catch (const std::system_error&) { // no thread to be had: then without a watch
        doWork(shared);
    }
    auto end = Clock::now() + durationOf(limits.seconds);
    Watched result = Watched::Done;
    std::unique_lock lock(shared->mutex);
    while (!shared->changed.wait_until(
        lock, std::min(Clock::now() + Clock::duration(look), end), [&] { return shared->isDone; })) {
        if (result == Watched::Done && (stop.stop_requested() || Clock::now() >= end)) {
            result = stop.stop_requested() ? Watched::Stopped : Watched::TooLong;
            end = Clock::now() + durationOf(limits.grace);
            lock.unlock();
            shared->ending.request_stop();
            lock.lock();
        } else if (Clock::now() >= end) {
            shared->isAbandoned = true;
            ++abandoned;
            return {result, true};
        }
    }
    if (result == Watched::Done && shared->thrown)
        std::rethrow_exception(shared->thrown);
    return {result, false};
}

bool hasAbandonedWork()
{
    return abandoned > 0;
}

}
