// Nodes on the clipboard: a workflow as text, so that it can also be pasted into an editor or a mail.
#pragma once
#include "inference/graph/graph.h"

#include <QMimeData>
#include <optional>

namespace athanor {

QMimeData* clipOf(const Graph& nodes); // the caller's
std::optional<Graph> clipFrom(const QMimeData* data); // nothing: no workflow in it

}
