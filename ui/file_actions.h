// New, open, save: with the question about what is not saved yet, and the files opened lately.
#pragma once
#include "ui/document/graph_document.h"
#include "ui/window_files.h"

#include <functional>

class QAction;
class QMenu;

namespace athanor {

class FileActions : public QObject {
    Q_OBJECT
public:
    // The document and the window (the parent of questions) outlive it.
    FileActions(GraphDocument& document, WindowFiles files, QWidget& window);

    QAction *newFile, *openFile, *saveFile, *saveFileAs;
    QMenu* recent;

    // Asks first about what is not saved; `then` is not called if the user stays.
    void leave(std::function<void()> then);
    // A workflow, after asking; what holds a picture goes to pictureMet instead.
    void open(const QString& path);
    void openWorkflow(const QString& path); // that of a picture too; asks first
    void openNow(const QString& path);
    void openGraph(const Graph& graph, const QString& title); // asks first; not a file yet
    void save(std::function<void()> then = {});
    void saveTo(const QString& path, std::function<void()> then = {});

    QString name() const; // of what is open, for people
    bool isFromPicture() const { return m_fromPicture; }
    static constexpr int maxRecent = 10;

signals:
    void opened(); // file, picture or new; not when it is saved
    void saved();
    void problem(const QString& text);
    void warned(const QString& text);
    void pictureMet(const QString& path, const athanor::PictureDetails& details);

private:
    void askWhereToSave(std::function<void()> then);
    void show(const QString& path, const OpenedFile& file);
    void openGraphNow(const Graph& graph, const QString& title);
    void remember(const QString& path);
    void fillRecent();

    GraphDocument& m_document;
    const WindowFiles m_files;
    QWidget& m_window;
    QString m_title; // of what is no file yet
    bool m_fromPicture = false;
    quint64 m_opening = 0; // the last one asked for wins
};

}
