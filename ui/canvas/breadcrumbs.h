// The way from the workflow down to the subgraph in view; hidden in the workflow itself.
#pragma once
#include "ui/document/graph_document.h"

#include <QHBoxLayout>
#include <QWidget>

namespace athanor {

class Breadcrumbs : public QWidget {
    Q_OBJECT
public:
    Breadcrumbs(GraphDocument& document, QWidget* parent);

private:
    void refresh();
    GraphDocument& m_document;
    QHBoxLayout* m_row;
    QStringList m_titles;
};

}
