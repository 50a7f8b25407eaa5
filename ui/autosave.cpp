#include "ui/autosave.h"

#include "inference/pipeline/workflow_json.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace athanor {

namespace {

constexpr const char *copyEnding = ".json", *nameEnding = ".name", *lockEnding = ".lock";

QString besideOf(const QString& copy, const char* ending)
{
    return copy.chopped(int(qstrlen(copyEnding))) + QString::fromLatin1(ending);
}

QString firstLine(const QString& path)
{
    constexpr qint64 longest = 4096;
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.read(longest)) : QString();
}

void removeCopy(const QString& copy)
{
    for (const char* ending : {copyEnding, nameEnding, lockEnding})
        QFile::remove(besideOf(copy, ending));
}

}

Autosave::Autosave(GraphDocument& document, WindowFiles files, const QString& folder)
    : m_document(document)
    , m_files(std::move(files))
    , m_folder(folder)
{
    QDir().mkpath(folder);
    m_lock = std::make_unique<QLockFile>(own(lockEnding));
    m_lock->setStaleLockTime(0); // only the end of its process makes it stale
    m_lock->tryLock();
    m_timer.setSingleShot(true);
    m_timer.setInterval(delay);
    connect(&m_timer, &QTimer::timeout, this, &Autosave::writeNow);
    connect(&document, &GraphDocument::graphChanged, this, &Autosave::schedule);
    connect(&document, &GraphDocument::fileChanged, this, &Autosave::schedule);
}

Autosave::~Autosave()
{
    m_lock->unlock();
    if (!m_keeps)
        removeOwn();
}

QString Autosave::own(const char* ending) const
{
    return QStringLiteral("%1/%2%3").arg(m_folder).arg(QCoreApplication::applicationPid()).arg(ending);
}

void Autosave::removeOwn()
{
    m_timer.stop();
    QFile::remove(own(copyEnding));
    QFile::remove(own(nameEnding));
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
    m_files.write(own(nameEnding), m_document.file().toUtf8(), [](const QString&) {});
    m_files.write(own(copyEnding), bytes, [this](const QString& why) {
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
    const QStringList filter{QStringLiteral("*.json")};
    for (const QFileInfo& copy : QDir(m_folder).entryInfoList(filter, QDir::Files, QDir::Time)) {
        const QString path = copy.filePath();
        QLockFile lock(besideOf(path, lockEnding));
        lock.setStaleLockTime(0);
        if (path == own(copyEnding) || !lock.tryLock())
            continue;
        return Recovered{path, firstLine(besideOf(path, nameEnding)), copy.lastModified()};
    }
    return {};
}

void Autosave::forget(const Recovered& copy)
{
    removeCopy(copy.kept);
}

}
