// What the window asks of files. Each call returns at once and answers later, on the window's thread.
#pragma once
#include "inference/pipeline/graph.h"

#include <QImage>
#include <QStringList>

#include <functional>

namespace athanor {

struct OpenedFile {
    Graph graph;
    QStringList warnings; // one line each
    bool readOnly = false; // of a newer version
    bool fromPicture = false; // it may name files in the usual folders only
    QString problem; // why it could not be opened; empty: it could
};

struct WindowFiles {
    // Any file that holds a workflow.
    std::function<void(const QString& path, std::function<void(OpenedFile)>)> open;
    // As a whole or not at all, in place of what is there; answers with the problem, empty: none.
    std::function<void(const QString& path, const QByteArray& bytes, std::function<void(QString)>)> write;
    // Null where it cannot be read.
    std::function<void(const QString& path, std::function<void(QImage)>)> readPicture;
    std::function<Graph()> firstWorkflow; // what a newcomer begins with
};

}
