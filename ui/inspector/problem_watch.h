// What is wrong with the workflow, found by looking at it whenever it changes, and what its last run complained of.
#pragma once
#include "ui/common/run_state.h"
#include "ui/document/graph_document.h"

#include <QTimer>

#include <map>
#include <string_view>
#include <vector>

namespace athanor {

struct ShownProblem {
    NodePath node; // empty: the workflow as a whole
    QString port, text;
    bool isWarning = false;
    qsizetype name = 0; // letters of the text that name the node, which who stands at it knows
    bool operator==(const ShownProblem&) const = default;
};

class ProblemWatch : public QObject {
    Q_OBJECT
public:
    ProblemWatch(GraphDocument& document, RunState& runs, QObject* parent);
    const std::vector<ShownProblem>& all() const { return m_all; }
    // Without the node's name; empty: nothing wrong.
    QString at(const NodePath& node, std::string_view port) const;
    void look(); // now, instead of a moment after a change

signals:
    void changed();

private:
    GraphDocument& m_document;
    RunState& m_runs;
    QTimer m_soon;
    std::vector<ShownProblem> m_all;
    std::map<std::pair<NodePath, QString>, size_t> m_first; // by node and port
};

}
