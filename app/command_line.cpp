#include "app/command_line.h"

#include "app/commands.h"
#include "app/window.h"
#include "inference/program.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <new>
#include <string>
#include <system_error>

namespace athanor {

namespace {

constexpr size_t maxMessageBytes = 2'000;

// A closed stream's number would be given to the next file opened, which would then receive our text.
// Opened for reading, so that writing to it still fails.
void fillClosedStreams()
{
    for (int stream = 0; stream <= 2; ++stream) {
        if (fcntl(stream, F_GETFD) == -1)
            (void)open("/dev/null", O_RDONLY);
    }
}

int report(ErrorKind kind, const std::string& message)
{
    std::fprintf(stderr, "athanor: %s\n", printable(message, maxMessageBytes).c_str());
    return int(kind);
}

void flushOutput()
{
    if (std::fflush(stdout) != 0 || std::ferror(stdout))
        throw Error(
            ErrorKind::CannotWrite, "cannot write to the standard output: " + std::generic_category().message(errno));
}

void parseAndRun(int argc, char** argv)
{
    CLI::App app("Athanor: native image generation on Vulkan", "athanor");
    app.footer("Without a subcommand the window opens.\n"
               "Exit codes: 0 done, 1 internal error, 2 bad argument, 3 bad file, 4 file missing, 5 no usable device,\n"
               "6 out of memory, 7 cannot write, 8 cancelled.");
    app.set_version_flag("--version", programVersion());
    Command command;
    addWindow(app, command);
    addGenerate(app, command);
    addRun(app, command);
    addPreprocess(app, command);
    addInspect(app, command);
    addDevices(app, command);
    addBench(app, command);
    addNodes(app, command);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        std::fputs(app.help().c_str(), stdout);
        return;
    } catch (const CLI::CallForVersion& version) {
        std::printf("athanor %s\n", version.what());
        return;
    } catch (const CLI::ParseError& error) {
        throw Error(ErrorKind::BadArgument, printable(error.what()) + " (athanor --help shows what there is)");
    }
    if (!command)
        command = [] { runWindow({}); };
    command();
}

}

int runCommandLine(int argc, char** argv)
{
    fillClosedStreams();
    // Both become errors of the write, with a message.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        parseAndRun(argc, argv);
        flushOutput();
        return 0;
    } catch (const Error& error) {
        return report(error.kind, error.what());
    } catch (const std::bad_alloc&) {
        return report(ErrorKind::OutOfMemory, "not enough memory");
    } catch (const std::exception& error) {
        return report(ErrorKind(1), std::string("internal error: ") + error.what());
    }
}

}
