#include "inference/networks/network_threads.h"

#include <opencv2/core/parallel/parallel_backend.hpp>
#include <opencv2/core/utility.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace athanor {

namespace {

thread_local std::optional<std::stop_token> endsBy; // of the thread that runs a network
thread_local int threadNumber = 0;

// What is shared out in one go.
struct SharedOut {
    int tasks = 0;
    cv::parallel::ParallelForAPI::FN_parallel_for_body_cb_t work = nullptr;
    void* data = nullptr;
    std::atomic<int> next = 0;

    void take()
    {
        for (int task = next++; task < tasks; task = next++)
            work(task, task + 1, data);
    }
};

// OpenCV asks it for every part of a network, which is where a run can end. Threads are there while a network runs.
class EndingThreads : public cv::parallel::ParallelForAPI {
public:
    ~EndingThreads() override { stop(); }

    void parallel_for(int tasks, FN_parallel_for_body_cb_t work, void* data) override
    {
        if (endsBy && endsBy->stop_requested())
            throw NetworkRunEnded();
        const std::unique_lock one(m_one, std::try_to_lock);
        SharedOut out{tasks, work, data};
        if (!one || m_threads.empty() || tasks < 2)
            return out.take();
        {
            const std::lock_guard lock(m_mutex);
            m_out = &out;
            ++m_round;
            m_busy = int(m_threads.size());
        }
        m_changed.notify_all();
        out.take();
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_busy == 0; });
        m_out = nullptr;
    }

    int getThreadNum() const override { return threadNumber; }
    int getNumThreads() const override { return m_count; }
    int setNumThreads(int count) override { return m_count.exchange(std::max(count, 1)); }
    const char* getName() const override { return "athanor"; }

    void start()
    {
        const std::lock_guard one(m_one);
        m_ends = false;
        try {
            while (int(m_threads.size()) + 1 < m_count)
                m_threads.emplace_back(
                    [this, number = int(m_threads.size()) + 1, round = m_round] { help(number, round); });
        } catch (const std::system_error&) { // as many as there may be
        }
    }

    void stop()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_ends = true;
        }
        m_changed.notify_all();
        for (std::thread& thread : m_threads)
            thread.join();
        m_threads.clear();
    }

private:
    void help(int number, int round)
    {
        threadNumber = number;
        std::unique_lock lock(m_mutex);
        while (true) {
            m_changed.wait(lock, [&] { return m_ends || m_round != round; });
            if (m_ends)
                return;
            round = m_round;
            SharedOut& out = *m_out;
            lock.unlock();
            out.take();
            lock.lock();
            if (--m_busy == 0)
                m_changed.notify_all();
        }
    }

    std::mutex m_one, m_mutex; // who shares out; what follows
    std::condition_variable m_changed;
    std::vector<std::thread> m_threads;
    SharedOut* m_out = nullptr;
    int m_round = 0, m_busy = 0;
    std::atomic<int> m_count = 1;
    bool m_ends = false;
};

const std::shared_ptr<EndingThreads>& endingThreads()
{
    static const std::shared_ptr<EndingThreads> threads = [] {
        auto made = std::make_shared<EndingThreads>();
        cv::parallel::setParallelForBackend(made, false);
        return made;
    }();
    return threads;
}

}

NetworkThreads::NetworkThreads(std::stop_token stop)
{
    endsBy = std::move(stop);
    // With one alone OpenCV would not ask between its parts.
    constexpr int least = 2;
    const std::shared_ptr<EndingThreads>& threads = endingThreads();
    cv::setNumThreads(std::max(int(std::thread::hardware_concurrency()), least));
    threads->start();
}

NetworkThreads::~NetworkThreads()
{
    endingThreads()->stop();
    cv::setNumThreads(1);
    endsBy.reset();
}

}
