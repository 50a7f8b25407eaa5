// What users start: it prepares what must be so before a library is loaded, and becomes the program, which lies beside
// it. With the C library alone it is there in a millisecond; the program's libraries take forty and more.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace {

constexpr int cannotStart = 4, outOfMemory = 6; // as render/error.h has them

// Until app/files/interrupt.h lets them through.
void holdSignalsBack()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, nullptr);
}

// False, with a message, where the libraries would not even load.
bool hasRoom()
{
    constexpr rlim_t least = 256, mebi = 1 << 20;
    rlimit limit{};
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= least * mebi)
        return true;
    std::fprintf(stderr,
        "athanor: not enough memory: the address space of this process is limited to %llu MiB (ulimit -v); "
        "%llu MiB are needed to start, and more to draw; raise the limit\n",
        static_cast<unsigned long long>(limit.rlim_cur / mebi), static_cast<unsigned long long>(least));
    return false;
}

std::string besides()
{
    char path[4'096];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    return std::string(path, length > 0 ? size_t(length) : 0) + "-program";
}

}

int main(int, char** argv)
{
    holdSignalsBack();
    if (!hasRoom())
        return outOfMemory;
    // OpenCV brings OpenBLAS, which takes memory for every thread before main() and, where it gets none or no thread,
    // ends the process or never lets it end. We draw without it.
    setenv("OPENBLAS_NUM_THREADS", "1", 0);
    const std::string program = besides();
    execv(program.c_str(), argv);
    const int reason = errno;
    std::fprintf(stderr, "athanor: cannot start %s: %s; install the program anew\n", program.c_str(), strerror(reason));
    return reason == ENOMEM || reason == EAGAIN ? outOfMemory : cannotStart;
}
