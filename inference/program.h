// What this program is and where the files that come with it lie.
#pragma once
#include <string>

namespace athanor {

const char* programVersion(); // such as 0.1.0

// The path of a file or folder of resources/, such as "icons".
std::string resourcePath(const std::string& name);

}
