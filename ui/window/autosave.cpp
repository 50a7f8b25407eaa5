#include "ui/window/autosave.h"

#include "inference/graph/workflow_json.h"
#include "render/regular_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUuid>

#include <string>

namespace athanor {

namespace {

constexpr const char *copyEnding = ".json", *nameEnding = ".name", *lockEnding = ".lock";

QString besideOf(const QString& copy, const char* ending)
{
    return copy.chopped(int(qstrlen(copyEnding))) + QString::fromLatin1(ending);
}

// The file that the copy is of, and its state.
QStringList origin(const QString& copy)
{
    constexpr size_t longest = 8192;
    const std::string text = readSmallFile(besideOf(copy, nameEnding).toStdString(), longest).value_or("");
    QStringList lines = QString::fromStdString(text).split(QChar(0));
    lines.resize(2);
    return lines;
}

void removeCopy(const QString& copy)
{
    for (const char* ending : {copyEnding, nameEnding, lockEnding}) // the lock last: without it nothing is left
        QFile::remove(besideOf(copy, ending));
}

}

Autosave::Autosave(GraphDocument& document, WindowFiles files, const QString& folder)
    : m_document(document)
    , m_files(std::move(files))
    , m_folder(folder)
    , m_name(QUuid::createUuid().toString(QUuid::WithoutBraces))
{
    QDir().mkpath(folder);
    m_held = HeldFile::make(besideOf(copyPath(), lockEnding));
    m_timer.setSingleShot(true);
    m_timer.setInterval(delay);
    connect(&m_timer, &QTimer::timeout, this, &Autosave::writeNow);
    connect(&document, &GraphDocument::graphChanged, this, &Autosave::schedule);
    connect(&document, &GraphDocument::fileChanged, this, &Autosave::schedule);
}

Autosave::~Autosave()
{
    if (!m_keeps)
        removeCopy(copyPath());
}

QString Autosave::copyPath() const
{
    return m_folder + QLatin1Char('/') + m_name + QString::fromLatin1(copyEnding);
}

void Autosave::removeOwn()
{
    m_timer.stop();
    QFile::remove(copyPath());
    QFile::remove(besideOf(copyPath(), nameEnding));
}

void Autosave::schedule()
{
    if (m_document.isModified()) {
        if (!m_timer.isActive())
            m_timer.start();
        return;
    }
    removeOwn();
    m_keptAt = {};
    emit kept(m_keptAt);
}

void Autosave::writeNow()
{
    m_timer.stop();
    if (!m_document.isModified())
        return;
    const QByteArray bytes = QByteArray::fromStdString(writeWorkflow(m_document.graph()));
    const QString name = m_document.file() + QChar(0) + m_document.fileState();
    m_files.write(besideOf(copyPath(), nameEnding), name.toUtf8(), [](const QString&) {});
    m_files.write(copyPath(), bytes, [this](const QString& why) {
        if (!why.isEmpty()) {
            emit failed(why);
            return;
        }
        if (!m_document.isModified()) // saved meanwhile
            return removeOwn();
        m_keptAt = QDateTime::currentDateTime();
        emit kept(m_keptAt);
    });
}

std::optional<Recovered> Autosave::find() const
{
    const QDir folder(m_folder);
    for (const QFileInfo& lock : folder.entryInfoList({QStringLiteral("*.lock")}, QDir::Files)) {
        const QString copy = lock.filePath().chopped(int(qstrlen(lockEnding))) + QString::fromLatin1(copyEnding);
        if (copy != copyPath() && !QFile::exists(copy) && HeldFile::takeOver(lock.filePath()))
            removeCopy(copy); // what is left of one that kept nothing
    }
    for (const QFileInfo& file : folder.entryInfoList({QStringLiteral("*.json")}, QDir::Files, QDir::Time)) {
        const QString copy = file.filePath(), lock = besideOf(copy, lockEnding);
        std::shared_ptr<HeldFile> held = HeldFile::takeOver(lock);
        if (copy == copyPath() || (!held && QFile::exists(lock)))
            continue;
        const QStringList from = origin(copy);
        return Recovered{copy, from[0], from[1], file.lastModified(), std::move(held)};
    }
    return {};
}

void Autosave::forget(const Recovered& copy)
{
    removeCopy(copy.kept);
}

}
