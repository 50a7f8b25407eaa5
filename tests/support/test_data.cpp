#include "tests/support/test_data.h"

#include "tests/support/sanitized.h"

#include <cstdlib>
#include <filesystem>

namespace athanor {

namespace {

const char* testedProgram()
{
    return std::getenv("ATHANOR_TESTED_PROGRAM");
}

}

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
    return testedProgram() ? testedProgram() : ATHANOR_PROGRAM;
}

bool programIsSanitized()
{
    return isSanitized && !testedProgram();
}

}
