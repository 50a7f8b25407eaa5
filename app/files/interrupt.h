// Ctrl+C and SIGTERM as a stop request to the run, within a second whatever the run is doing.
#pragma once
#include <array>
#include <csignal>
#include <mutex>
#include <stop_token>
#include <thread>

namespace athanor {

// From here on a signal ends the process with the exit code of Cancelled, unless an Interrupt is there. Lets signals
// through that app/start.cpp holds back.
void endOnSignals();

// The first signal requests a stop. If the process still lives 0.6 s later, or at a second signal, it is ended with the
// exit code of Cancelled, but not while a file is being written. One at a time.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return m_stop.get_token(); }
    // Hold it while writing a file.
    [[nodiscard]] std::unique_lock<std::timed_mutex> writing() { return std::unique_lock(m_writing); }

private:
    void watch(std::stop_token ended);
    void endProcess();

    std::array<struct sigaction, 2> m_before; // how signals were handled
    std::stop_source m_stop;
    std::timed_mutex m_writing;
    std::jthread m_watcher;
};

}
