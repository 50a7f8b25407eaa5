// What makes the window a home: the welcome page, the models and the keys.
#include "ui/canvas/canvas_drop.h"
#include "ui/canvas/graph_view.h"
#include "ui/document/labels.h"
#include "ui/panels/models_panel.h"
#include "ui/panels/shortcut_dialog.h"
#include "ui/panels/welcome_page.h"
#include "ui/window/file_actions.h"
#include "ui/window/main_window.h"

#include <QDockWidget>
#include <QEvent>
#include <QMenu>
#include <QMenuBar>
#include <QSettings>

#include <functional>

namespace athanor {

namespace {

const QString atStartKey = QStringLiteral("welcome");

// The titles and comments that come with an example are the program's words, not the user's.
Graph inUsersLanguage(Graph graph)
{
    for (auto& [id, comment] : graph.comments)
        comment.text = nodeText(comment.text).toStdString();
    for (auto& [id, node] : graph.nodes)
        node.title = nodeText(node.title).toStdString();
    return graph;
}

// The middle of the view, or beside what is there already.
QPointF freePlace(GraphView& canvas)
{
    constexpr double step = 24;
    constexpr QSizeF size(canvas::nodeWidth, 120);
    QPointF at = canvas.mapToScene(canvas.viewport()->rect().center()) - QPointF(size.width(), size.height()) / 2;
    for (int i = 0; i < 40 && !canvas.graphScene().idsIn(QRectF(at, size)).empty(); ++i)
        at += QPointF(step, step);
    return at;
}

void collectKeys(
    ShortcutKeys& keys, const QString& group, const QMenu& menu, const std::function<QString(QAction*)>& idOf)
{
    for (QAction* action : menu.actions()) {
        if (action->menu())
            collectKeys(keys, group, *action->menu(), idOf);
        else if (const QString id = idOf(action); !id.isEmpty() && !action->isSeparator())
            keys.add(id, group, *action);
    }
}

}

void MainWindow::openFirstWorkflow()
{
    m_document.reset(inUsersLanguage(m_files.firstWorkflow()));
    emit m_fileActions->opened();
}

void MainWindow::setModelSource(ModelSource& source)
{
    m_canvas->setModelSource(source);
    m_models = new ModelsPanel(source, this);
    m_docks.models->setWidget(m_models);
    connect(m_models, &ModelsPanel::loaderWanted, this, [this](const LoaderNode& loader) {
        putLoader(*m_canvas, loader, freePlace(*m_canvas), false);
        m_canvas->setFocus();
    });
    connect(m_models, &ModelsPanel::refused, this, [this](const QString& why) { m_status->say(why, true); });
    connect(m_models, &ModelsPanel::onlyStarter, this,
        [this, &source](bool only) { m_welcome->setModelsNote(only, source.userFolder()); });
    m_welcome->setModelsNote(true, source.userFolder());
    connect(m_welcome, &WelcomePage::modelsFolderWanted, m_models, &ModelsPanel::openFolder);
}

void MainWindow::makeHome()
{
    m_welcome = new WelcomePage(this);
    m_welcome->hide();
    connect(m_welcome, &WelcomePage::exampleWanted, this, &MainWindow::openExample);
    connect(m_welcome, &WelcomePage::newWanted, m_fileActions->newFile, &QAction::trigger);
    connect(m_welcome, &WelcomePage::openWanted, m_fileActions->openFile, &QAction::trigger);
    connect(m_welcome, &WelcomePage::recentWanted, m_fileActions, &FileActions::open);
    connect(m_welcome, &WelcomePage::closed, this, &MainWindow::hideWelcome);
    connect(
        m_welcome, &WelcomePage::showAtStartChanged, this, [](bool shows) { QSettings().setValue(atStartKey, shows); });
    connect(m_fileActions, &FileActions::opened, this, &MainWindow::hideWelcome);

    auto* empty = new EmptyCanvas(m_canvas);
    connect(empty, &EmptyCanvas::exampleWanted, this, &MainWindow::openExample);
    const auto refresh = [this, empty] {
        const Graph& graph = m_document.graph();
        const bool isEmpty = graph.nodes.empty() && graph.groups.empty() && graph.comments.empty();
        if (!isEmpty && empty->isAncestorOf(focusWidget()))
            m_canvas->setFocus(); // first, or the focus would go on to a node
        empty->setVisible(m_examples && isEmpty);
    };
    connect(&m_document, &GraphDocument::graphChanged, this, refresh);
    connect(&m_document, &GraphDocument::pathChanged, this, refresh);
    refresh();
    collectShortcuts();
}

void MainWindow::setExamples(std::function<Graph(const QString&)> read)
{
    m_examples = std::move(read);
}

void MainWindow::openExample(const QString& workflow, const QString& title)
{
    if (m_examples)
        m_fileActions->openGraph(inUsersLanguage(m_examples(workflow)), title);
}

bool MainWindow::wantsWelcome()
{
    const QSettings settings;
    return settings.value(atStartKey, true).toBool();
}

// Once by itself; later only if that is wished.
void MainWindow::showWelcome()
{
    QSettings settings;
    if (!settings.contains(atStartKey))
        settings.setValue(atStartKey, false);
    m_welcome->setShowsAtStart(settings.value(atStartKey).toBool());
    m_welcome->setRecent(recentFiles());
    placeWelcome();
    m_welcome->show();
    m_welcome->raise();
    m_welcome->cards().front()->setFocus();
}

void MainWindow::hideWelcome()
{
    if (m_welcome->isHidden())
        return;
    m_canvas->setFocus(); // first, or the focus would go on to a node
    m_welcome->hide();
}

// Over everything but the bar above and the line below.
void MainWindow::placeWelcome()
{
    const int top = menuWidget()->geometry().bottom() + 1;
    m_welcome->setGeometry(0, top, width(), m_status->geometry().top() - top);
}

bool MainWindow::event(QEvent* event)
{
    const bool handled = QMainWindow::event(event);
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
        placeWelcome();
    return handled;
}

void MainWindow::collectShortcuts()
{
    const auto idOf = [this](QAction* action) {
        const QString own = m_actions.key(action);
        return !own.isEmpty() || action->objectName().isEmpty() ? own
                                                                : QStringLiteral("canvas/") + action->objectName();
    };
    for (QAction* menu : menuWidget()->findChild<QMenuBar*>()->actions())
        if (menu->menu())
            collectKeys(m_keys, plainText(*menu), *menu->menu(), idOf);
    for (QAction* action : m_canvas->canvasActions()) // those on no menu
        m_keys.add(idOf(action), tr("Canvas"), *action);
}

void MainWindow::showShortcuts()
{
    collectShortcuts(); // of panels made since
    (new ShortcutDialog(m_keys, this))->open();
}

}
