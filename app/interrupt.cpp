#include "app/interrupt.h"

#include "render/error.h"

#include <chrono>
#include <csignal>
#include <ctime>
#include <string_view>
#include <unistd.h>

namespace athanor {

namespace {

using namespace std::chrono_literals;

sigset_t interrupts()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

// Whether a signal comes within the time.
bool signalWithin(std::chrono::milliseconds time)
{
    const sigset_t set = interrupts();
    const timespec timeout{time.count() / 1000, time.count() % 1000 * 1'000'000};
    return sigtimedwait(&set, nullptr, &timeout) > 0;
}

}

Interrupt::Interrupt()
{
    const sigset_t set = interrupts();
    pthread_sigmask(SIG_BLOCK, &set, nullptr); // threads started later inherit it
    m_watcher = std::jthread([this](std::stop_token ended) { watch(ended); });
}

Interrupt::~Interrupt()
{
    m_watcher.request_stop();
    m_watcher.join();
    const sigset_t set = interrupts();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void Interrupt::watch(std::stop_token ended)
{
    while (!ended.stop_requested()) {
        if (!signalWithin(50ms))
            continue;
        m_stop.request_stop();
        const auto deadline = std::chrono::steady_clock::now() + 600ms;
        while (std::chrono::steady_clock::now() < deadline && !ended.stop_requested()) {
            if (signalWithin(20ms))
                break;
        }
        if (!ended.stop_requested())
            endProcess();
    }
}

void Interrupt::endProcess()
{
    const std::unique_lock lock(m_writing, 2s); // a disk that hangs is not waited for
    constexpr std::string_view message = "\nathanor: cancelled\n";
    (void)!write(STDERR_FILENO, message.data(), message.size());
    _exit(int(ErrorKind::Cancelled));
}

}
