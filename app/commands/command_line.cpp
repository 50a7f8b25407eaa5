#include "app/commands/command_line.h"

#include "app/commands/commands.h"
#include "app/files/interrupt.h"
#include "app/files/standard_error.h"
#include "app/window/window.h"
#include "inference/program.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <QObject>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <string>
#include <system_error>

namespace athanor {

namespace {

// A closed stream's number would be given to the next file opened, which would then receive our text.
// Opened for reading, so that writing to it still fails.
void fillClosedStreams()
{
    for (int stream = 0; stream <= 2; ++stream) {
        if (fcntl(stream, F_GETFD) == -1)
            (void)open("/dev/null", O_RDONLY);
    }
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
    keepLibraryLinesAside();
    endOnSignals();
    // Both become errors of the write, with a message.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        // Qt belongs to the thread that uses it first, which must outlive it: the engine's would not.
        const QObject first;
        parseAndRun(argc, argv);
        flushOutput();
        return 0;
    } catch (...) {
        const Error error = asError(std::current_exception());
        tellError(error.what());
        return int(error.kind);
    }
}

}
