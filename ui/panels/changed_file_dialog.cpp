#include "ui/panels/changed_file_dialog.h"

#include "inference/graph/subgraph_type.h"
#include "inference/run/run_event.h"
#include "ui/common/theme.h"
#include "ui/document/labels.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>

#include <algorithm>
#include <optional>
#include <string>
#include <variant>

namespace athanor {

namespace {

constexpr int narrow = 560, wide = 760, treeHeight = 320;

QString modeText(NodeMode mode)
{
    return mode == NodeMode::Muted   ? ChangedFileDialog::tr("muted")
        : mode == NodeMode::Bypassed ? ChangedFileDialog::tr("bypassed")
                                     : ChangedFileDialog::tr("runs");
}

// As the node shows it; of what its type does not know the bare value.
QString valueOrNothing(const Node& node, const std::string& name, const std::optional<ParamValue>& value)
{
    const NodeType* type = isSubgraph(node) ? nullptr : findNodeType(node.type);
    const Param* param = type ? findParam(*type, name) : nullptr;
    if (param)
        return valueText(*param, value ? *value : param->value);
    if (!value)
        return QStringLiteral("–");
    const auto* text = std::get_if<std::string>(&*value);
    const Param bare{.name = name, .kind = text ? ParamKind::Text : ParamKind::Float, .value = {}, .text = {}};
    return valueText(bare, *value);
}

void addRow(QTreeWidgetItem& parent, const QString& what, const QString& before, const QString& after)
{
    new QTreeWidgetItem(&parent, {what, before, after});
}

void addDetails(QTreeWidgetItem& item, const NodeDifference& node)
{
    const QString differs = ChangedFileDialog::tr("not the same");
    if (node.title)
        addRow(item, ChangedFileDialog::tr("Title"), titleOf(*node.before), titleOf(*node.after));
    for (const auto& value : node.values)
        addRow(item, label(value.param), valueOrNothing(*node.before, value.param, value.before),
            valueOrNothing(*node.after, value.param, value.after));
    if (node.mode)
        addRow(item, ChangedFileDialog::tr("Mode"), modeText(node.before->mode), modeText(node.after->mode));
    if (node.links)
        addRow(item, ChangedFileDialog::tr("What feeds it"), {}, differs);
    if (node.ports)
        addRow(item, ChangedFileDialog::tr("Ports"), {}, differs);
    if (node.moved)
        addRow(item, ChangedFileDialog::tr("Place"), {}, ChangedFileDialog::tr("moved"));
    if (node.look)
        addRow(item, ChangedFileDialog::tr("Look"), {}, differs);
}

QString summaryOf(const GraphDifference& difference)
{
    using Node = NodeDifference;
    const auto count = [&](bool before, bool after) {
        return std::ranges::count_if(difference.nodes,
            [&](const Node& node) { return node.before.has_value() == before && node.after.has_value() == after; });
    };
    QStringList parts;
    if (const auto both = count(true, true))
        parts << ChangedFileDialog::tr("Nodes that differ: %1").arg(both);
    if (const auto disk = count(true, false))
        parts << ChangedFileDialog::tr("only on disk: %1").arg(disk);
    if (const auto here = count(false, true))
        parts << ChangedFileDialog::tr("only here: %1").arg(here);
    if (difference.frames > 0)
        parts << ChangedFileDialog::tr("frames and comments that differ: %1").arg(difference.frames);
    if (difference.form)
        parts << ChangedFileDialog::tr("the form or its fresh seeds differ");
    return parts.isEmpty() ? ChangedFileDialog::tr("What it says is the same.") : parts.join(QStringLiteral(" · "));
}

QLabel* plainLabel(const QString& text, const char* role, QWidget* parent)
{
    auto* made = new QLabel(text, parent);
    made->setTextFormat(Qt::PlainText);
    made->setProperty("role", role);
    made->setWordWrap(true);
    return made;
}

}

ChangedFileDialog::ChangedFileDialog(const Facts& facts, QWidget* parent)
    : QDialog(parent)
    , m_tree(new QTreeWidget(this))
    , m_compare(new QPushButton(tr("Compare"), this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Changed on disk"));
    setMinimumWidth(narrow);
    m_tree->hide();
    fill(facts.difference);
    makeButtons(facts);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 16);
    column->setSpacing(8);
    column->addWidget(plainLabel(tr("%1 has changed on disk").arg(facts.name), "title", this));
    column->addWidget(plainLabel(tr("Another window or program has written it since it was opened or saved here. "
                                    "Overwriting loses what it wrote."),
        "secondary", this));
    column->addWidget(plainLabel(facts.problem.isEmpty() ? summaryOf(facts.difference) : facts.problem,
        facts.problem.isEmpty() ? "secondary" : "error", this));
    column->addWidget(m_tree, 1);
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(0, 8, 0, 0);
    buttons->setSpacing(8);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    buttons->addWidget(m_compare);
    buttons->addStretch();
    for (QPushButton* button : {cancel, m_buttons[size_t(Choice::Reload)], m_buttons[size_t(Choice::Overwrite)],
             m_buttons[size_t(Choice::SaveAs)]})
        buttons->addWidget(button);
    column->addLayout(buttons);
}

void ChangedFileDialog::makeButtons(const Facts& facts)
{
    const QString texts[] = {tr("Overwrite"), tr("Save as…"), tr("Reload")}; // as Choice
    for (const Choice choice : {Choice::Overwrite, Choice::SaveAs, Choice::Reload}) {
        auto* made = new QPushButton(texts[size_t(choice)], this);
        made->setAutoDefault(false);
        connect(made, &QPushButton::clicked, this, [this, choice] {
            accept();
            emit chosen(choice);
        });
        m_buttons[size_t(choice)] = made;
    }
    button(Choice::Overwrite).setToolTip(tr("Puts what is open here in place of what is on disk"));
    button(Choice::Reload)
        .setToolTip(facts.readOnly ? tr("Opens what is on disk in place of what is open here")
                                   : tr("Takes what is on disk; Undo brings back what is open here"));
    button(Choice::Reload).setEnabled(facts.problem.isEmpty());
    button(Choice::SaveAs).setDefault(true);
    button(Choice::SaveAs).setProperty("primary", true);
    m_compare->setAutoDefault(false);
    m_compare->setEnabled(m_tree->topLevelItemCount() > 0);
    connect(m_compare, &QPushButton::clicked, this, &ChangedFileDialog::showDifference);
}

void ChangedFileDialog::showDifference()
{
    if (!m_compare->isEnabled())
        return;
    m_compare->setEnabled(false);
    m_tree->setMinimumSize(wide - 48, treeHeight);
    m_tree->show();
    adjustSize();
    m_tree->setFocus();
}

void ChangedFileDialog::fill(const GraphDifference& difference)
{
    constexpr size_t mostShown = 1'000;
    m_tree->setHeaderLabels({tr("Node"), tr("On disk"), tr("Here")});
    m_tree->setAccessibleName(tr("What differs"));
    m_tree->setUniformRowHeights(true);
    m_tree->setRootIsDecorated(true);
    m_tree->setSelectionMode(QAbstractItemView::SingleSelection);
    m_tree->setTextElideMode(Qt::ElideRight);
    const Theme& theme = themeOf(*this);
    for (size_t i = 0; i < std::min(mostShown, difference.nodes.size()); ++i) {
        const NodeDifference& node = difference.nodes[i];
        const QString name = QStringLiteral("%1 · %2").arg(
            titleOf(node.after ? *node.after : *node.before), QString::fromStdString(pathText(node.path)));
        auto* item = new QTreeWidgetItem(m_tree, {name});
        if (node.before && node.after) {
            addDetails(*item, node);
            item->setExpanded(true);
            continue;
        }
        item->setText(1, node.before ? tr("there") : QStringLiteral("–"));
        item->setText(2, node.after ? tr("there") : QStringLiteral("–"));
        item->setForeground(0, node.after ? theme.ok : theme.error);
        item->setIcon(0,
            icon(node.after ? QStringLiteral("plus") : QStringLiteral("minus"), node.after ? theme.ok : theme.error));
    }
    if (difference.nodes.size() > mostShown)
        new QTreeWidgetItem(m_tree, {tr("and %1 more").arg(difference.nodes.size() - mostShown)});
    m_tree->header()->setStretchLastSection(true);
    m_tree->header()->setSectionResizeMode(0, QHeaderView::Interactive);
    m_tree->header()->resizeSection(0, 260);
    m_tree->header()->resizeSection(1, 220);
}

}
