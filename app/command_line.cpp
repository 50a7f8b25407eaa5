#include "app/command_line.h"

#include <CLI/CLI.hpp>

namespace athanor {

int runCommandLine(int argc, char** argv)
{
    CLI::App app("Athanor: native image generation on Vulkan");
    CLI11_PARSE(app, argc, argv);
    return 0;
}

}
