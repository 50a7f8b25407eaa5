// `athanor bench pipeline`: how long large workflows take to open, check, flatten, save and edit. Needs no device.
#pragma once

namespace athanor {

void runPipelineBench(int repeats); // throws Error as the engine does

}
