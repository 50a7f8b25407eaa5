// New, open, save: with the question about what is not saved yet, and the files opened lately.
#pragma once
#include "ui/common/window_files.h"
#include "ui/document/graph_document.h"

#include <QPointer>
#include <QStringList>

#include <functional>
#include <optional>

class QAction;
class QMenu;

namespace athanor {

class ChangedFileDialog;

QStringList recentFiles(); // the one opened or saved last in front

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
    // Over the file that is open only while that is as it was read or written here; else changed() asks first.
    void save(std::function<void()> then = {});
    void saveTo(const QString& path, std::function<void()> then = {}); // over whatever is there
    // Another program may have changed or removed the file: tells it, once for each change.
    void lookAtFile();
    void compareWithFile();
    void reload(); // what is on the disk, as a step that can be undone

    QString name() const; // of what is open, for people
    bool isFromPicture() const { return m_fromPicture; }
    static constexpr int maxRecent = 10;

signals:
    void opened(); // file, picture or new; not when it is saved
    void saved();
    void problem(const QString& text);
    void warned(const QString& text);
    void pictureMet(const QString& path, const athanor::PictureDetails& details);
    void changedOnDisk(); // by another program, while it is open here
    void goneFromDisk();
    void reloaded();

private:
    using Then = std::function<void()>;
    void askWhereToSave(std::function<void()> then);
    void write(const QString& path, const std::optional<FileState>& expected, Then then);
    void withFileNow(const std::function<void(const OpenedFile& file)>& changed, const std::function<void()>& same);
    void askAboutChange(const OpenedFile& file, bool compares, const Then& then);
    void take(const OpenedFile& file);
    void show(const QString& path, const OpenedFile& file);
    void openGraphNow(const Graph& graph, const QString& title);
    void remember(const QString& path);
    void fillRecent();

    GraphDocument& m_document;
    const WindowFiles m_files;
    QWidget& m_window;
    QString m_title; // of what is no file yet
    QByteArray m_digest; // of the file as it was read or written here
    FileState m_toldState; // of which changedOnDisk or goneFromDisk was told; null: of none
    QPointer<ChangedFileDialog> m_asking;
    bool m_fromPicture = false;
    quint64 m_opening = 0; // the last one asked for wins
};

}
