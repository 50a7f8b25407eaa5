// The subcommands: each adds itself to the parser and, when it was given, leaves what to run in `command`.
#pragma once
#include <CLI/CLI.hpp>

#include <functional>

namespace athanor {

using Command = std::function<void()>; // throws Error

void addGenerate(CLI::App& app, Command& command);
void addRun(CLI::App& app, Command& command);
void addInspect(CLI::App& app, Command& command);
void addDevices(CLI::App& app, Command& command);
void addBench(CLI::App& app, Command& command);
void addNodes(CLI::App& app, Command& command);
void addPreprocess(CLI::App& app, Command& command);
void addWindow(CLI::App& app, Command& command);

}
