#include "ui/window/picture_actions.h"

#include "ui/canvas/canvas_drop.h"
#include "ui/canvas/graph_view.h"
#include "ui/panels/banner.h"
#include "ui/panels/export_dialog.h"
#include "ui/panels/history_strip.h"
#include "ui/panels/image_viewer.h"
#include "ui/panels/picture_card.h"
#include "ui/panels/status_line.h"
#include "ui/window/file_actions.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QDrag>
#include <QFileInfo>
#include <QMimeData>
#include <QUrl>

namespace athanor {

namespace {

constexpr int thumbnailSide = 264;

QMimeData* fileData(const QString& path)
{
    auto* data = new QMimeData;
    data->setUrls({QUrl::fromLocalFile(path)});
    return data;
}

}

PictureActions::PictureActions(const PicturePlaces& places, WindowFiles files, QWidget& window)
    : QObject(&window)
    , m_at(places)
    , m_files(std::move(files))
    , m_window(window)
{
    connect(&m_at.files, &FileActions::pictureMet, this, &PictureActions::meet);
    connect(&m_at.viewer, &ImageViewer::dragWanted, this, &PictureActions::dragShown);
    connect(&m_at.history, &HistoryStrip::shown, this, &PictureActions::show);
    connect(&m_at.history, &HistoryStrip::workflowWanted, &m_at.files, &FileActions::openWorkflow);
    connect(&m_at.history, &HistoryStrip::copyWanted, this, &PictureActions::copy);
    connect(&m_at.history, &HistoryStrip::saveWanted, this, &PictureActions::saveAs);
    connect(&m_at.history, &HistoryStrip::folderWanted, this, &PictureActions::showFolder);
    connect(&m_at.history, &HistoryStrip::compareWanted, this, &PictureActions::compare);
    connect(&m_at.history, &HistoryStrip::pictureWanted, this, [this](const QString& path) {
        m_files.readThumbnail(
            path, thumbnailSide, [this, path](const QImage& picture) { m_at.history.setPicture(path, picture); });
    });
}

void PictureActions::setShown(const QString& path)
{
    m_shown = path;
    m_shownKey = m_at.viewer.picture().cacheKey();
}

QString PictureActions::fileShown() const
{
    return m_at.viewer.picture().cacheKey() == m_shownKey ? m_shown : QString();
}

void PictureActions::cannotRead(const QString& path)
{
    m_at.status.say(tr("%1 cannot be read any more").arg(path), true);
}

void PictureActions::show(const QString& path)
{
    m_files.readPicture(path, [this, path](const QImage& picture) {
        if (picture.isNull())
            return cannotRead(path);
        m_at.viewer.showAlone(picture);
        setShown(path);
    });
}

void PictureActions::compare(const QString& path)
{
    m_files.readPicture(path, [this, path](const QImage& picture) {
        if (picture.isNull())
            return cannotRead(path);
        m_at.viewer.showAlone(picture);
        setShown(path);
        m_at.viewer.setComparing(true);
    });
}

void PictureActions::copy(const QString& path)
{
    const auto put = [this](const QImage& picture) {
        if (picture.isNull())
            return;
        QApplication::clipboard()->setImage(picture);
        m_at.status.say(tr("The picture is on the clipboard"));
    };
    if (path.isEmpty())
        put(m_at.viewer.picture());
    else
        m_files.readPicture(path, put);
}

// A picture that is in no file comes from the run in progress or the last one.
ExportRequest PictureActions::requestOf(const QString& path) const
{
    ExportRequest request;
    request.source = path.isEmpty() ? fileShown() : path;
    if (!request.source.isEmpty())
        return request;
    request.picture = m_at.viewer.picture();
    const Graph* graph = m_at.runs.graphOf(m_at.runs.progress().run);
    if (!graph && !m_at.runs.finished().empty())
        graph = &m_at.runs.finished().front().graph;
    if (graph)
        request.graph = *graph;
    return request;
}

void PictureActions::saveAs(const QString& path)
{
    const ExportRequest request = requestOf(path);
    if (request.source.isEmpty()) {
        PictureDetails details;
        details.size = request.picture.size();
        details.thumbnail = request.picture;
        return askHowToSave(request, details);
    }
    m_files.describe(request.source, [this, request](const PictureDetails& details) {
        if (details.thumbnail.isNull())
            cannotRead(request.source);
        else
            askHowToSave(request, details);
    });
}

void PictureActions::askHowToSave(const ExportRequest& request, const PictureDetails& details)
{
    auto* dialog = new ExportDialog(request, details, &m_window);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        dialog->keepChoices();
        save(dialog->request());
    });
    dialog->open();
}

void PictureActions::save(const ExportRequest& request)
{
    m_at.status.say(tr("Saving…"));
    m_files.exportPicture(request, [this, request](const ExportAnswer& answer) {
        if (!answer.problem.isEmpty())
            return m_at.banner.say(Banner::Kind::Error, tr("Not saved: %1").arg(answer.problem),
                {{tr("Save as…"), [this, request] {
                      PictureDetails details;
                      details.size = request.picture.size();
                      details.thumbnail = request.picture;
                      if (request.source.isEmpty())
                          askHowToSave(request, details);
                      else
                          saveAs(request.source);
                  }}});
        m_at.status.say(tr("Saved %1").arg(answer.path));
        if (!answer.warnings.isEmpty())
            m_at.banner.say(Banner::Kind::Warning, answer.warnings.join(QLatin1Char('\n')));
        emit saved(answer.path);
    });
}

void PictureActions::showFolder(const QString& path)
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(path).absolutePath()));
}

// A file that is there is dragged itself; what is in none is written first, and dragged if the button is still down.
void PictureActions::dragShown()
{
    ExportRequest request = requestOf({});
    if (!request.source.isEmpty())
        return drag(request.source);
    if (!m_drags)
        m_drags = std::make_unique<QTemporaryDir>();
    request.folder = m_drags->path();
    request.name = QStringLiteral("athanor");
    m_files.exportPicture(request, [this](const ExportAnswer& answer) {
        if (!answer.path.isEmpty() && QApplication::mouseButtons() & Qt::LeftButton)
            drag(answer.path);
    });
}

void PictureActions::drag(const QString& path)
{
    constexpr int side = 128;
    auto* drag = new QDrag(&m_window);
    QMimeData* data = fileData(path);
    data->setImageData(m_at.viewer.picture());
    drag->setMimeData(data);
    drag->setPixmap(
        QPixmap::fromImage(m_at.viewer.picture().scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation)));
    drag->exec(Qt::CopyAction);
}

void PictureActions::meet(const QString& path, const PictureDetails& details)
{
    if (!details.hasWorkflow || m_at.document.isModified())
        return tell(path, details);
    // Once it is open: `opened` may come at any time before.
    auto* once = new QObject(this);
    connect(&m_at.files, &FileActions::problem, once, &QObject::deleteLater);
    connect(&m_at.files, &FileActions::opened, once, [this, once, path, details] {
        once->deleteLater();
        m_at.banner.say(Banner::Kind::Note,
            tr("Opened from a picture made with %1: %2").arg(details.maker, PictureCard::summary(details)),
            {{tr("Details"), [this, path, details] { tell(path, details); }}});
    });
    m_at.files.openNow(path);
}

void PictureActions::tell(const QString& path, const PictureDetails& details)
{
    auto* card = new PictureCard(path, details, m_at.document.isModified(), &m_window);
    connect(card, &PictureCard::workflowWanted, this, [this, path] { m_at.files.openWorkflow(path); });
    connect(card, &PictureCard::pictureWanted, this, [this, path] { useAsPicture(path); });
    card->open();
}

void PictureActions::useAsPicture(const QString& path)
{
    const std::unique_ptr<QMimeData> data(fileData(path));
    dropFiles(m_at.canvas, *data, m_at.canvas.placeForNew(), false);
}

void PictureActions::meetOnCanvas(const QString& path)
{
    m_files.describe(path, [this, path](const PictureDetails& details) {
        if (details.maker.isEmpty())
            return;
        m_at.banner.say(Banner::Kind::Note,
            tr("This picture was made with %1: %2").arg(details.maker, PictureCard::summary(details)),
            {{tr("Details"), [this, path, details] { tell(path, details); }}});
    });
}

}
