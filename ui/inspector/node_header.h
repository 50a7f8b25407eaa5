// The head of the node tab: title, mode and colour of what is selected, and a sentence about what it does.
#pragma once
#include "ui/inspector/inspector_context.h"

#include <QWidget>

#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QMenu;
class QToolButton;

namespace athanor {

class FieldEdit;

class NodeHeader : public QWidget {
    Q_OBJECT
public:
    NodeHeader(const InspectorContext& context, QWidget* parent);
    void display(const std::vector<NodeId>& nodes); // of the body in view; at least one
    void refresh();

private:
    void rename(const QString& title);
    void setMode(NodeMode mode);
    void setColour(const std::string& colour);
    void fillColours(QMenu& menu);

    const InspectorContext m_context;
    std::vector<NodeId> m_nodes;
    FieldEdit* m_title;
    QComboBox* m_mode;
    QToolButton* m_colour;
    QLabel* m_text;
};

}
