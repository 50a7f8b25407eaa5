// The node tab: every parameter of what is selected, above them the prompts that lead to it. With nothing selected, the
// node that samples.
#pragma once
#include "ui/inspector/inspector_context.h"
#include "ui/inspector/param_target.h"

#include <QScrollArea>

class QLabel;
class QVBoxLayout;

namespace athanor {

class NodeHeader;

class ParamPanel : public QScrollArea {
    Q_OBJECT
public:
    ParamPanel(const InspectorContext& context, QWidget* parent);
    void refresh(); // widgets are made anew only if others are needed
    QString title() const { return m_title; } // of what is shown; empty: nothing

signals:
    void titleChanged();
    void nodeWanted(const athanor::NodePath& node);

private:
    struct Content; // what there is to show
    Content contentNow() const;
    void build(const Content& content);
    void addRow(ParamTarget target, const QString& name);
    void addParams(const Content& content);
    void showEmpty();

    const InspectorContext m_context;
    QString m_title, m_built; // what the widgets were made for
    QWidget* m_page = nullptr;
    QVBoxLayout* m_layout = nullptr;
    NodeHeader* m_header = nullptr;
};

}
