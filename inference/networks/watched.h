// Work that a library does and that may never come back: it is done beside, asked to end when its time is over or the
// user wants it, and left alone if it does not.
#pragma once
#include <functional>
#include <stop_token>
#include <string>

namespace athanor {

struct WatchLimits {
    double seconds = 1'800; // how long the work may take
    double grace = 10; // and how long until it has seen that it is to end
};

enum class Watched { Done, TooLong, Stopped };

struct WatchedEnd {
    Watched how = Watched::Done;
    bool isLost = false; // it did not end
};

// Runs `work` on a thread of its own. Its token is stopped when time is over or `stop` is; what it throws is thrown
// here. Where it does not end then, its thread goes on alone: it must own all that it uses.
WatchedEnd runWatched(
    std::function<void(std::stop_token)> work, const WatchLimits& limits, const std::stop_token& stop);

// Whether such a thread goes on: then nothing may be torn down and the process ends by _Exit.
bool hasAbandonedWork();

}
