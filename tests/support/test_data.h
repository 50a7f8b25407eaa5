// Where tests find their stored reference data.
#pragma once
#include <string>

namespace athanor {

// tests/data/<name>, absolute.
inline std::string testDataPath(const std::string& name)
{
    return std::string(ATHANOR_TEST_DATA) + "/" + name;
}

}
