// Runs workflows one after another on a thread of its own. It owns the host (and with it the device and the models) and
// the results of earlier runs. Holds no Qt.
#pragma once
#include "inference/run/executor.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace athanor {

using RunId = int64_t; // 1, 2, …

uint64_t defaultResultBudget(); // bytes: a quarter of the machine's memory

struct QueuedRun {
    RunId id = 0;
    std::string title; // for people
    bool running = false;
};

struct EngineCallbacks { // all may be empty, and are called on the engine's thread
    std::function<void(RunId)> onBegin; // before a run
    std::function<void(RunId, const RunEvent&)> onEvent; // Queued: on the thread that adds the run
    std::function<void(RunId, const RunSummary&)> onDone; // after its last event; of every run that was added
    // What they throw, and all else that does not belong to a node, ends that run as its problem.
};

class Engine {
public:
    Engine(std::unique_ptr<RunHost> host, uint64_t resultBudget, EngineCallbacks callbacks);
    ~Engine(); // cancels what is left and waits
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    RunId add(RunRequest request, std::string title = {});
    std::vector<QueuedRun> queue() const; // the running one first, then in order
    // Puts a waiting run at a place among those that wait, 0 the next. False if it does not wait.
    bool move(RunId run, size_t place);
    // False if it is neither waiting nor running.
    bool cancel(RunId run);
    void cancelAll();
    void waitUntilIdle(); // throws what kept a run from telling its end

    // How long each type of node takes, in seconds by its id; to be used while nothing runs.
    std::map<std::string, double, std::less<>>& nodeTimes() { return m_results.seconds; }

private:
    struct Job {
        RunId id = 0;
        std::string title;
        RunRequest request;
        std::stop_source stop;
        bool ended = false; // and is about to be told
    };
    void work(std::stop_token ended);
    void runJob(Job& job);
    RunSummary summaryOf(Job& job);
    RunSummary failed(const Job& job, const std::exception_ptr& caught);

    std::unique_ptr<RunHost> m_host;
    ResultCache m_results; // goes before the host, whose device it needs
    const EngineCallbacks m_callbacks;
    mutable std::mutex m_mutex; // of all below
    std::condition_variable_any m_changed;
    std::deque<std::shared_ptr<Job>> m_waiting;
    std::shared_ptr<Job> m_running;
    RunId m_lastId = 0;
    std::exception_ptr m_failure; // of telling a run's end
    std::jthread m_thread;
};

}
