// The command line: parses arguments and runs one subcommand.
#pragma once

namespace athanor {

// Returns the process's exit code.
int runCommandLine(int argc, char** argv);

}
