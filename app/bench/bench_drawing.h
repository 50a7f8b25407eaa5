// `athanor bench drawing`: how long it takes from the pen to the screen, off-screen, and what strokes weigh.
#pragma once

namespace athanor {

// Prints milliseconds of processor time from a move of the pointer to the painted sheet of 2048×2048, median and 99th
// percentile, and the bytes of 2,000 strokes in the workflow and in undo. `repeats` times 200 moves of each brush.
void runDrawingBench(int repeats);

}
