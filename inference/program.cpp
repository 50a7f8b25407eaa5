#include "inference/program.h"

namespace athanor {

const char* programVersion()
{
    return ATHANOR_VERSION;
}

std::string resourcePath(const std::string& name)
{
    return ATHANOR_RESOURCES "/" + name;
}

}
