// Results, the newest first, as a strip of thumbnails. A click shows one, a double click asks for its workflow, and
// each can be dragged out as a file. What comes without a picture is asked for when it comes into view.
#pragma once
#include <QImage>
#include <QListWidget>

namespace athanor {

class HistoryStrip : public QListWidget {
    Q_OBJECT
public:
    explicit HistoryStrip(QWidget* parent = nullptr);

    // A file and how it looks. One already there moves to the front, and is looked at anew.
    void addNewest(const QString& path, const QImage& picture);
    void addOldest(const QString& path, const QImage& picture = {}); // unless it is there or was removed
    void setPicture(const QString& path, const QImage& picture); // null: it cannot be read, and goes
    QStringList paths() const;
    static constexpr int maxResults = 500;
    static int keptSide(
        double ratio); // pixels a side of what is kept of a picture, for this many screen pixels a pixel
    qsizetype pictureBytes() const; // of all that are kept

signals:
    void shown(const QString& path); // by a click or the keyboard
    void workflowWanted(const QString& path);
    void copyWanted(const QString& path);
    void saveWanted(const QString& path);
    void folderWanted(const QString& path);
    void compareWanted(const QString& path);
    void pictureWanted(const QString& path); // it is in view: setPicture, please

protected:
    QMimeData* mimeData(const QList<QListWidgetItem*>& items) const override;
    QStringList mimeTypes() const override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    QSize sizeHint() const override;

private:
    void askForPictures();
    void describe(QListWidgetItem& item, const QImage& picture) const;
    void remove(QListWidgetItem* item);
    QListWidgetItem* itemOf(const QString& path) const;
    QListWidgetItem* makeItem(const QString& path, const QImage& picture) const;
};

}
