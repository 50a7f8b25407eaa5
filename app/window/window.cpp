#include "app/window/window.h"

#include "app/engine/workflow_file.h"
#include "app/files/folders.h"
#include "app/files/settings.h"
#include "app/pictures/image_store.h"
#include "app/pictures/qt_values.h"
#include "inference/graph/node_type.h"
#include "render/error.h"
#include "ui/common/theme.h"
#include "ui/document/run_text.h"
#include "ui/panels/settings_dialog.h"

#include <QFile>
#include <QFileInfo>

#include <exception>
#include <filesystem>
#include <functional>
#include <sys/stat.h>
#include <variant>

namespace athanor {

namespace {

// A file that is replaced has another number, one that is written to another time.
FileState stateOf(const QString& path)
{
    struct stat found { };
    if (::stat(systemPath(path).c_str(), &found) != 0)
        return {};
    return QStringLiteral("%1:%2 %3 %4.%5")
        .arg(found.st_dev)
        .arg(found.st_ino)
        .arg(found.st_size)
        .arg(found.st_mtim.tv_sec)
        .arg(found.st_mtim.tv_nsec, 9, 10, QLatin1Char('0'));
}

OpenedFile openFile(const QString& path)
{
    OpenedFile opened;
    opened.state = stateOf(path);
    try {
        const OpenedWorkflow workflow = openWorkflow(systemPath(path));
        opened.graph = workflow.loaded.graph;
        opened.digest = digestOf(opened.graph);
        opened.readOnly = workflow.loaded.readOnly;
        opened.fromPicture = workflow.fromPicture;
        for (const std::string& warning : workflow.loaded.warnings)
            opened.warnings << runText(QString::fromStdString(warning));
    } catch (const std::exception& error) {
        opened.problem = QString::fromStdString(error.what());
    }
    return opened;
}

QString writeFile(const QString& path, const QByteArray& bytes)
{
    try {
        writeWhole(systemPath(path), std::string_view(bytes.data(), size_t(bytes.size())));
        return {};
    } catch (const std::exception& error) {
        return QString::fromStdString(error.what());
    }
}

SaveAnswer saveFile(const QString& path, const QByteArray& bytes, const std::optional<FileState>& expected)
{
    SaveAnswer answer;
    answer.state = stateOf(path);
    if (expected && !answer.state.isEmpty() && answer.state != *expected) {
        answer.changed = true;
        return answer;
    }
    answer.problem = writeFile(path, bytes);
    if (!answer.problem.isEmpty())
        return answer;
    answer.state = stateOf(path);
    QFile written(path);
    if (!written.open(QIODevice::ReadOnly) || written.readAll() != bytes)
        answer.state.clear(); // somebody else's by now: the next time it counts as changed
    return answer;
}

// Every name of a file in the graph.
std::set<std::string> fileNames(const Graph& graph)
{
    std::set<std::string> names;
    std::vector<const Graph*> open{&graph};
    while (!open.empty()) {
        const Graph& inner = *open.back();
        open.pop_back();
        for (const auto& [id, node] : inner.nodes) {
            const NodeType* type = findNodeType(node.type);
            for (const auto& [name, value] : node.params) {
                const Param* param = type ? findParam(*type, name) : nullptr;
                const auto* text = std::get_if<std::string>(&value);
                if (param && rowOf(param->kind).file && text)
                    names.insert(*text);
            }
            if (node.subgraph)
                open.push_back(node.subgraph->body.get());
        }
    }
    return names;
}

}

AppWindow::AppWindow(WindowArguments arguments, Interrupt* interrupt)
    : m_arguments(std::move(arguments))
    , m_interrupt(interrupt)
    , m_studio(std::make_unique<EngineStudio>(hostOptions(), [this] { return openFiles(); }))
{
    m_pool.setMaxThreadCount(1);
    m_studio->setDecodeEvery(readSettings().decodeEvery);
    m_window =
        std::make_unique<MainWindow>(*m_studio, windowFiles(), QString::fromStdString(dataFolder() + "/autosave"));
    m_window->setModelSource(m_models);
    m_window->setExamples([](const QString& name) { return builtInWorkflow(name.toStdString()); });
    connect(&m_models, &ModelSource::scanEnded, this, [this] { m_studio->setModelNames(m_models.names()); });
    connect(m_window.get(), &MainWindow::sourceChanged, this, [this] {
        m_foreign =
            m_window->files().isFromPicture() ? fileNames(m_window->document().graph()) : std::set<std::string>();
    });
    connect(m_window.get(), &MainWindow::settingsWanted, this, &AppWindow::showSettings);
    connect(m_window.get(), &MainWindow::themeWanted, this, [](bool dark) {
        applyTheme(*qApp, dark);
        keepTheme(dark);
    });
    connect(m_window.get(), &MainWindow::firstPainted, this, [this] {
        if (m_arguments.endWhenPainted)
            return m_window->closeAtOnce();
        m_studio->lookAround();
        scanModels();
        listResults();
        m_window->offerRecovery();
    });
}

AppWindow::~AppWindow()
{
    m_pool.waitForDone();
    m_window.reset();
}

std::string AppWindow::outFolder() const
{
    return m_arguments.outFolder.empty() ? readSettings().outFolder : m_arguments.outFolder;
}

HostOptions AppWindow::hostOptions() const
{
    const Settings settings = readSettings();
    HostOptions options;
    options.cacheFolder = cacheFolder();
    options.gpu.device = m_arguments.device.empty() ? settings.device : m_arguments.device;
    options.gpu.cacheFolder = options.cacheFolder;
    options.precision = m_arguments.precision ? m_arguments.precision : settings.precision;
    options.modelFolders = m_arguments.modelFolders;
    options.modelFolders.insert(options.modelFolders.end(), settings.modelFolders.begin(), settings.modelFolders.end());
    options.modelFolders.push_back(dataFolder() + "/models");
    options.modelFolders.push_back(shippedModelsFolder());
    options.outFolder = outFolder();
    if (m_interrupt)
        options.writing = [interrupt = m_interrupt] { return interrupt->writing(); };
    return options;
}

// The answer comes on this thread, if the window is still there.
template <class Work, class Answer> void AppWindow::inBackground(Work work, Answer answer)
{
    m_pool.start([this, work = std::move(work), answer = std::move(answer)] {
        auto result = work();
        QMetaObject::invokeMethod(
            this, [answer, result = std::move(result)] { answer(result); }, Qt::QueuedConnection);
    });
}

WindowFiles AppWindow::windowFiles()
{
    WindowFiles files;
    files.open = [this](const QString& path, std::function<void(OpenedFile)> then) {
        inBackground([path] { return openFile(path); }, std::move(then));
    };
    files.write = [this](const QString& path, const QByteArray& bytes, std::function<void(QString)> then) {
        inBackground([path, bytes] { return writeFile(path, bytes); }, std::move(then));
    };
    files.save = [this](const QString& path, const QByteArray& bytes, const std::optional<FileState>& expected,
                     std::function<void(SaveAnswer)> then) {
        inBackground([=] { return saveFile(path, bytes, expected); }, std::move(then));
    };
    files.look = [this](const QString& path, std::function<void(FileState)> then) {
        inBackground([path] { return stateOf(path); }, std::move(then));
    };
    m_pictures.offer(files);
    files.firstWorkflow = [] { return builtInWorkflow("first-picture"); };
    return files;
}

// As `athanor run` would: pictures beside the workflow come first. What a picture's workflow came with may lead to the
// usual folders only; what the user has put in since may lead anywhere.
OpenFiles AppWindow::openFiles() const
{
    OpenFiles files{.imageFolders = inputFolders(), .anyPath = m_foreign.empty()};
    const QString file = m_window->document().file();
    if (!file.isEmpty())
        files.imageFolders.insert(files.imageFolders.begin(), systemPath(QFileInfo(file).absolutePath()));
    if (!files.anyPath)
        for (const std::string& name : fileNames(m_window->document().graph()))
            if (!m_foreign.contains(name))
                files.chosen.insert(name);
    return files;
}

void AppWindow::scanModels()
{
    std::vector<ModelFolder> folders;
    for (const std::string& folder : hostOptions().modelFolders)
        folders.push_back({folder, folder == shippedModelsFolder()});
    m_models.setFolders(std::move(folders), dataFolder() + "/models");
    m_models.scan();
}

void AppWindow::listResults()
{
    m_pictures.listResults(
        QString::fromStdString(outFolder()), HistoryStrip::maxResults, [this](const QStringList& paths) {
            for (const QString& path : paths)
                m_window->history().addOldest(path);
        });
}

void AppWindow::showSettings()
{
    const Settings settings = readSettings();
    SettingsDialog::Values values;
    values.outFolder = QString::fromStdString(settings.outFolder);
    for (const std::string& folder : settings.modelFolders)
        values.modelFolders << QString::fromStdString(folder);
    values.device = QString::fromStdString(settings.device);
    values.precision = precisionName(settings.precision);
    values.decodeEvery = settings.decodeEvery;
    values.language = QString::fromStdString(settings.language);
    auto* dialog = new SettingsDialog(values, m_window.get());
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const SettingsDialog::Values chosen = dialog->values();
        Settings next;
        next.outFolder = systemPath(chosen.outFolder);
        for (const QString& folder : chosen.modelFolders)
            next.modelFolders.push_back(systemPath(folder));
        next.device = chosen.device.toStdString();
        next.precision = precisionOf(chosen.precision);
        next.decodeEvery = chosen.decodeEvery;
        next.language = chosen.language.toStdString();
        keepSettings(next);
        m_studio->setOptions(hostOptions());
        scanModels();
        m_studio->setDecodeEvery(next.decodeEvery);
    });
    dialog->open();
}

void AppWindow::start()
{
    if (m_arguments.file.empty())
        m_window->openFirstWorkflow();
    else
        m_window->files().openNow(QFile::decodeName(QByteArray::fromStdString(m_arguments.file)));
    m_window->show();
}

}
