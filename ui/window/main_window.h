// The window of the studio: its panels, menus and actions, and what they tell each other.
#pragma once
#include "ui/common/run_state.h"
#include "ui/common/runs.h"
#include "ui/common/shortcuts.h"
#include "ui/document/graph_document.h"
#include "ui/panels/banner.h"
#include "ui/panels/history_strip.h"
#include "ui/panels/image_viewer.h"
#include "ui/panels/log_panel.h"
#include "ui/panels/queue_panel.h"
#include "ui/panels/run_bar.h"
#include "ui/panels/status_line.h"
#include "ui/window/autosave.h"
#include "ui/window/file_actions.h"

#include <QMainWindow>

#include <functional>
#include <set>

namespace athanor {

class GraphView;
class Inspector;
class ModelSource;
class ModelsPanel;
class PictureActions;
class ValueEditors;
class WelcomePage;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    // The studio outlives the window. Copies of what is not saved go to the folder.
    MainWindow(Studio& studio, const WindowFiles& files, const QString& autosaveFolder, QWidget* parent = nullptr);
    ~MainWindow() override;

    GraphDocument& document() { return m_document; }
    RunState& runState() { return m_runState; }
    Runs& runs() { return m_runs; }
    FileActions& files() { return *m_fileActions; }
    Autosave& autosave() { return *m_autosave; }
    ImageViewer& viewer() { return *m_viewer; }
    HistoryStrip& history() { return *m_history; }
    QueuePanel& queuePanel() { return *m_queue; }
    LogPanel& log() { return *m_log; }
    Banner& recovery() { return *m_recovery; } // what offerRecovery says
    Banner& banner() { return *m_banner; }
    StatusLine& statusLine() { return *m_status; }
    PictureActions& pictures() { return *m_pictures; }
    RunBar& runBar() { return *m_bar; }
    GraphView& canvas() { return *m_canvas; }
    Inspector& inspector() { return *m_inspector; }
    ValueEditors& editors() { return *m_editors; }
    // By name, those of the menus included: "run", "cancel", …; null if there is none.
    QAction* action(const QString& name) const { return m_actions.value(name); }

    // What a newcomer begins with.
    void openFirstWorkflow();
    // Once, before it is shown: where models and examples come from; the source outlives the window.
    void setModelSource(ModelSource& source);
    void setExamples(std::function<Graph(const QString& workflow)> read);
    ModelsPanel* models() { return m_models; } // null without a source
    WelcomePage& welcome() { return *m_welcome; }
    ShortcutKeys& shortcutKeys() { return m_keys; }
    static bool wantsWelcome(); // at the start
    // Offers what a program that ended badly left behind, if it did.
    void offerRecovery();
    void setDevice(const DeviceStatus& status);
    // Ends without a question; what is not saved is kept for the next start.
    void closeAtOnce();

public slots:
    void run();
    void resetLayout();
    void showWelcome();

signals:
    void sourceChanged(); // another file, or one that now is the user's own
    void themeWanted(bool dark);
    void settingsWanted();
    void firstPainted();

protected:
    bool event(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    struct Docks {
        QDockWidget *viewer, *inspector, *history, *queue, *log, *models;
    };
    QDockWidget* addDock(const QString& name, const QString& title, QWidget* content, Qt::DockWidgetArea area);
    void makeDocks();
    QWidget* makeViewerPanel();
    static void showPanel(QDockWidget& panel);
    void connectAll();
    void restoreLayout();
    void saveLayout();
    void setArranging(bool on);
    void bringBack(const Recovered& found);
    bool openDrawn(const NodePath& node); // false: nothing of it is drawn

    // main_window_actions.cpp
    QAction* addAction(const QString& name, const QString& text, const char* iconName, const QKeySequence& key,
        const std::function<void()>& act);
    void makeActions();
    void makeRunActions();
    void makeViewActions();
    void makeMenus(QMenuBar& bar);
    void addCanvasActions(QMenu& menu, const QStringList& names);
    void enableActions();
    void showAbout();

    // main_window_home.cpp
    void makeHome();
    void openExample(const QString& workflow, const QString& title);
    void hideWelcome();
    void placeWelcome();
    void collectShortcuts();
    void showShortcuts();

    // main_window_runs.cpp
    void take(const RunMessage& message);
    void captionViewer();
    void ended(qint64 run);
    void refreshTitle();
    void refreshModel();

    Studio& m_studio;
    const WindowFiles m_files;
    GraphDocument m_document;
    RunState m_runState;
    Runs m_runs;
    QHash<QString, QAction*> m_actions;
    FileActions* m_fileActions;
    Autosave* m_autosave;
    GraphView* m_canvas;
    Inspector* m_inspector;
    ValueEditors* m_editors;
    Banner *m_recovery, *m_banner;
    ImageViewer* m_viewer;
    HistoryStrip* m_history;
    QueuePanel* m_queue;
    LogPanel* m_log;
    StatusLine* m_status;
    PictureActions* m_pictures = nullptr;
    RunBar* m_bar;
    ModelsPanel* m_models = nullptr;
    WelcomePage* m_welcome = nullptr;
    ShortcutKeys m_keys;
    std::function<Graph(const QString&)> m_examples;
    Docks m_docks{};
    QByteArray m_firstLayout;
    std::set<qint64> m_ownRuns; // of the workflow that is open
    PreviewMode m_preview = PreviewMode::Latent;
    bool m_painted = false, m_leaving = false;
};

}
