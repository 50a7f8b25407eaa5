// Measures the window: how soon it is there, and how long it is busy at a stretch while something goes on.
#pragma once

namespace athanor {

// Prints the times from the start of the process to the first painted frame.
void runStartBench(int repeats);

// Prints the longest times that the window's event loop was busy while a workflow is opened, runs on the starter model,
// is saved and is cancelled; and what previews cost.
void runWindowBench();

}
