#include "tests/support/test_data.h"

#include <filesystem>

namespace athanor {

std::string testDataPath(const std::string& name)
{
    const std::string unpacked = ATHANOR_UNPACKED_DATA "/" + name;
    return std::filesystem::exists(unpacked) ? unpacked : sourcePath("tests/data/" + name);
}

std::string sourcePath(const std::string& name)
{
    return ATHANOR_SOURCE_DIR "/" + name;
}

std::string programPath()
{
    return ATHANOR_PROGRAM;
}

}
