#include "ui/window/file_actions.h"

#include "inference/graph/workflow_json.h"
#include "ui/common/theme.h"
#include "ui/panels/changed_file_dialog.h"

#include <QAction>
#include <QCryptographicHash>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QSettings>
#include <QStandardPaths>

namespace athanor {

QByteArray digestOf(const Graph& graph)
{
    return QCryptographicHash::hash(QByteArray::fromStdString(writeWorkflow(graph)), QCryptographicHash::Sha1);
}

namespace {

const QString recentKey = QStringLiteral("recent"), workflowFolderKey = QStringLiteral("folder");

QString lastFolder()
{
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    for (const QString& folder : {QSettings().value(workflowFolderKey).toString(), documents})
        if (!folder.isEmpty() && QDir(folder).exists())
            return folder;
    return QDir::homePath();
}

}

QStringList recentFiles()
{
    return QSettings().value(recentKey).toStringList();
}

FileActions::FileActions(GraphDocument& document, WindowFiles files, QWidget& window)
    : QObject(&window)
    , recent(new QMenu(tr("Open recent"), &window))
    , m_document(document)
    , m_files(std::move(files))
    , m_window(window)
{
    const auto make = [&](const QString& text, const char* iconName, const QKeySequence& key, auto act) {
        auto* action = new QAction(icon(QString::fromLatin1(iconName)), text, this);
        action->setShortcut(key);
        connect(action, &QAction::triggered, this, act);
        return action;
    };
    newFile = make(tr("New"), "new", QKeySequence::New, [this] { leave([this] { openGraphNow(Graph(), {}); }); });
    openFile = make(tr("Open…"), "open", QKeySequence::Open, [this] {
        const QString path = QFileDialog::getOpenFileName(&m_window, tr("Open a workflow"), lastFolder(),
            tr("Workflows and pictures (*.json *.png *.jpg *.jpeg *.webp);;All files (*)"));
        if (!path.isEmpty())
            open(path);
    });
    saveFile = make(tr("Save"), "save", QKeySequence::Save, [this] { save(); });
    saveFileAs =
        make(tr("Save as…"), "save", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), [this] { askWhereToSave({}); });
    connect(recent, &QMenu::aboutToShow, this, &FileActions::fillRecent);
    fillRecent();
}

QString FileActions::name() const
{
    if (!m_document.file().isEmpty())
        return QFileInfo(m_document.file()).completeBaseName();
    return m_title.isEmpty() ? tr("untitled") : m_title;
}

void FileActions::leave(std::function<void()> then)
{
    if (!m_document.isModified())
        return then();
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("Athanor"), tr("Save the changes to %1?").arg(name()),
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, &m_window);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(tr("Without saving, they are lost."));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setDefaultButton(QMessageBox::Save);
    connect(box, &QMessageBox::finished, this, [this, then](int answer) {
        if (answer == QMessageBox::Discard)
            then();
        else if (answer == QMessageBox::Save)
            save(then);
    });
    box->open();
}

void FileActions::open(const QString& path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    m_files.describe(absolute, [this, absolute, opening = ++m_opening](const PictureDetails& details) {
        if (opening != m_opening)
            return;
        if (details.isPicture)
            emit pictureMet(absolute, details);
        else
            openWorkflow(absolute);
    });
}

void FileActions::openWorkflow(const QString& path)
{
    leave([this, path] { openNow(path); });
}

void FileActions::openNow(const QString& path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    m_files.open(absolute, [this, absolute, opening = ++m_opening](const OpenedFile& file) {
        if (opening != m_opening)
            return;
        if (file.problem.isEmpty())
            show(absolute, file);
        else
            emit problem(file.problem);
    });
}

// A picture is no place to save a workflow to.
void FileActions::show(const QString& path, const OpenedFile& file)
{
    m_fromPicture = file.fromPicture;
    m_title = file.fromPicture ? QFileInfo(path).completeBaseName() : QString();
    m_document.reset(file.graph, file.fromPicture ? QString() : path, file.readOnly);
    m_document.setFileState(file.state);
    m_digest = file.digest;
    m_toldState = {};
    remember(path);
    emit opened();
    if (!file.warnings.isEmpty())
        emit warned(file.warnings.join(QLatin1Char('\n')));
}

void FileActions::openGraphNow(const Graph& graph, const QString& title)
{
    ++m_opening;
    m_fromPicture = false;
    m_title = title;
    m_document.reset(graph);
    emit opened();
}

void FileActions::openGraph(const Graph& graph, const QString& title)
{
    leave([this, graph, title] { openGraphNow(graph, title); });
}

void FileActions::save(std::function<void()> then)
{
    if (m_document.file().isEmpty() || m_document.isReadOnly())
        return askWhereToSave(std::move(then));
    write(m_document.file(), m_document.fileState(), std::move(then));
}

void FileActions::askWhereToSave(std::function<void()> then)
{
    const QString suggestion = lastFolder() + QLatin1Char('/') + name() + QStringLiteral(".json");
    QString path =
        QFileDialog::getSaveFileName(&m_window, tr("Save the workflow"), suggestion, tr("Workflows (*.json)"));
    if (path.isEmpty())
        return;
    if (QFileInfo(path).suffix().isEmpty())
        path += QStringLiteral(".json");
    saveTo(path, std::move(then));
}

void FileActions::saveTo(const QString& path, std::function<void()> then)
{
    write(path, {}, std::move(then));
}

void FileActions::write(const QString& path, const std::optional<FileState>& expected, Then then)
{
    const QByteArray bytes = QByteArray::fromStdString(writeWorkflow(m_document.graph()));
    const int index = m_document.undoStack().index();
    m_files.save(path, bytes, expected, [this, path, bytes, index, then = std::move(then)](const SaveAnswer& answer) {
        if (answer.changed)
            return withFileNow([this, then](const OpenedFile& file) { askAboutChange(file, false, then); },
                [this, path, then] { write(path, m_document.fileState(), then); });
        if (!answer.problem.isEmpty()) {
            emit problem(tr("Not saved: %1").arg(answer.problem));
            return;
        }
        m_fromPicture = false; // its author is the user from now on
        m_document.setSaved(path);
        m_document.setFileState(answer.state);
        m_digest = QCryptographicHash::hash(bytes, QCryptographicHash::Sha1);
        m_toldState = {};
        if (m_document.undoStack().index() != index) // changed while it was being written
            m_document.undoStack().resetClean();
        remember(path);
        emit saved();
        if (then)
            then();
    });
}

void FileActions::remember(const QString& path)
{
    QSettings settings;
    QStringList paths = recentFiles();
    paths.removeAll(path);
    paths.prepend(path);
    settings.setValue(recentKey, QStringList(paths.mid(0, maxRecent)));
    settings.setValue(workflowFolderKey, QFileInfo(path).absolutePath());
    fillRecent();
}

void FileActions::fillRecent()
{
    recent->clear();
    for (const QString& path : recentFiles()) {
        const QString name = QFileInfo(path).fileName().replace('&', QLatin1String("&&"));
        QAction* action = recent->addAction(name, this, [this, path] { open(path); });
        action->setToolTip(plainTip(path));
    }
    if (recent->isEmpty())
        recent->addAction(tr("Nothing yet"))->setEnabled(false);
    recent->setToolTipsVisible(true);
}

}
