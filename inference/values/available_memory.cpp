#include "inference/values/available_memory.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace athanor {

namespace {

// The first number behind the name in a file of lines such as "MemAvailable:  123 kB"; with an empty name the first.
uint64_t numberInFile(const std::string& file, std::string_view name)
{
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(name))
            continue;
        const size_t digit = line.find_first_of("0123456789", name.size());
        uint64_t number = unknownMemory;
        if (digit != line.npos)
            std::from_chars(line.data() + digit, line.data() + line.size(), number);
        return number;
    }
    return unknownMemory;
}

// Of the control group that the process sees as its own; files that the system may drop do not count.
uint64_t freeInGroup()
{
    std::ifstream names("/proc/self/cgroup");
    std::string name;
    std::getline(names, name);
    uint64_t least = unknownMemory;
    for (const std::string& folder :
        {"/sys/fs/cgroup" + (name.starts_with("0::/") ? name.substr(3) : ""), std::string("/sys/fs/cgroup")}) {
        const uint64_t most = numberInFile(folder + "/memory.max", ""),
                       used = numberInFile(folder + "/memory.current", "");
        const uint64_t files = numberInFile(folder + "/memory.stat", "inactive_file ");
        if (most == unknownMemory || used == unknownMemory)
            continue;
        const uint64_t kept = used - std::min(used, files == unknownMemory ? 0 : files);
        least = std::min(least, most - std::min(most, kept));
    }
    return least;
}

uint64_t freeAddresses()
{
    rlimit limit = {};
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return unknownMemory;
    const uint64_t pages = numberInFile("/proc/self/statm", "");
    const uint64_t used = pages == unknownMemory ? 0 : pages * uint64_t(sysconf(_SC_PAGE_SIZE));
    return limit.rlim_cur - std::min<uint64_t>(limit.rlim_cur, used);
}

}

uint64_t availableMemory()
{
    const uint64_t kibi = numberInFile("/proc/meminfo", "MemAvailable:");
    return std::min({kibi == unknownMemory ? unknownMemory : kibi * 1024, freeInGroup(), freeAddresses()});
}

}
