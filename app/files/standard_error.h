// The standard error stream, which has our own lines and nobody else's: what libraries print there (Qt, OpenCV,
// Vulkan's loader and drivers, …) is kept aside, and told only when one of them ends the process.
#pragma once
#include <string_view>

namespace athanor {

// To be called once, at the program's start. ATHANOR_LIBRARY_LINES=1 in the environment lets the lines through.
void keepLibraryLinesAside();

// As it stands, without the buffer of a FILE. May be called by a signal's handler.
void writeError(std::string_view text);
// "athanor: ", the text made printable (inference/weights/printable.h), and an end of line.
void tellError(std::string_view text);
bool errorIsTerminal();

}
