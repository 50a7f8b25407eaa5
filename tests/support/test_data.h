// Where tests find the program, the files of the source tree and their stored reference data.
#pragma once
#include <string>

namespace athanor {

// What is stored under that name, absolute: in tests/data, or unpacked by the build from an archive there.
std::string testDataPath(const std::string& name);

// A file or folder of the source tree, absolute; "" is the tree.
std::string sourcePath(const std::string& name);

// The athanor that this build made, or that which ATHANOR_TESTED_PROGRAM names.
std::string programPath();
bool programIsSanitized();

}
