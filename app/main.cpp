#include "app/commands/command_line.h"
#include "app/files/standard_error.h"
#include "inference/networks/watched.h"
#include "render/error.h"

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv)
{
    try {
        const int code = athanor::runCommandLine(argc, argv);
        if (athanor::hasAbandonedWork()) { // a thread still uses what a usual end would tear down
            std::fflush(nullptr);
            std::_Exit(code);
        }
        return code;
    } catch (...) { // not even enough memory to say what it was
        athanor::writeError("athanor: not enough memory\n");
        return int(athanor::ErrorKind::OutOfMemory);
    }
}
