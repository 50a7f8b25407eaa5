// `athanor bench models`: how soon a folder of 5,000 models is listed, and how long the window waits for it at most.
#pragma once

namespace athanor {

// Prints the median of `repeats` scans of files made for it: until all are listed, until all are read, and how long
// an event of the window has to wait at most, in milliseconds.
void runModelsBench(int repeats);

}
