// The panel beside the canvas: the parameters of what is selected, the workflow's form, and what is wrong with it.
#pragma once
#include "ui/inspector/inspector_context.h"

#include <QTabWidget>

namespace athanor {

class FormView;
class ParamPanel;
class ProblemList;

class Inspector : public QTabWidget {
    Q_OBJECT
public:
    Inspector(GraphDocument& document, RunState& runs, Studio& studio, QWidget* parent = nullptr);

    // A workflow as it ran, its seeds drawn: what "last used" means, and prompts worth remembering.
    void setLastRun(const Graph& graph);
    // Prompts from before, the latest last; kept by the window from one start to the next.
    void setPromptHistory(const QStringList& prompts);
    const QStringList& promptHistory() const { return m_memory.prompts; }
    static constexpr int mostPrompts = 200;
    // Names that prompts may hold, offered while one is begun.
    void setCompletions(const QStringList& words);

signals:
    void nodeWanted(const athanor::NodePath& node); // it is selected already: bring it into view
    void promptHistoryChanged();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void refresh();
    void refreshTitles();
    void go(const NodePath& node);

    GraphDocument& m_document;
    ProblemWatch m_problems;
    InspectorMemory m_memory;
    ParamPanel* m_panel;
    FormView* m_form;
    ProblemList* m_list;
};

}
