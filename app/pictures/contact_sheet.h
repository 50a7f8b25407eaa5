// Many small pictures in one, in rows.
#pragma once
#include <string>
#include <vector>

namespace athanor {

// Writes PNG bytes of the pictures in the files, `columns` a row, each at most 256 pixels a side and smaller where they
// would not fit; an empty path, or a picture that cannot be read, leaves its place gray. Empty if they are too many.
std::string contactSheet(const std::vector<std::string>& paths, int columns);

}
