// The window with an engine behind it: files, folders and settings, and what of them goes where.
#pragma once
#include "app/engine/engine_studio.h"
#include "app/engine/model_scan.h"
#include "app/files/interrupt.h"
#include "app/window/picture_service.h"
#include "ui/window/main_window.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace athanor {

struct WindowArguments {
    std::string file; // to open; empty: what a newcomer begins with
    std::string outFolder; // for pictures; empty: as the settings say
    std::vector<std::string> modelFolders; // besides the user's own
    std::string device; // as chooseDevice takes it; empty: as the settings say
    std::optional<DType> precision;
    bool endWhenPainted = false; // tells it on stdout and ends; for measurements
};

// A window that can be shown; the application is there already.
class AppWindow : public QObject {
    Q_OBJECT
public:
    AppWindow(WindowArguments arguments, Interrupt* interrupt = nullptr);
    ~AppWindow() override;

    MainWindow& window() { return *m_window; }
    EngineStudio& studio() { return *m_studio; }
    // Opens what is to be opened, and shows it. What takes time begins when the first frame is painted.
    void start();
    std::string outFolder() const;

private:
    HostOptions hostOptions() const;
    void scanModels();
    WindowFiles windowFiles();
    OpenFiles openFiles() const; // of the runs that begin now
    void listResults(); // of earlier runs, from the output folder
    void showSettings();
    template <class Work, class Answer> void inBackground(Work work, Answer answer);

    const WindowArguments m_arguments;
    Interrupt* m_interrupt;
    std::set<std::string> m_foreign; // names that a picture's workflow came with
    std::unique_ptr<EngineStudio> m_studio;
    ModelScan m_models;
    PictureService m_pictures;
    std::unique_ptr<MainWindow> m_window;
    QThreadPool m_pool; // one thread: what is written later is later on the disk; ends first
};

// Opens the window and returns when it is closed. Throws Error(Device) where there is no display.
void runWindow(const WindowArguments& arguments);

}
