#include "app/window/picture_service.h"

#include "app/pictures/image_store.h"
#include "app/pictures/qt_values.h"
#include "app/window/picture_details.h"
#include "app/window/picture_export.h"
#include "render/error.h"

#include <QDirIterator>
#include <QFileInfo>

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

namespace athanor {

namespace {

constexpr int thumbnailSide = 320;

// Null where it cannot be read.
QImage readPicture(const QString& path)
{
    try {
        return toQImage(readImage(systemPath(path)));
    } catch (const std::exception&) {
        return {};
    }
}

QImage readThumbnail(const QString& path, int side)
{
    const QImage picture = readPicture(path);
    if (picture.width() <= side && picture.height() <= side)
        return picture;
    return picture.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

PictureDetails describe(const QString& path)
{
    PictureDetails details;
    try {
        const ByteSource file(systemPath(path));
        details.format = QString::fromLatin1(pictureFormatOf(file).data(), qsizetype(pictureFormatOf(file).size()));
        details.isPicture = !details.format.isEmpty();
        if (!details.isPicture)
            return details;
        const QImage picture = readPicture(path);
        details.size = picture.size();
        details.thumbnail = picture.isNull()
            ? picture
            : picture.scaled(QSize(thumbnailSide, thumbnailSide).boundedTo(picture.size()), Qt::KeepAspectRatio,
                Qt::SmoothTransformation);
        const MadeOf made = howMade(systemPath(path));
        details.maker = QString::fromStdString(made.maker);
        details.hasWorkflow = made.hasWorkflow;
        details.info = made.info;
        for (const std::string& warning : made.warnings)
            details.warnings << QString::fromStdString(warning);
    } catch (const std::exception& error) {
        details.warnings << QString::fromStdString(error.what());
    }
    return details;
}

ExportAnswer save(const ExportRequest& request)
{
    ExportAnswer answer;
    std::vector<std::string> warnings;
    try {
        const PictureExport wanted{systemPath(request.source), fromQImage(request.picture), request.graph,
            request.encoding, systemPath(request.folder), request.name.toStdString(), request.keepsTexts};
        answer.path = QFile::decodeName(QByteArray::fromStdString(exportPicture(wanted, warnings)));
    } catch (const std::exception& error) {
        answer.problem = QString::fromStdString(error.what());
    }
    for (const std::string& warning : warnings)
        answer.warnings << QString::fromStdString(warning);
    return answer;
}

QStringList findResults(const QString& folder, int most)
{
    constexpr int mostEntries = 20'000;
    removeDrafts(systemPath(folder));
    QDirIterator it(folder, {"*.png", "*.jpg", "*.jpeg", "*.webp"}, QDir::Files, QDirIterator::Subdirectories);
    std::vector<std::pair<qint64, QString>> found; // by time
    while (it.hasNext() && found.size() < mostEntries) {
        const QString path = it.next();
        found.emplace_back(it.fileInfo().lastModified().toMSecsSinceEpoch(), path);
    }
    std::ranges::sort(found, std::greater());
    QStringList paths;
    for (const auto& [time, path] : found)
        if (paths.size() < most)
            paths << path;
    return paths;
}

}

PictureService::PictureService(QObject* parent)
    : QObject(parent)
{
    m_pool.setMaxThreadCount(1);
}

PictureService::~PictureService()
{
    m_leaving = true;
    m_pool.waitForDone();
}

// The answer comes on this thread.
template <class Work, class Answer> void PictureService::inBackground(Kind kind, Work work, Answer answer)
{
    auto job = [this, kind, work = std::move(work), answer = std::move(answer)] {
        if (m_leaving && kind != Kind::Write)
            return;
        auto result = work();
        QMetaObject::invokeMethod(
            this, [answer, result = std::move(result)] { answer(result); }, Qt::QueuedConnection);
    };
    m_pool.start(std::move(job), kind == Kind::ReadLate ? -1 : 0);
}

void PictureService::offer(WindowFiles& files)
{
    files.readPicture = [this](const QString& path, std::function<void(QImage)> then) {
        inBackground(
            Kind::Read, [path] { return readPicture(path); }, std::move(then));
    };
    files.readThumbnail = [this](const QString& path, int side, std::function<void(QImage)> then) {
        inBackground(
            Kind::ReadLate, [path, side] { return readThumbnail(path, side); }, std::move(then));
    };
    files.describe = [this](const QString& path, std::function<void(PictureDetails)> then) {
        inBackground(
            Kind::Read, [path] { return describe(path); }, std::move(then));
    };
    files.exportPicture = [this](const ExportRequest& request, std::function<void(ExportAnswer)> then) {
        inBackground(
            Kind::Write, [request] { return save(request); }, std::move(then));
    };
}

void PictureService::listResults(const QString& folder, int most, std::function<void(QStringList)> then)
{
    inBackground(
        Kind::Read, [folder, most] { return findResults(folder, most); }, std::move(then));
}

}
