// The form: parameters of the workflow that its author chose, so that it can be used without looking at the graph.
#pragma once
#include "ui/inspector/inspector_context.h"

#include <QScrollArea>

#include <vector>

class QVBoxLayout;

namespace athanor {

class FormView : public QScrollArea {
    Q_OBJECT
public:
    FormView(const InspectorContext& context, QWidget* parent);
    void refresh();

signals:
    void nodeWanted(const athanor::NodePath& node);

private:
    void build();
    void showEmpty();

    const InspectorContext m_context;
    std::vector<ParamPlace> m_built;
    QWidget* m_page = nullptr;
    QVBoxLayout* m_layout = nullptr;
};

// What most forms begin with: the prompts, size, steps, guidance and seed of what samples first.
std::vector<ParamPlace> usualForm(const Graph& graph);

}
