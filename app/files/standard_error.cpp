#include "app/files/standard_error.h"

#include "inference/weights/printable.h"
#include "render/device.h"
#include "render/error.h"
#include "render/limits.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <limits>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer)                  \
    || __has_feature(thread_sanitizer)
#define ATHANOR_SANITIZED
extern "C" void __sanitizer_set_report_fd(void* fd); // of <sanitizer/common_interface_defs.h>
#endif

namespace athanor {

namespace {

constexpr size_t asideBytes = 64 << 10; // of libraries' lines; what comes after them is lost
constexpr size_t maxErrorBytes = 2'000;

int errorStream = STDERR_FILENO; // ours
int aside = -1; // what libraries have as theirs
std::array<char, 256> shortMemory = {}; // what to say when one ends the process and memory is limited; else empty

// A file in memory that takes so much and no more. Not a pipe, whose other writers (programs that we start) would end
// with us.
int makeAside()
{
    const int file = memfd_create("athanor-libraries", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file >= 0 && ftruncate(file, asideBytes) == 0
        && fcntl(file, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0)
        return file;
    if (file >= 0)
        close(file);
    return open("/dev/null", O_RDWR | O_CLOEXEC);
}

// The last line with text that a library wrote, which is why it ends the process. Only with what handlers may call.
void writeLastWords()
{
    std::array<char, 1'000> text;
    const off_t end = lseek(aside, 0, SEEK_CUR);
    const off_t start = std::max<off_t>(0, end - off_t(text.size()));
    const ssize_t count = pread(aside, text.data(), size_t(std::max<off_t>(0, end - start)), start);
    std::string_view words(text.data(), size_t(std::max<ssize_t>(0, count)));
    while (words.ends_with('\n') || words.ends_with('\0'))
        words.remove_suffix(1);
    words.remove_prefix(std::min(words.rfind('\n') + 1, words.size()));
    for (char& c : text)
        c = c < 0x20 || c == 0x7f ? ' ' : c; // those of UTF-8 too, which are negative
    writeError("athanor: internal error: ");
    writeError(words.empty() ? "the program has to end" : words);
    writeError("\n");
}

// A fault in a library, or an assertion: told, and then what it would have been without us.
void tellFault(int signal)
{
    if (shortMemory[0]) {
        writeError(shortMemory.data());
        _exit(int(ErrorKind::OutOfMemory));
    }
    if (isStartingDriver()) {
        writeError("athanor: a Vulkan driver here, or a file that describes one (also by VK_DRIVER_FILES or "
                   "VK_ICD_FILENAMES), is damaged, and starting it ended the program; install it anew\n");
        _exit(int(ErrorKind::Device));
    }
    writeLastWords();
    std::signal(signal, SIG_DFL);
    raise(signal);
}

void tellFaults()
{
    if (const uint64_t limit = addressSpaceLimit(); limit != std::numeric_limits<uint64_t>::max())
        std::snprintf(shortMemory.data(), shortMemory.size(),
            "athanor: not enough memory: the address space of this process is limited to %llu MiB (ulimit -v); raise "
            "the "
            "limit or choose a smaller size\n",
            static_cast<unsigned long long>(limit >> 20));
    static std::array<char, 64 << 10> stack; // the thread's own may be what ran out
    const stack_t other{.ss_sp = stack.data(), .ss_flags = 0, .ss_size = stack.size()};
    sigaltstack(&other, nullptr);
    struct sigaction action = {};
    action.sa_handler = tellFault;
    action.sa_flags = SA_ONSTACK | SA_RESETHAND;
    sigaction(SIGABRT, &action, nullptr);
#ifndef ATHANOR_SANITIZED // which tells the others itself
    for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE})
        sigaction(signal, &action, nullptr);
#endif
}

}

void keepLibraryLinesAside()
{
    const char* wanted = std::getenv("ATHANOR_LIBRARY_LINES");
    const int own = wanted && *wanted && *wanted != '0' ? -1 : fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (own < 0)
        return;
    aside = makeAside();
    if (aside < 0 || dup2(aside, STDERR_FILENO) < 0) {
        close(own);
        return;
    }
    errorStream = own;
#ifdef ATHANOR_SANITIZED
    __sanitizer_set_report_fd(reinterpret_cast<void*>(intptr_t(own)));
#endif
    tellFaults();
}

void writeError(std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = write(errorStream, text.data(), text.size());
        if (written < 0 && errno != EINTR)
            return;
        text.remove_prefix(size_t(std::max<ssize_t>(0, written)));
    }
}

void tellError(std::string_view text)
{
    writeError("athanor: " + printable(text, maxErrorBytes) + '\n');
}

bool errorIsTerminal()
{
    return isatty(errorStream);
}

}
