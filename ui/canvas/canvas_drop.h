// Files dropped on the canvas.
#pragma once
#include <QMimeData>
#include <QPointF>

namespace athanor {

class GraphView;

bool canDrop(const QMimeData& data);
// A picture becomes a node that loads it, a model one that loads it; dropped on a node that has such a file, it becomes
// its file. Workflows, and with `opens` pictures too, are for the window to open. False: nothing there could be used.
bool dropFiles(GraphView& view, const QMimeData& data, QPointF at, bool opens);

}
