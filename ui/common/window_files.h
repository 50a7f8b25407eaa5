// What the window asks of files. Each call returns at once and answers later, on the window's thread.
#pragma once
#include "inference/formats/infotext.h"
#include "inference/formats/picture_format.h"
#include "inference/graph/graph.h"

#include <QImage>
#include <QStringList>

#include <functional>
#include <optional>

namespace athanor {

// What tells two states of a file apart without reading it; empty: there is no such file.
using FileState = QString;

struct OpenedFile {
    Graph graph;
    FileState state; // before it was read
    QByteArray digest; // of what it says, however that is written
    QStringList warnings; // one line each
    bool readOnly = false; // of a newer version
    bool fromPicture = false; // it may name files in the usual folders only
    QString problem; // why it could not be opened; empty: it could
};

// What a picture file tells of itself.
struct PictureDetails {
    bool isPicture = false; // false: some other file, or none
    QString format; // "WebP"
    QSize size; // pixels
    QImage thumbnail; // null where the pixels cannot be read
    QString maker; // "Athanor", "ComfyUI", "A1111", another program, or empty: nothing is told
    bool hasWorkflow = false; // one that can be opened
    Infotext info; // prompt and settings, as far as they are told
    QStringList warnings;
};

// A picture to be saved under a new name.
struct ExportRequest {
    QString source; // the file whose picture and texts are saved; empty: the two below
    QImage picture;
    std::optional<Graph> graph; // that made it
    PictureEncoding encoding;
    QString folder, name; // the name as of expandedName, without ending
    bool keepsTexts = true; // how it was made
};

struct ExportAnswer {
    QString path; // of the new file; empty: there is a problem
    QString problem;
    QStringList warnings;
};

struct SaveAnswer {
    QString problem; // empty: none
    bool changed = false; // the file is not in the state that was expected, and was left as it is
    FileState state; // of the file then
};

// Of what the workflow says: equal graphs have equal ones.
QByteArray digestOf(const Graph& graph);

struct WindowFiles {
    // Any file that holds a workflow.
    std::function<void(const QString& path, std::function<void(OpenedFile)>)> open;
    // As a whole or not at all, in place of what is there; answers with the problem, empty: none.
    std::function<void(const QString& path, const QByteArray& bytes, std::function<void(QString)>)> write;
    // As write, but only over a file that is gone or in the state expected; without one, over any.
    std::function<void(const QString& path, const QByteArray& bytes, const std::optional<FileState>& expected,
        std::function<void(SaveAnswer)>)>
        save;
    std::function<void(const QString& path, std::function<void(FileState)>)> look;
    // Null where it cannot be read.
    std::function<void(const QString& path, std::function<void(QImage)>)> readPicture;
    // At most `side` wide and high; null where it cannot be read. Comes after everything else that is asked for.
    std::function<void(const QString& path, int side, std::function<void(QImage)>)> readThumbnail;
    std::function<void(const QString& path, std::function<void(PictureDetails)>)> describe;
    std::function<void(const ExportRequest& request, std::function<void(ExportAnswer)>)> exportPicture;
    std::function<Graph()> firstWorkflow; // what a newcomer begins with
};

}
