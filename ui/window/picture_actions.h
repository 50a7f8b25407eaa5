// What can be done with pictures in the window: look, compare, copy, save, drag out, and take over what they tell.
#pragma once
#include "ui/common/window_files.h"

#include <QObject>
#include <QTemporaryDir>

#include <memory>

namespace athanor {

class Banner;
class FileActions;
class GraphDocument;
class GraphView;
class HistoryStrip;
class ImageViewer;
class Runs;
class StatusLine;

// All outlive the actions.
struct PicturePlaces {
    GraphDocument& document;
    FileActions& files;
    GraphView& canvas;
    ImageViewer& viewer;
    HistoryStrip& history;
    Banner& banner;
    StatusLine& status;
    Runs& runs;
};

class PictureActions : public QObject {
    Q_OBJECT
public:
    PictureActions(const PicturePlaces& places, WindowFiles files, QWidget& window);

    // The viewer shows the picture of this file since a moment ago.
    void setShown(const QString& path);
    // The file that the viewer shows, or empty: something that is in none.
    QString fileShown() const;

    void show(const QString& path);
    void compare(const QString& path); // with what is shown
    void copy(const QString& path = {}); // empty: what is shown
    void saveAs(const QString& path = {});
    void showFolder(const QString& path);
    void dragShown();

    // A picture was opened or dropped on the window: its workflow is loaded if nothing can be lost, else its card asks.
    void meet(const QString& path, const PictureDetails& details);
    void tell(const QString& path, const PictureDetails& details); // the card
    // A picture has become a node: says what it carries, if that is a workflow.
    void meetOnCanvas(const QString& path);

signals:
    void saved(const QString& path);

private:
    ExportRequest requestOf(const QString& path) const;
    void askHowToSave(const ExportRequest& request, const PictureDetails& details);
    void save(const ExportRequest& request);
    void drag(const QString& path);
    void useAsPicture(const QString& path);
    void cannotRead(const QString& path);

    const PicturePlaces m_at;
    const WindowFiles m_files;
    QWidget& m_window;
    QString m_shown;
    qint64 m_shownKey = 0; // of the picture in the viewer that m_shown is about
    std::unique_ptr<QTemporaryDir> m_drags; // files of pictures that were in none
};

}
