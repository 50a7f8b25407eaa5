// What each node is doing or did last, as the canvas marks it, gathered from the messages of runs.
#pragma once
#include "ui/common/run_message.h"

#include <QObject>
#include <cstdint>
#include <map>
#include <vector>

namespace athanor {

struct NodeState {
    enum class Kind : uint8_t { Idle, Running, Cached, Done, Warning, Error };
    Kind kind = Kind::Idle;
    QString text; // what it does, or a sentence about what is wrong
    QString port; // Error: the port or parameter to blame, if one is
    int done = 0, total = 0; // Running, where known
    double seconds = 0; // Done: time taken
    QImage picture; // the last that it made or shows; kept while it runs again
};

class RunState : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    const NodeState& of(const NodePath& node) const; // Idle if nothing is known
    void apply(const RunMessage& message);
    // Problems found before anything ran, at their nodes; those of an earlier check go.
    void setProblems(const std::vector<Problem>& problems);
    void clear(); // another workflow

signals:
    void nodeChanged(const NodePath& node);
    void allChanged();

private:
    std::map<NodePath, NodeState> m_states;
};

}
