// Files dropped on the canvas.
#pragma once
#include <QMimeData>
#include <QPointF>

namespace athanor {

class GraphView;

// A model file of a known family, to be dropped on the canvas as the node that loads it.
struct LoaderNode {
    QString type, param, file; // ids of the node type and its parameter, and what that names
};
QMimeData* mimeOf(const LoaderNode& loader, const QString& path);
// With `onNode` on the node there, if it has such a parameter; else as a new node.
void putLoader(GraphView& view, const LoaderNode& loader, QPointF at, bool onNode);

bool canDrop(const QMimeData& data);
// A picture becomes a node that loads it, a model the node that loads its kind, as soon as the view's source of models
// has told that; dropped on a node that has such a file, it becomes its file. Workflows, and with `opens` pictures too,
// are for the window to open. False: nothing there could be used.
bool dropFiles(GraphView& view, const QMimeData& data, QPointF at, bool opens);

}
