// The threads that OpenCV's networks use while one runs, and the way to end a run between two of its parts.
#pragma once
#include <stop_token>

namespace athanor {

// Thrown through OpenCV where a run is to end.
struct NetworkRunEnded { };

// While it lives, OpenCV works with a thread for each processor on what this thread asks of it, and ends as soon as the
// token is stopped. One at a time.
class NetworkThreads {
public:
    explicit NetworkThreads(std::stop_token stop);
    ~NetworkThreads();
    NetworkThreads(const NetworkThreads&) = delete;
    NetworkThreads& operator=(const NetworkThreads&) = delete;
};

}
