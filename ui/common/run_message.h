// What comes up to the window from a run: values that may cross threads.
#pragma once
#include "inference/run/run_event.h"

#include <QImage>
#include <QMetaType>

namespace athanor {

struct RunMessage {
    qint64 run = 0; // number of the run, 1, 2, …
    // Without its picture. Done: `done` nodes ran, of `total` with those taken from before; saved: all files;
    // code: the ErrorKind of the first problem, or of Cancelled (8).
    RunEvent event;
    QImage image; // Preview: the picture as it stands; NodeDone, NodeCached: the node's first picture, at most 512 wide
                  // and high, where it has one; Saved: the picture; else null
    int scale = 1; // Preview: pixels of the finished picture, a side, that one of the image stands for
};

}

Q_DECLARE_METATYPE(athanor::RunMessage)
