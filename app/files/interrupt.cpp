#include "app/files/interrupt.h"

#include "app/files/standard_error.h"
#include "render/error.h"

#include <chrono>
#include <csignal>
#include <ctime>
#include <semaphore.h>
#include <unistd.h>

namespace athanor {

namespace {

using namespace std::chrono_literals;

sem_t pendingSignals; // counts those that came; posting is all that a handler may safely do
constexpr std::array interrupts = {SIGINT, SIGTERM};

void countSignal(int)
{
    sem_post(&pendingSignals);
}

void endCancelled()
{
    writeError("athanor: cancelled\n");
    _exit(int(ErrorKind::Cancelled));
}

void endNow(int)
{
    endCancelled();
}

std::array<struct sigaction, interrupts.size()> handleWith(void (*handler)(int))
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    std::array<struct sigaction, interrupts.size()> before;
    for (size_t i = 0; i < interrupts.size(); ++i)
        sigaction(interrupts[i], &action, &before[i]);
    return before;
}

// Whether a signal comes within the time, which is less than a second.
bool signalWithin(std::chrono::nanoseconds time)
{
    timespec until{};
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += time.count();
    until.tv_sec += until.tv_nsec / 1'000'000'000;
    until.tv_nsec %= 1'000'000'000;
    return sem_clockwait(&pendingSignals, CLOCK_MONOTONIC, &until) == 0;
}

}

void endOnSignals()
{
    handleWith(endNow);
    sigset_t set;
    sigemptyset(&set);
    for (const int interrupt : interrupts)
        sigaddset(&set, interrupt);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

Interrupt::Interrupt()
{
    sem_init(&pendingSignals, 0, 0);
    m_watcher = std::jthread([this](std::stop_token ended) { watch(ended); });
    m_before = handleWith(countSignal);
}

Interrupt::~Interrupt()
{
    m_watcher.request_stop();
    m_watcher.join();
    for (size_t i = 0; i < interrupts.size(); ++i)
        sigaction(interrupts[i], &m_before[i], nullptr);
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
    writeError("\n");
    endCancelled();
}

}
