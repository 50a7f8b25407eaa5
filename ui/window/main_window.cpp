#include "ui/window/main_window.h"

#include "ui/canvas/graph_view.h"
#include "ui/common/dropped_file.h"
#include "ui/common/theme.h"
#include "ui/inspector/inspector.h"
#include "ui/paint/value_editors.h"
#include "ui/window/picture_actions.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMenuBar>
#include <QPainter>
#include <QScreen>
#include <QSettings>
#include <QTimer>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

#include <optional>
#include <utility>

namespace athanor {

namespace {

constexpr int layoutVersion = 1;
constexpr QSize firstSize(1440, 900), smallestSize(960, 600);
const QString geometryKey = QStringLiteral("window/geometry"), layoutKey = QStringLiteral("window/layout"),
              promptsKey = QStringLiteral("prompts");

}

MainWindow::MainWindow(Studio& studio, const WindowFiles& files, const QString& autosaveFolder, QWidget* parent)
    : QMainWindow(parent)
    , m_studio(studio)
    , m_files(files)
    , m_runs(studio)
    , m_fileActions(new FileActions(m_document, files, *this))
    , m_autosave(new Autosave(m_document, files, autosaveFolder))
    , m_canvas(new GraphView(m_document, m_runState))
    , m_inspector(new Inspector(m_document, m_runState, studio))
    , m_editors(new ValueEditors(m_document, {[this] { return m_viewer->picture(); }, files.readPicture}, files.write))
    , m_recovery(new Banner(this))
    , m_banner(new Banner(this))
    , m_viewer(new ImageViewer(this))
    , m_history(new HistoryStrip(this))
    , m_queue(new QueuePanel(studio, m_runs, this))
    , m_log(new LogPanel(this))
    , m_status(new StatusLine(m_runs, this))
    , m_bar(nullptr)
{
    m_autosave->setParent(this);
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    setStatusBar(m_status);
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_canvas, 1);
    column->addWidget(m_editors, 1);
    setCentralWidget(centre);
    makeDocks();
    makeActions();
    auto* menus = new QMenuBar(this);
    menus->setNativeMenuBar(false);
    makeMenus(*menus);
    m_bar = new RunBar(menus,
        {action("run"), action("pause"), action("cancel"), m_canvas->action("add"),
            {action("preview off"), action("preview latent"), action("preview decoded")}},
        m_runs, this);
    auto* top = new QWidget(this);
    auto* rows = new QVBoxLayout(top);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_bar);
    rows->addWidget(m_recovery);
    rows->addWidget(m_banner);
    setMenuWidget(top);
    setMinimumSize(smallestSize);
    const QSize room = screen()->availableSize();
    if (room.width() <= firstSize.width() || room.height() <= firstSize.height())
        setWindowState(Qt::WindowMaximized);
    resize(firstSize.expandedTo(room * 0.8).boundedTo(room));
    m_firstLayout = saveState(layoutVersion);
    restoreLayout();
    m_pictures = new PictureActions(
        {m_document, *m_fileActions, *m_canvas, *m_viewer, *m_history, *m_banner, *m_status, m_runs}, m_files, *this);
    connectAll();
    makeHome();
    refreshTitle();
    enableActions();
}

MainWindow::~MainWindow()
{
    m_runState.disconnect();
    m_document.disconnect();
    delete takeCentralWidget(); // what refers to the members goes before them
    qDeleteAll(findChildren<QDockWidget*>(QString(), Qt::FindDirectChildrenOnly));
    delete m_autosave;
}

QDockWidget* MainWindow::addDock(const QString& name, const QString& title, QWidget* content, Qt::DockWidgetArea area)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setWidget(content);
    dock->setTitleBarWidget(new QWidget(dock)); // none, until panels are arranged
    addDockWidget(area, dock);
    return dock;
}

void MainWindow::makeDocks()
{
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    m_docks.viewer = addDock("viewer", tr("Picture"), makeViewerPanel(), Qt::RightDockWidgetArea);
    m_docks.inspector = addDock("inspector", tr("Inspector"), m_inspector, Qt::RightDockWidgetArea);
    m_docks.history = addDock("history", tr("History"), m_history, Qt::BottomDockWidgetArea);
    m_docks.queue = addDock("queue", tr("Queue"), m_queue, Qt::BottomDockWidgetArea);
    m_docks.log = addDock("log", tr("Log"), m_log, Qt::BottomDockWidgetArea);
    splitDockWidget(m_docks.history, m_docks.queue, Qt::Horizontal);
    splitDockWidget(m_docks.queue, m_docks.log, Qt::Horizontal);
    m_docks.queue->hide();
    m_docks.log->hide();
    m_docks.models = addDock("models", tr("Models"), new QWidget(this), Qt::LeftDockWidgetArea);
    m_docks.models->hide();
    resizeDocks({m_docks.viewer, m_docks.inspector}, {420, 420}, Qt::Horizontal);
    resizeDocks({m_docks.viewer, m_docks.inspector}, {400, 330}, Qt::Vertical);
}

// The picture with a row of small tools below it.
QWidget* MainWindow::makeViewerPanel()
{
    auto* panel = new QWidget(this);
    auto* tools = new QHBoxLayout;
    tools->setContentsMargins(8, 4, 8, 4);
    tools->setSpacing(4);
    for (const char* name : {"picture fit", "picture actual", "picture compare", "", "picture copy", "picture save"}) {
        if (!*name) {
            tools->addStretch();
            continue;
        }
        auto* button = new QToolButton(panel);
        button->setProperty("flat", true);
        button->setObjectName(QString::fromLatin1(name));
        tools->addWidget(button);
    }
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_viewer, 1);
    column->addLayout(tools);
    return panel;
}

void MainWindow::connectAll()
{
    connect(&m_studio, &Studio::message, this, &MainWindow::take);
    connect(&m_studio, &Studio::deviceChanged, this, &MainWindow::setDevice);
    connect(&m_runs, &Runs::progressed, this, &MainWindow::captionViewer);
    connect(&m_runs, &Runs::ended, this, &MainWindow::ended);
    connect(&m_runs, &Runs::pausedChanged, this, &MainWindow::enableActions);
    connect(&m_studio, &Studio::queueChanged, this, &MainWindow::enableActions);
    connect(m_viewer, &ImageViewer::stateChanged, this, &MainWindow::enableActions);

    connect(&m_document, &GraphDocument::fileChanged, this, &MainWindow::refreshTitle);
    connect(&m_document, &GraphDocument::graphChanged, this, &MainWindow::refreshModel);
    connect(&m_document, &GraphDocument::refused, this, [this](const QString& why) { m_status->say(why, true); });
    connect(&m_document, &GraphDocument::wasReset, this, [this] {
        m_ownRuns.clear();
        m_runState.clear();
    });
    connect(m_fileActions, &FileActions::opened, this, [this] {
        m_banner->hide();
        refreshTitle();
        emit sourceChanged();
    });
    connect(m_fileActions, &FileActions::saved, this, [this] {
        refreshTitle();
        m_status->say(tr("Saved %1").arg(m_document.file()));
        emit sourceChanged();
    });
    connect(m_fileActions, &FileActions::problem, this, [this](const QString& text) {
        m_log->add(text, LogPanel::Level::Error);
        m_banner->say(Banner::Kind::Error, text);
    });
    connect(m_fileActions, &FileActions::warned, this, [this](const QString& text) {
        m_log->add(text, LogPanel::Level::Warning);
        m_banner->say(Banner::Kind::Warning, text);
    });
    connect(m_fileActions, &FileActions::changedOnDisk, this, [this] {
        m_banner->say(Banner::Kind::Warning,
            tr("%1 was changed by another window or program. Saving asks before it is overwritten.")
                .arg(QFileInfo(m_document.file()).fileName()),
            {{tr("Compare…"), [this] { m_fileActions->compareWithFile(); }},
                {tr("Reload"), [this] { m_fileActions->reload(); }},
                {tr("Save as…"), [this] { m_fileActions->saveFileAs->trigger(); }}});
    });
    connect(m_fileActions, &FileActions::goneFromDisk, this, [this] {
        m_banner->say(Banner::Kind::Warning,
            tr("%1 is no longer on the disk. What is open here is all there is of it.").arg(m_document.file()),
            {{tr("Save"), [this] { m_fileActions->saveFile->trigger(); }},
                {tr("Save as…"), [this] { m_fileActions->saveFileAs->trigger(); }}});
    });
    connect(m_fileActions, &FileActions::reloaded, this, [this] {
        m_banner->hide();
        m_status->say(tr("Reloaded %1").arg(m_document.file()));
    });
    connect(m_autosave, &Autosave::kept, m_status, &StatusLine::setKept);
    connect(m_autosave, &Autosave::failed, this,
        [this](const QString& why) { m_log->add(tr("Not autosaved: %1").arg(why), LogPanel::Level::Warning); });

    connect(m_canvas, &GraphView::fileDropped, m_pictures, &PictureActions::meetOnCanvas);
    connect(m_queue, &QueuePanel::workflowWanted, m_fileActions, &FileActions::openGraph);
    connect(m_queue, &QueuePanel::shown, m_viewer, &ImageViewer::showAlone);
    connect(m_queue, &QueuePanel::fileShown, m_pictures, &PictureActions::show);
    connect(m_canvas, &GraphView::openRequested, m_fileActions, &FileActions::open);
    connect(m_editors, &ValueEditors::openChanged, this, [this](bool open) {
        QWidget* shown = m_canvas;
        QWidget* hidden = m_editors;
        if (open)
            std::swap(shown, hidden);
        shown->show();
        shown->setFocus(); // first, as a canvas that is hidden with the focus would go on to its next node
        hidden->hide();
    });
    connect(m_canvas, &GraphView::nodeActivated, this, [this](const NodePath& node) {
        if (!openDrawn(node))
            showPanel(*m_docks.inspector);
    });
    connect(m_canvas, &GraphView::pictureActivated, this, [this](const NodePath& node) {
        if (openDrawn(node))
            return;
        showPanel(*m_docks.viewer);
        if (const QImage& picture = m_runState.of(node).picture; !picture.isNull())
            m_viewer->showAlone(picture);
    });
    connect(m_inspector, &Inspector::nodeWanted, this,
        [this](const NodePath& node) { m_canvas->reveal({node.empty() ? 0 : node.back()}); });
    connect(m_inspector, &Inspector::promptHistoryChanged, this,
        [this] { QSettings().setValue(promptsKey, m_inspector->promptHistory()); });
    m_inspector->setPromptHistory(QSettings().value(promptsKey).toStringList());
    connect(m_status, &StatusLine::queueWanted, this, [this] { showPanel(*m_docks.queue); });
    connect(m_status, &StatusLine::deviceWanted, this, &MainWindow::settingsWanted);
}

bool MainWindow::openDrawn(const NodePath& node)
{
    const auto place = ValueEditors::drawnParam(m_document.graph(), node);
    if (place) {
        m_document.select({node.back()});
        m_document.openEditor(*place);
    }
    return place.has_value();
}

void MainWindow::showPanel(QDockWidget& panel)
{
    panel.show();
    panel.raise();
}

void MainWindow::offerRecovery()
{
    const std::optional<Recovered> copy = m_autosave->find();
    if (!copy)
        return;
    const QString name = copy->file.isEmpty() ? tr("an unsaved workflow") : QFileInfo(copy->file).fileName();
    m_recovery->say(Banner::Kind::Warning,
        tr("Athanor did not end properly. Changes to %1 were kept at %2.")
            .arg(name, QLocale().toString(copy->when.time(), QLocale::ShortFormat)),
        {{tr("Bring back"), [this, found = *copy] { m_fileActions->leave([this, found] { bringBack(found); }); }},
            {tr("Discard"), [this, found = *copy] { m_autosave->forget(found); }}});
}

void MainWindow::bringBack(const Recovered& found)
{
    m_files.open(found.kept, [this, found](const OpenedFile& opened) {
        if (!opened.problem.isEmpty())
            return m_banner->say(Banner::Kind::Error, opened.problem);
        m_document.reset(opened.graph, found.file, opened.readOnly, true);
        m_document.setFileState(found.state);
        m_autosave->writeNow();
        m_autosave->forget(found);
        hideWelcome();
        emit sourceChanged();
    });
}

void MainWindow::setDevice(const DeviceStatus& status)
{
    m_status->setDevice(status);
    if (!status.problem.isEmpty())
        m_banner->say(Banner::Kind::Warning, tr("Workflows can be edited but not run: %1.").arg(status.problem));
}

void MainWindow::closeAtOnce()
{
    m_autosave->keep();
    m_autosave->writeNow();
    m_leaving = true;
    close();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    saveLayout();
    if (m_leaving || !m_document.isModified())
        return event->accept();
    event->ignore();
    m_fileActions->leave([this] {
        m_leaving = true;
        close();
    });
}

void MainWindow::paintEvent(QPaintEvent* event)
{
    QMainWindow::paintEvent(event);
    if (std::exchange(m_painted, true))
        return;
    QTimer::singleShot(0, this, &MainWindow::firstPainted); // when all widgets are painted
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        update();
    if (event->type() == QEvent::ActivationChange && isActiveWindow() && m_painted)
        m_fileActions->lookAtFile();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

// A dropped file opens; nothing runs by itself.
void MainWindow::dropEvent(QDropEvent* event)
{
    const QString path = droppedFile(event->mimeData());
    if (path.isEmpty())
        return m_status->say(event->mimeData()->urls().size() > 1
                ? tr("One file at a time can be opened")
                : tr("Nothing is fetched from the network; save it as a file first"),
            true);
    event->acceptProposedAction();
    QTimer::singleShot(0, this, [this, path] { m_fileActions->open(path); }); // its owner waits for the drop to end
}

void MainWindow::setArranging(bool on)
{
    for (auto* dock : findChildren<QDockWidget*>()) {
        QWidget* old = dock->titleBarWidget();
        dock->setTitleBarWidget(on ? nullptr : new QWidget(dock));
        delete old;
    }
}

void MainWindow::saveLayout()
{
    QSettings settings;
    settings.setValue(geometryKey, saveGeometry());
    settings.setValue(layoutKey, saveState(layoutVersion));
}

void MainWindow::restoreLayout()
{
    const QSettings settings;
    restoreGeometry(settings.value(geometryKey).toByteArray());
    restoreState(settings.value(layoutKey).toByteArray(), layoutVersion);
}

void MainWindow::resetLayout()
{
    restoreState(m_firstLayout, layoutVersion);
    resizeDocks({m_docks.viewer}, {420}, Qt::Horizontal);
}

}
