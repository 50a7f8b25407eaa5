#include "inference/program.h"
#include "ui/canvas/graph_view.h"
#include "ui/common/shortcuts.h"
#include "ui/common/theme.h"
#include "ui/window/main_window.h"
#include "ui/window/picture_actions.h"

#include <QActionGroup>
#include <QDockWidget>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QToolButton>

#include <functional>

namespace athanor {

QAction* MainWindow::addAction(const QString& name, const QString& text, const char* iconName, const QKeySequence& key,
    const std::function<void()>& act)
{
    auto* action = new QAction(text, this);
    if (iconName && *iconName) {
        action->setIcon(icon(QString::fromLatin1(iconName)));
        action->setProperty("iconName", QString::fromLatin1(iconName));
    }
    action->setShortcut(key);
    if (act)
        connect(action, &QAction::triggered, this, act);
    m_actions.insert(name, action);
    return action;
}

void MainWindow::makeActions()
{
    makeRunActions();
    makeViewActions();
    m_actions.insert(QStringLiteral("new"), m_fileActions->newFile);
    m_actions.insert(QStringLiteral("open"), m_fileActions->openFile);
    m_actions.insert(QStringLiteral("save"), m_fileActions->saveFile);
    m_actions.insert(QStringLiteral("save as"), m_fileActions->saveFileAs);
    addAction("first", tr("New from the first workflow"), "new", {},
        [this] { m_fileActions->leave([this] { openFirstWorkflow(); }); });
    addAction("settings", tr("Settings…"), "settings", QKeySequence(Qt::CTRL | Qt::Key_Comma),
        [this] { emit settingsWanted(); });
    addAction("quit", tr("Quit"), "", QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });
    addAction("welcome", tr("Welcome"), "star", {}, [this] { showWelcome(); });
    addAction("shortcuts", tr("Keyboard shortcuts"), "keyboard", QKeySequence(Qt::Key_F1), [this] { showShortcuts(); });
    addAction("about", tr("About Athanor"), "info", {}, [this] { showAbout(); });

    QAction* undo = m_document.undoStack().createUndoAction(this, tr("Undo"));
    undo->setIcon(icon(QStringLiteral("undo")));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = m_document.undoStack().createRedoAction(this, tr("Redo"));
    redo->setIcon(icon(QStringLiteral("redo")));
    redo->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    m_actions.insert(QStringLiteral("undo"), undo);
    m_actions.insert(QStringLiteral("redo"), redo);

    addAction("picture fit", tr("Fit the picture"), "fit", {}, [this] { m_viewer->fit(); });
    addAction("picture actual", tr("Picture at 100 %"), "actual-size", {}, [this] { m_viewer->showActualSize(); });
    QAction* compare = addAction("picture compare", tr("Compare with the result before"), "compare",
        QKeySequence(Qt::CTRL | Qt::Key_B), [this] { m_viewer->setComparing(!m_viewer->isComparing()); });
    compare->setCheckable(true);
    addAction("picture copy", tr("Copy the picture"), "copy", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C),
        [this] { m_pictures->copy(); });
    addAction("picture save", tr("Save the picture as…"), "download", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E),
        [this] { m_pictures->saveAs(); });
    for (auto* button : findChildren<QToolButton*>())
        if (QAction* own = action(button->objectName()))
            button->setDefaultAction(own);
}

void MainWindow::makeRunActions()
{
    QAction* start = addAction("run", tr("Run"), "play", {}, [this] { run(); });
    start->setShortcuts({QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)});
    start->setToolTip(tr("Run the workflow; only what has changed is run"));
    QAction* pause = addAction("pause", tr("Pause"), "pause", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P), {});
    pause->setCheckable(true);
    pause->setToolTip(tr("Pause after the step in progress, and go on"));
    connect(pause, &QAction::toggled, &m_runs, &Runs::setPaused);
    connect(&m_runs, &Runs::pausedChanged, pause, [this, pause] { pause->setChecked(m_runs.isPaused()); });
    addAction("cancel", tr("Cancel"), "stop", QKeySequence(Qt::CTRL | Qt::Key_Period), [this] {
        m_runs.cancelCurrent();
    })->setToolTip(tr("Cancel the run in progress"));
    addAction("cancel all", tr("Cancel all"), "", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Period),
        [this] { m_runs.cancelAll(); });

    auto* previews = new QActionGroup(this);
    const auto choice = [&](const QString& name, const QString& text, const QString& tip, PreviewMode mode) {
        QAction* action = addAction(name, text, "", {}, [this, mode] {
            m_preview = mode;
            m_studio.setPreview(mode);
            QSettings().setValue(QStringLiteral("preview"), int(mode));
        });
        action->setCheckable(true);
        action->setToolTip(tip);
        previews->addAction(action);
        if (QSettings().value(QStringLiteral("preview"), int(PreviewMode::Latent)).toInt() == int(mode))
            action->trigger();
    };
    choice("preview off", tr("Off"), tr("Nothing until the picture is done"), PreviewMode::Off);
    choice("preview latent", tr("Latent colours"), tr("Every step, roughly: the latent's values as colours"),
        PreviewMode::Latent);
    choice("preview decoded", tr("Full picture"), tr("Every few steps through the VAE, which takes time"),
        PreviewMode::Decoded);
}

void MainWindow::makeViewActions()
{
    auto* themes = new QActionGroup(this);
    const auto choice = [&](const QString& name, const QString& text, const char* iconName, bool dark) {
        QAction* action = addAction(name, text, iconName, {}, [this, dark] { emit themeWanted(dark); });
        action->setCheckable(true);
        action->setChecked(themeInUse().dark == dark);
        themes->addAction(action);
    };
    choice("dark", tr("Dark"), "moon", true);
    choice("light", tr("Light"), "sun", false);
    QAction* arrange = addAction("arrange", tr("Arrange panels"), "", {}, {});
    arrange->setCheckable(true);
    connect(arrange, &QAction::toggled, this, &MainWindow::setArranging);
    addAction("reset layout", tr("Reset the layout"), "reset", {}, [this] { resetLayout(); });
    addAction("full screen", tr("Full screen"), "", QKeySequence(Qt::Key_F11),
        [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
}

void MainWindow::addCanvasActions(QMenu& menu, const QStringList& names)
{
    for (const QString& name : names) {
        QAction* action = m_canvas->action(name);
        if (name.isEmpty())
            menu.addSeparator();
        else if (action)
            menu.addAction(action);
    }
}

void MainWindow::makeMenus(QMenuBar& bar)
{
    const auto add = [this](QMenu& menu, std::initializer_list<const char*> names) {
        for (const char* name : names) {
            if (!*name)
                menu.addSeparator();
            else
                menu.addAction(action(QString::fromLatin1(name)));
        }
    };
    QMenu* file = bar.addMenu(tr("&File"));
    add(*file, {"new", "first", "open"});
    file->addMenu(m_fileActions->recent);
    add(*file, {"", "save", "save as", "", "settings", "", "quit"});

    QMenu* edit = bar.addMenu(tr("&Edit"));
    add(*edit, {"undo", "redo"});
    addCanvasActions(*edit,
        {"", "cut", "copy", "paste", "paste with links", "duplicate", "delete", "delete with links", "", "select all",
            "rename"});

    QMenu* graph = bar.addMenu(tr("&Graph"));
    addCanvasActions(*graph,
        {"add", "add note", "link", "", "mute", "bypass", "collapse", "", "group", "into subgraph", "out of subgraph",
            "enter subgraph", "leave subgraph", ""});
    QMenu* align = graph->addMenu(tr("Align"));
    addCanvasActions(*align,
        {"align left", "align right", "align top", "align bottom", "align middle", "align row", "",
            "distribute horizontally", "distribute vertically"});
    addCanvasActions(*graph, {"auto layout"});

    QMenu* view = bar.addMenu(tr("&View"));
    addCanvasActions(*view, {"fit", "fit selection", "zoom in", "zoom out", "minimap", ""});
    add(*view, {"picture fit", "picture actual", "picture compare", ""});
    const QKeySequence keys[] = {Qt::CTRL | Qt::Key_1, Qt::CTRL | Qt::Key_2, Qt::CTRL | Qt::Key_3, Qt::CTRL | Qt::Key_4,
        Qt::CTRL | Qt::Key_5, Qt::CTRL | Qt::Key_6};
    int index = 0;
    for (QDockWidget* dock :
        {m_docks.viewer, m_docks.inspector, m_docks.history, m_docks.queue, m_docks.log, m_docks.models}) {
        QAction* toggle = dock->toggleViewAction();
        toggle->setShortcut(keys[index++]);
        view->addAction(toggle);
        m_actions.insert(QStringLiteral("panel ") + dock->objectName(), toggle);
    }
    add(*view, {"arrange", "reset layout", "", "dark", "light", "", "full screen"});

    QMenu* runs = bar.addMenu(tr("&Run"));
    add(*runs, {"run", "pause", "cancel", "cancel all", ""});
    QMenu* previews = runs->addMenu(tr("Preview"));
    add(*previews, {"preview off", "preview latent", "preview decoded"});
    add(*runs, {"", "picture copy", "picture save"});

    QMenu* help = bar.addMenu(tr("&Help"));
    add(*help, {"welcome", "shortcuts", "about"});
}

void MainWindow::enableActions()
{
    const bool busy = !m_runs.queue().empty(), shows = !m_viewer->picture().isNull();
    action("pause")->setEnabled(busy || m_runs.isPaused());
    action("cancel")->setEnabled(busy);
    action("cancel all")->setEnabled(busy);
    for (const char* name : {"picture fit", "picture actual", "picture copy", "picture save"})
        action(QString::fromLatin1(name))->setEnabled(shows);
    action("picture compare")->setEnabled(m_viewer->canCompare());
    action("picture compare")->setChecked(m_viewer->isComparing());
}

void MainWindow::showAbout()
{
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About Athanor"),
        tr("<h3>Athanor %1</h3><p>Native image generation on Vulkan.</p><p>Apache License 2.0. Made with Qt %2.</p>")
            .arg(QString::fromLatin1(programVersion()), QString::fromLatin1(qVersion())),
        QMessageBox::Ok, this);
    box->setTextFormat(Qt::RichText); // the program's own words
    box->setIconPixmap(windowIcon().pixmap(64, 64));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

}
