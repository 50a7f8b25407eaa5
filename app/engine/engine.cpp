#include "app/engine/engine.h"

#include "render/error.h"
#include "render/limits.h"

#include <algorithm>
#include <unistd.h>
#include <utility>

namespace athanor {

uint64_t defaultResultBudget()
{
    return uint64_t(std::max(0L, sysconf(_SC_PHYS_PAGES))) * uint64_t(sysconf(_SC_PAGE_SIZE)) / 4;
}

Engine::Engine(std::unique_ptr<RunHost> host, uint64_t resultBudget, EngineCallbacks callbacks)
    : m_host(std::move(host))
    , m_results(resultBudget)
    , m_callbacks((requireThreadsForRun(), std::move(callbacks)))
    , m_thread([this](std::stop_token ended) { work(ended); })
{
}

Engine::~Engine()
{
    cancelAll();
    m_thread.request_stop();
    m_thread.join();
}

RunId Engine::add(RunRequest request, std::string title)
{
    auto job = std::make_shared<Job>(Job{0, std::move(title), std::move(request), {}});
    {
        const std::lock_guard lock(m_mutex);
        job->id = ++m_lastId;
    }
    if (m_callbacks.onEvent) // before it can begin
        m_callbacks.onEvent(job->id, RunEvent{.kind = RunEvent::Kind::Queued});
    const std::lock_guard lock(m_mutex);
    m_waiting.push_back(job);
    m_changed.notify_all();
    return job->id;
}

std::vector<QueuedRun> Engine::queue() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<QueuedRun> runs;
    if (m_running && !m_running->ended)
        runs.push_back({m_running->id, m_running->title, true});
    for (const auto& job : m_waiting)
        runs.push_back({job->id, job->title, false});
    return runs;
}

bool Engine::move(RunId run, size_t place)
{
    const std::lock_guard lock(m_mutex);
    const auto it = std::ranges::find(m_waiting, run, [](const auto& job) { return job->id; });
    if (it == m_waiting.end())
        return false;
    const auto job = *it;
    m_waiting.erase(it);
    m_waiting.insert(m_waiting.begin() + std::ptrdiff_t(std::min(place, m_waiting.size())), job);
    return true;
}

bool Engine::cancel(RunId run)
{
    const std::lock_guard lock(m_mutex);
    const auto it = std::ranges::find(m_waiting, run, [](const auto& job) { return job->id; });
    const auto job = it != m_waiting.end() ? *it : m_running && m_running->id == run ? m_running : nullptr;
    return job && job->stop.request_stop(); // one that waits ends as soon as its turn comes
}

void Engine::cancelAll()
{
    const std::lock_guard lock(m_mutex);
    if (m_running)
        m_running->stop.request_stop();
    for (const auto& job : m_waiting)
        job->stop.request_stop();
}

void Engine::waitUntilIdle()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_waiting.empty() && !m_running; });
    if (const std::exception_ptr failure = std::exchange(m_failure, nullptr))
        std::rethrow_exception(failure);
}

void Engine::work(std::stop_token ended)
{
    std::unique_lock lock(m_mutex);
    while (true) {
        m_changed.wait(lock, ended, [this] { return !m_waiting.empty(); });
        if (m_waiting.empty())
            return;
        m_running = m_waiting.front();
        m_waiting.pop_front();
        lock.unlock();
        runJob(*m_running);
        lock.lock();
        m_running = nullptr;
        m_changed.notify_all();
    }
}

void Engine::runJob(Job& job)
{
    try {
        const RunSummary summary = summaryOf(job);
        {
            const std::lock_guard lock(m_mutex);
            job.ended = true;
        }
        if (m_callbacks.onDone)
            m_callbacks.onDone(job.id, summary);
    } catch (...) { // nothing leaves the thread
        const std::lock_guard lock(m_mutex);
        m_failure = std::current_exception();
    }
}

RunSummary Engine::summaryOf(Job& job)
{
    const auto onEvent = [&](const RunEvent& event) {
        if (m_callbacks.onEvent)
            m_callbacks.onEvent(job.id, event);
    };
    try {
        if (m_callbacks.onBegin)
            m_callbacks.onBegin(job.id);
        return execute(job.request, *m_host, m_results, onEvent, job.stop.get_token());
    } catch (...) {
        return failed(job, std::current_exception());
    }
}

RunSummary Engine::failed(const Job& job, const std::exception_ptr& caught)
{
    const Error error = asError(caught);
    RunSummary summary;
    summary.cancelled = error.kind == ErrorKind::Cancelled;
    if (summary.cancelled)
        return summary;
    RunEvent problem{.kind = RunEvent::Kind::Problem};
    problem.text = error.what();
    problem.code = int(error.kind);
    summary.problems.push_back(problem);
    if (m_callbacks.onEvent)
        m_callbacks.onEvent(job.id, problem);
    return summary;
}

}
