// What comes up to the window from a run: values that may cross threads.
#pragma once
#include "inference/pipeline/run_event.h"

#include <QImage>
#include <QMetaType>

namespace athanor {

struct RunMessage {
    qint64 run = 0; // number of the run, 1, 2, …
    RunEvent event; // without its function `preview`
    QImage image; // Preview: the picture as it stands; NodeDone, NodeCached: the node's first picture, at most 512 wide
                  // and high, where it has one; Saved: the picture; else null
};

}

Q_DECLARE_METATYPE(athanor::RunMessage)
