#include "ui/inspector/node_header.h"

#include "inference/graph/subgraph_type.h"
#include "ui/common/theme.h"
#include "ui/document/labels.h"
#include "ui/inspector/field_edit.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QSignalBlocker>
#include <QToolButton>

#include <algorithm>

namespace athanor {

namespace {

constexpr int swatch = 14;

// The colours that links have too, so that a workflow keeps to one set.
constexpr PortType colours[] = {PortType::Image, PortType::Latent, PortType::Conditioning, PortType::Model,
    PortType::TextEncoder, PortType::Vae, PortType::ControlNet, PortType::ControlMap, PortType::Text};

QIcon swatchIcon(const QColor& colour, const QColor& line, double ratio)
{
    QPixmap pixmap(QSize(swatch, swatch) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(line, 1));
    painter.setBrush(colour.isValid() ? QBrush(colour) : QBrush(Qt::NoBrush));
    painter.drawEllipse(QRectF(1, 1, swatch - 2, swatch - 2));
    return pixmap;
}

}

NodeHeader::NodeHeader(const InspectorContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_title(new FieldEdit(this))
    , m_mode(new QComboBox(this))
    , m_colour(new QToolButton(this))
    , m_text(new QLabel(this))
{
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(4);
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(m_colour);
    line->addWidget(m_title, 1);
    line->addWidget(m_mode);
    all->addLayout(line);
    all->addWidget(m_text);
    m_title->setObjectName("title");
    m_title->setAccessibleName(tr("Title"));
    m_title->setMaxLength(200);
    m_mode->setObjectName("mode");
    m_mode->addItems({tr("Runs"), tr("Muted"), tr("Bypassed")}); // as NodeMode
    m_mode->setToolTip(tr("Muted: it does not run, nor does what needs it. Bypassed: it does nothing, and what comes "
                          "in goes on to outputs that fit."));
    m_mode->setAccessibleName(tr("Mode"));
    m_mode->setFocusPolicy(Qt::StrongFocus);
    m_colour->setProperty("flat", true);
    m_colour->setToolTip(tr("Colour"));
    m_colour->setAccessibleName(tr("Colour"));
    m_colour->setPopupMode(QToolButton::InstantPopup);
    m_text->setProperty("role", "secondary");
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    auto* menu = new QMenu(m_colour);
    m_colour->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillColours(*menu); });
    connect(m_title, &FieldEdit::committed, this, &NodeHeader::rename);
    connect(m_mode, &QComboBox::activated, this, [this](int index) { setMode(NodeMode(index)); });
}

void NodeHeader::display(const std::vector<NodeId>& nodes)
{
    m_nodes = nodes;
    m_title->setModified(false);
    refresh();
}

void NodeHeader::refresh()
{
    const Graph& body = m_context.document.body();
    if (m_nodes.empty() || !body.nodes.contains(m_nodes.front()))
        return;
    const Node& first = body.nodes.at(m_nodes.front());
    const bool several = m_nodes.size() > 1;
    const auto same = [&](auto member) {
        return std::ranges::all_of(m_nodes, [&](NodeId id) {
            const auto node = body.nodes.find(id);
            return node != body.nodes.end() && node->second.*member == first.*member;
        });
    };
    Node untitled = first;
    untitled.title.clear();
    m_title->setReadOnly(several);
    m_title->setPlaceholderText(several ? tr("%1 nodes").arg(m_nodes.size()) : titleOf(untitled));
    m_title->display(several ? QString() : toText(first.title));
    const QSignalBlocker blocker(m_mode);
    m_mode->setPlaceholderText(tr("several"));
    m_mode->setCurrentIndex(same(&Node::mode) ? int(first.mode) : -1);
    const Theme& theme = themeOf(*this);
    const QColor colour = same(&Node::colour) ? QColor(toText(first.colour)) : QColor();
    m_colour->setIcon(swatchIcon(colour, theme.dim, devicePixelRatioF()));
    NodeType made;
    const NodeType* type = same(&Node::type) ? typeOf(first, made) : nullptr;
    m_text->setText(type ? nodeText(type->text) : QString());
    m_text->setVisible(!m_text->text().isEmpty());
}

void NodeHeader::rename(const QString& title)
{
    Graph body = m_context.document.body();
    const auto node = m_nodes.size() == 1 ? body.nodes.find(m_nodes.front()) : body.nodes.end();
    if (node == body.nodes.end())
        return;
    node->second.title = title.trimmed().toStdString();
    m_context.document.edit(tr("Rename"), std::move(body));
}

void NodeHeader::setMode(NodeMode mode)
{
    const QString text[] = {tr("Run Again"), tr("Mute"), tr("Bypass")};
    m_context.document.edit(
        text[size_t(mode)], withMode(m_context.document.body(), Ids(m_nodes.begin(), m_nodes.end()), mode));
}

void NodeHeader::setColour(const std::string& colour)
{
    Graph body = m_context.document.body();
    for (const NodeId id : m_nodes)
        if (const auto node = body.nodes.find(id); node != body.nodes.end())
            node->second.colour = colour;
    m_context.document.edit(tr("Change Colour"), std::move(body));
}

void NodeHeader::fillColours(QMenu& menu)
{
    menu.clear();
    const Theme& theme = themeOf(*this);
    menu.addAction(swatchIcon({}, theme.dim, devicePixelRatioF()), tr("None"), [this] { setColour({}); });
    for (const PortType type : colours) {
        const QColor colour = portColour(type, athanor::theme(true)); // what a file says must not hang on the theme
        menu.addAction(swatchIcon(colour, theme.dim, devicePixelRatioF()), colour.name(),
            [this, colour] { setColour(colour.name().toStdString()); });
    }
}

}
