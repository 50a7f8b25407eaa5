#include "tests/support/test_data.h"

#include <filesystem>

namespace athanor {

std::string testDataPath(const std::string& name)
{
    const std::string unpacked = ATHANOR_UNPACKED_DATA "/" + name;
    return std::filesystem::exists(unpacked) ? unpacked : ATHANOR_TEST_DATA "/" + name;
}

}
