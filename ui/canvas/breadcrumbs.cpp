#include "ui/canvas/breadcrumbs.h"

#include "inference/graph/subgraph.h"
#include "ui/document/labels.h"

#include <QLabel>
#include <QPushButton>

namespace athanor {

namespace {

QStringList titlesOf(const Graph& graph, const NodePath& path)
{
    QStringList titles;
    const Graph* body = &graph;
    for (const NodeId id : path) {
        const auto it = body->nodes.find(id);
        if (it == body->nodes.end() || !it->second.subgraph)
            return titles;
        titles << titleOf(it->second);
        body = it->second.subgraph->body.get();
    }
    return titles;
}

}

Breadcrumbs::Breadcrumbs(GraphDocument& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_row(new QHBoxLayout(this))
{
    setObjectName(QStringLiteral("breadcrumbs"));
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(4);
    connect(&document, &GraphDocument::graphChanged, this, &Breadcrumbs::refresh);
    refresh();
}

void Breadcrumbs::refresh()
{
    const NodePath path = m_document.path();
    const QStringList titles = QStringList(tr("Workflow")) + titlesOf(m_document.graph(), path);
    setVisible(!path.empty());
    if (titles == m_titles)
        return;
    m_titles = titles;
    while (QLayoutItem* item = m_row->takeAt(0)) {
        if (item->widget()) {
            item->widget()->setParent(nullptr);
            item->widget()->deleteLater(); // it may be the one that was clicked
        }
        delete item;
    }
    for (qsizetype i = 0; i < titles.size(); ++i) {
        if (i > 0)
            m_row->addWidget(new QLabel(QStringLiteral("›"), this));
        auto* button = new QPushButton(QString(titles[i]).replace('&', QLatin1String("&&")), this);
        button->setFlat(true);
        button->setEnabled(i + 1 < titles.size());
        button->setCursor(Qt::PointingHandCursor);
        const NodePath target(path.begin(), path.begin() + i);
        connect(button, &QPushButton::clicked, this, [this, target] { m_document.enter(target); });
        m_row->addWidget(button);
    }
    adjustSize();
}

}
