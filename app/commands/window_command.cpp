#include "app/commands/commands.h"
#include "app/commands/options.h"
#include "app/files/settings.h"
#include "app/files/standard_error.h"
#include "app/window/window.h"
#include "render/error.h"
#include "render/limits.h"
#include "ui/common/language.h"
#include "ui/common/theme.h"

#include <QTemporaryDir>

#include <clocale>
#include <cstdio>
#include <memory>
#include <stop_token>
#include <string>
#include <unistd.h>

namespace athanor {

namespace {

constexpr int threadsOfWindow = 16; // Qt's, and those that look for models and pictures

const std::string noDisplay = "the window cannot be opened: there is no display that works; start it on a desktop, or "
                              "use the command line (athanor --help lists what there is)";

// Qt ends the process where it finds no display.
void tellAndEnd(QtMsgType type, const QMessageLogContext&, const QString& text)
{
    if (type == QtFatalMsg) {
        tellError(noDisplay);
        _exit(int(ErrorKind::Device));
    }
    if (type == QtCriticalMsg)
        tellError(text.toStdString());
}

void requireDisplay()
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") && qEnvironmentVariableIsEmpty("DISPLAY")
        && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY"))
        throw Error(ErrorKind::Device, noDisplay);
}

}

void runWindow(const WindowArguments& arguments)
{
    requireDisplay();
    requireThreads(threadsOfWindow, "the window");
    qInstallMessageHandler(tellAndEnd);
    int argc = 1;
    char name[] = "athanor";
    char* argv[] = {name, nullptr};
    QApplication application(argc, argv);
    std::setlocale(LC_NUMERIC, "C"); // numbers in files are written by libraries too
    QApplication::setOrganizationName(QStringLiteral("athanor"));
    QApplication::setApplicationName(QStringLiteral("athanor"));
    QApplication::setApplicationDisplayName(QStringLiteral("Athanor"));
    QApplication::setDesktopFileName(QStringLiteral("athanor"));
    QApplication::setWindowIcon(icon(QStringLiteral("athanor")));
    std::string why;
    const auto aside = setAsideSettings(why);
    if (!why.empty())
        tellError(why);
    applyTheme(application, readTheme());
    installLanguage(application, QString::fromStdString(readSettings().language));
    Interrupt interrupt;
    AppWindow window(arguments, &interrupt);
    const std::stop_callback onStop(interrupt.token(),
        [&] { QMetaObject::invokeMethod(&window.window(), &MainWindow::closeAtOnce, Qt::QueuedConnection); });
    if (arguments.endWhenPainted)
        QObject::connect(&window.window(), &MainWindow::firstPainted, [] {
            std::puts("painted");
            std::fflush(stdout);
        });
    window.start();
    if (arguments.file.empty() && !arguments.endWhenPainted && MainWindow::wantsWelcome())
        window.window().showWelcome();
    QApplication::exec();
}

void addWindow(CLI::App& app, Command& command)
{
    CLI::App* windowApp = app.add_subcommand("window", "Open the window, as without a subcommand");
    const auto a = std::make_shared<WindowArguments>();
    const Options option{*windowApp};
    windowApp->add_option("FILE", a->file, "A workflow, or a picture that carries one")->type_name("");
    option.text("--out", "DIR", "The folder for pictures (as the settings say)", a->outFolder);
    windowApp->add_option("--models", a->modelFolders, "Where models are looked for by name, besides the user's own")
        ->type_name("DIR")
        ->expected(1)
        ->take_all();
    option.text("--device", "NAME", "A number or part of a name as `athanor devices` lists them", a->device);
    option.taken("--precision", "NAME", "fp16 or fp32, for weights and activations",
        [a](const std::string& text) { a->precision = parsePrecision(text); });
    windowApp->add_flag("--end-when-painted", a->endWhenPainted, "Tell the first frame and end, for measurements");
    windowApp->callback([&command, a] { command = [a] { runWindow(*a); }; });
}

}
