// What the window asks of the program around it, which answers at once and tells the rest later. The program gives one
// with an engine behind it, tests one of their own.
#pragma once
#include "ui/common/run_message.h"
#include "ui/common/token_count.h"

#include <QObject>
#include <QString>

#include <vector>

namespace athanor {

struct QueueEntry {
    qint64 run = 0;
    QString title;
    bool running = false;
};

struct DeviceStatus {
    QString name; // "llvmpipe"; empty: none yet
    QString problem; // why there is none, and what to do; empty: nothing wrong
    quint64 used = 0, total = 0; // bytes of device memory
    QString precision; // "fp16"
};

class Studio : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual qint64 run(const Graph& graph, const QString& title) = 0; // its number; queued
    virtual void cancel(qint64 run) = 0; // one that waits or runs
    virtual void move(qint64 run, int place) = 0; // among those that wait, 0 the next
    virtual void setPaused(bool paused) = 0; // at the next step; cancelling still works
    virtual void setPreview(PreviewMode mode) = 0; // of the running run too; Decoded: every few steps
    virtual std::vector<QueueEntry> queue() const = 0; // the running one first
    // Of the words as the model's tokenizer sees them; may take a while at first (then 0 used, and tokensChanged).
    virtual TokenCount countTokens(const QString& text, const QString& model) = 0;
    virtual QStringList files(ParamKind kind) const = 0; // names that a parameter of this kind may have, sorted

signals:
    void message(const athanor::RunMessage& message);
    void queueChanged();
    void deviceChanged(const athanor::DeviceStatus& status);
    void tokensChanged();
    void filesChanged();
};

}
