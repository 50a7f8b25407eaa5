// Where tests find their stored reference data.
#pragma once
#include <string>

namespace athanor {

// What is stored under that name, absolute: in tests/data, or unpacked by the build from an archive there.
std::string testDataPath(const std::string& name);

}
