// What is dragged over a widget.
#pragma once
#include <QMimeData>
#include <QUrl>

namespace athanor {

// The path of the one file of this machine that it is; empty where it is none, or several.
inline QString droppedFile(const QMimeData* data)
{
    const QList<QUrl> urls = data->urls();
    return urls.size() == 1 && urls.front().isLocalFile() ? urls.front().toLocalFile() : QString();
}

}
