// What the system lets this process have. Drivers, and the compilers within them, crash or hang where they get no
// memory or no thread, so that is asked before they are loaded.
#pragma once
#include <cstdint>

namespace athanor {

uint64_t addressSpaceLimit(); // bytes, as of `ulimit -v`; UINT64_MAX: none
uint64_t addressSpaceLeft(); // of them, beside what is in use
// Throws Error(OutOfMemory) where `what` ("the window") would not get so many threads now; found by starting them.
void requireThreads(int wanted, const char* what);
void requireThreadsForRun(); // of a workflow, whose nodes share work among as many as there are cores

// Throws Error(OutOfMemory) where a driver would not get what it takes to draw with it.
void requireRoomForDriver();

}
