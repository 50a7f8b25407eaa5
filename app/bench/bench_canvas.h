// `athanor bench canvas`: how long a frame of the node canvas takes with a large workflow, off-screen.
#pragma once

namespace athanor {

// Prints milliseconds of processor time a frame, median and 99th percentile, of panning and zooming 1,000 nodes with
// 1,500 links at 1920×1080. `repeats` times 60 frames each.
void runCanvasBench(int repeats);

}
