// ComfyUI's prompt syntax and the one of this program (prompt_syntax.h) into each other.
//
// There (comfy/sd1_clip.py): (x) is weight × 1.1 and (x:1.3) weight 1.3, whatever is around it; \( and \) are the
// characters themselves; all else is text: square brackets, other backslashes, BREAK, brackets never closed.
#pragma once
#include <string>
#include <string_view>

namespace athanor {

// The text that means the same in this program's syntax: as it is where that is so already.
std::string promptFromComfy(std::string_view text);
// The other way; a prompt with BREAK, which is not there, stays as it is.
std::string promptToComfy(const std::string& text);

}
