// What is wrong with the workflow, one a line; a click goes to the node.
#pragma once
#include "ui/inspector/inspector_context.h"

#include <QListWidget>

namespace athanor {

class ProblemList : public QListWidget {
    Q_OBJECT
public:
    ProblemList(const InspectorContext& context, QWidget* parent);
    void refresh();

signals:
    void nodeWanted(const athanor::NodePath& node);

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void go(const QListWidgetItem* item);

    const InspectorContext m_context;
};

}
