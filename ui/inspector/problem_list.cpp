#include "ui/inspector/problem_list.h"

#include "inference/graph/subgraph.h"
#include "ui/common/theme.h"
#include "ui/document/labels.h"

#include <QEvent>
#include <QPainter>

#include <algorithm>
#include <vector>

namespace athanor {

ProblemList::ProblemList(const InspectorContext& context, QWidget* parent)
    : QListWidget(parent)
    , m_context(context)
{
    setWordWrap(true);
    setFrameShape(QFrame::NoFrame);
    setSpacing(2);
    setIconSize({16, 16});
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    connect(this, &QListWidget::itemClicked, this, &ProblemList::go);
    connect(this, &QListWidget::itemActivated, this, &ProblemList::go);
    refresh();
}

void ProblemList::refresh()
{
    const int row = currentRow();
    clear();
    const Theme& theme = themeOf(*this);
    for (const ShownProblem& problem : m_context.problems.all()) {
        auto* item = new QListWidgetItem(this);
        QString text = problem.text;
        if (!text.isEmpty())
            text[0] = text[0].toUpper();
        item->setText(text);
        item->setToolTip(problem.node.empty() ? tr("Of the workflow as a whole") : tr("Go to the node"));
        item->setIcon(problem.isWarning ? icon("warning", theme.warning) : icon("error", theme.error));
    }
    setCurrentRow(std::min(row, count() - 1));
}

void ProblemList::go(const QListWidgetItem* item)
{
    const std::vector<ShownProblem>& all = m_context.problems.all();
    const int at = row(item);
    if (at >= 0 && at < int(all.size()) && !all[size_t(at)].node.empty())
        emit nodeWanted(all[size_t(at)].node);
}

void ProblemList::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        refresh();
    QListWidget::changeEvent(event);
}

void ProblemList::paintEvent(QPaintEvent* event)
{
    QListWidget::paintEvent(event);
    if (count() > 0)
        return;
    QPainter painter(viewport());
    painter.setPen(themeOf(*this).secondary);
    painter.drawText(viewport()->rect().adjusted(16, 16, -16, -16), Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap,
        tr("Nothing is wrong, as far as can be told before it runs."));
}

}
