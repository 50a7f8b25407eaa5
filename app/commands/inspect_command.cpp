#include "app/commands/commands.h"
#include "app/commands/inspect.h"

#include <cstdio>
#include <memory>
#include <string>

namespace athanor {

namespace {

struct InspectArguments {
    std::string path;
    bool json = false;
};

void runInspect(const InspectArguments& arguments)
{
    const nlohmann::ordered_json report = inspect(arguments.path);
    // ASCII alone, so that nothing in the file can act on a terminal.
    const auto replace = nlohmann::ordered_json::error_handler_t::replace;
    const std::string text = arguments.json ? report.dump(2, ' ', true, replace) + '\n' : reportText(report);
    std::fwrite(text.data(), 1, text.size(), stdout);
}

}

void addInspect(CLI::App& app, Command& command)
{
    CLI::App* inspectApp = app.add_subcommand("inspect", "Say what a model file, diffusers folder or picture is");
    const auto arguments = std::make_shared<InspectArguments>();
    inspectApp->add_option("FILE", arguments->path, "Path of the file or folder")->required()->type_name("");
    inspectApp->add_flag("--json", arguments->json, "Everything as JSON, with every tensor");
    inspectApp->callback([&command, arguments] { command = [arguments] { runInspect(*arguments); }; });
}

}
