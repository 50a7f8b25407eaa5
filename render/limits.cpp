#include "render/limits.h"

#include "render/error.h"
#include <algorithm>
#include <fstream>
#include <limits>
#include <mutex>
#include <pthread.h>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace athanor {

namespace {

// Found with lavapipe, which takes the most: it compiles kernels with LLVM, and starts two groups of threads of up
// to 32.
constexpr uint64_t mebi = 1 << 20;
constexpr uint64_t driverBytes = 640 * mebi, driverBytesEachThread = 80 * mebi;
constexpr int ownThreads = 4;

int driverThreads()
{
    return std::clamp(int(std::thread::hardware_concurrency()), 1, 32);
}

void* waitForLock(void* mutex)
{
    const std::lock_guard lock(*static_cast<std::mutex*>(mutex));
    return nullptr;
}

int threadsThatStart(int wanted)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 << 10); // so that memory is not what they lack
    std::vector<pthread_t> threads;
    threads.reserve(size_t(wanted));
    std::mutex mutex;
    {
        const std::lock_guard lock(mutex); // none ends before the last has begun
        pthread_t thread{};
        while (int(threads.size()) < wanted && pthread_create(&thread, &attributes, waitForLock, &mutex) == 0)
            threads.push_back(thread);
    }
    for (const pthread_t thread : threads)
        pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
    return int(threads.size());
}

}

uint64_t addressSpaceLimit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return std::numeric_limits<uint64_t>::max();
    return limit.rlim_cur;
}

uint64_t addressSpaceLeft()
{
    const uint64_t limit = addressSpaceLimit();
    if (limit == std::numeric_limits<uint64_t>::max())
        return limit;
    uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return limit - std::min(limit, pages * uint64_t(sysconf(_SC_PAGESIZE)));
}

void requireThreads(int wanted, const char* what)
{
    if (const int started = threadsThatStart(wanted); started < wanted)
        throw Error(ErrorKind::OutOfMemory,
            std::string("not enough threads for ") + what + ": " + std::to_string(started) + " more can be started, "
                + std::to_string(wanted) + " are needed; end other programs or raise the limit (ulimit -u)");
}

void requireThreadsForRun()
{
    requireThreads(int(std::thread::hardware_concurrency()) + ownThreads, "a run");
}

void requireRoomForDriver()
{
    const uint64_t bytes = driverBytes + driverBytesEachThread * uint64_t(driverThreads());
    if (const uint64_t left = addressSpaceLeft(); left < bytes)
        throw Error(ErrorKind::OutOfMemory,
            "not enough memory for a Vulkan driver: the limit of this process (ulimit -v) leaves "
                + std::to_string(left / mebi) + " MiB of address space, " + std::to_string(bytes / mebi)
                + " MiB are needed; raise the limit");
    requireThreads(2 * driverThreads() + ownThreads, "a Vulkan driver");
}

}
