// The command line: parses the arguments, runs one subcommand, and turns errors into one line and an exit code.
#pragma once

namespace athanor {

// Returns the process's exit code: 0, an ErrorKind, or 1 for an internal error.
int runCommandLine(int argc, char** argv);

}
