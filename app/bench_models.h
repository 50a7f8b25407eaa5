// `athanor bench models`: how soon a folder of 5,000 models is listed, and how long the window waits for it at most.
#pragma once

namespace athanor {

// Prints the median of `repeats` scans of files made for it: until all are listed, until all are read, and the longest
// time that the event loop was busy, in milliseconds.
void runModelsBench(int repeats);

}
