#include "ui/canvas/node_face.h"

#include "inference/graph/param_check.h"
#include "inference/graph/subgraph_type.h"
#include "ui/canvas/text_block.h"
#include "ui/document/labels.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <algorithm>
#include <cmath>
#include <variant>

namespace athanor {

namespace {

constexpr int troubleLines = 4;
constexpr double gap = 8;

double widthOf(const Node& node)
{
    return node.rect.width > 0 ? std::clamp(node.rect.width, 120.0, 800.0) : canvas::nodeWidth;
}

// Puts a node's face together from the top down.
class FaceMaker {
public:
    FaceMaker(const Node& node, const NodeType& type, const FaceOptions& options, const CanvasFonts& fonts)
        : m_node(node)
        , m_type(type)
        , m_options(options)
        , m_fonts(fonts)
        , m_text(fonts.text)
        , m_value(fonts.value)
        , m_width(widthOf(node))
        , m_y(canvas::headerHeight + canvas::rowMargin)
    {
    }

    void addPorts(NodeFace& face)
    {
        const size_t rows = std::max(m_type.inputs.size(), m_type.outputs.size());
        for (size_t i = 0; i < rows; ++i) {
            FaceRow row{takeRow(canvas::rowHeight)};
            if (i < m_type.inputs.size()) {
                face.ports.push_back(spotOf(m_type.inputs[i], QPointF(0, row.rect.center().y())));
                row.label = label(m_type.inputs[i].name);
            }
            if (i < m_type.outputs.size()) {
                face.ports.push_back(spotOf(m_type.outputs[i], QPointF(m_width, row.rect.center().y())));
                row.value = label(m_type.outputs[i].name);
            }
            row.valueIsPort = true;
            elide(row);
            face.rows.push_back(std::move(row));
        }
    }

    void addParams(NodeFace& face)
    {
        int hidden = 0;
        for (size_t i = 0; i < m_type.params.size(); ++i) {
            if (isShown(i))
                addParam(face, m_type.params[i]);
            else {
                ++hidden;
                face.ports.push_back(spotOf(m_type.params[i], {0, canvas::headerHeight / 2}, false));
            }
        }
        if (hidden == 0)
            return;
        FaceRow row{takeRow(canvas::rowHeight)};
        row.label = QCoreApplication::translate("Canvas", "%n more", nullptr, hidden);
        face.rows.push_back(std::move(row));
    }

    void addPicture(NodeFace& face, const QImage& picture)
    {
        if (picture.isNull())
            return;
        const double width = m_width - 2 * canvas::pictureMargin;
        const double height = std::min(canvas::highestPicture, width * picture.height() / picture.width());
        face.picture = {canvas::pictureMargin, m_y + 2, width, height};
        m_y += height + canvas::pictureMargin;
    }

    void addTrouble(NodeFace& face, const NodeState& state)
    {
        const bool isTrouble = state.kind == NodeState::Kind::Error || state.kind == NodeState::Kind::Warning;
        if (!isTrouble || state.text.isEmpty())
            return;
        face.trouble = wrapped({{state.text.simplified(), 0}}, {canvas::padding, m_y + 4},
            m_width - 2 * canvas::padding, troubleLines, m_fonts);
        m_y = face.trouble.back().at.y() + 10;
    }

    QSizeF size() const { return {m_width, std::ceil(m_y + canvas::rowMargin)}; }

private:
    QRectF takeRow(double height)
    {
        const QRectF rect(0, m_y, m_width, height);
        m_y += height;
        return rect;
    }

    bool isShown(size_t index) const
    {
        return m_options.everyParam || showsParam(m_node, m_type, index, m_options.linkedInputs);
    }

    void addParam(NodeFace& face, const Param& param)
    {
        const bool linked = m_options.linkedInputs.contains(std::string(param.name));
        const bool block = isTextBlock(param, paramOf(m_node, param)) && !linked;
        FaceRow row = block ? blockOf(param) : FaceRow{takeRow(canvas::rowHeight)};
        row.param = param.name;
        if (!block) {
            row.label = label(param.name);
            row.value = linked ? QString() : valueText(param, paramOf(m_node, param));
            elide(row);
        }
        face.ports.push_back(spotOf(param, QPointF(0, row.rect.top() + canvas::rowHeight / 2), linked));
        face.rows.push_back(std::move(row));
    }

    FaceRow blockOf(const Param& param)
    {
        const auto* text = std::get_if<std::string>(&paramOf(m_node, param));
        const QString words = toText(text ? *text : std::string()).trimmed();
        const QPointF corner(canvas::padding, m_y + 3);
        const double width = m_width - 2 * canvas::padding;
        const bool weighs = param.kind == ParamKind::Prompt && m_node.type != "note";
        FaceRow row;
        row.pieces = wrapped(words.isEmpty() ? std::vector<PromptRun>{{label(param.name) + u'…', 0}}
                : weighs                     ? promptRuns(words)
                                             : std::vector<PromptRun>{{words.left(400).simplified(), 0}},
            corner, width, canvas::blockLines, m_fonts);
        if (words.isEmpty())
            row.pieces.front().look = TextPiece::Look::Faint;
        const double bottom = row.pieces.empty() ? m_y + canvas::rowHeight : row.pieces.back().at.y() + 9;
        row.rect = takeRow(bottom - m_y);
        return row;
    }

    void elide(FaceRow& row) const
    {
        const QFontMetricsF& right = row.valueIsPort ? m_text : m_value;
        const double room = m_width - 2 * canvas::padding - gap;
        const double most = std::max(room / 2, room - m_text.horizontalAdvance(row.label));
        const auto mode = row.valueIsPort ? Qt::ElideRight : Qt::ElideMiddle;
        row.value = right.elidedText(row.value, mode, row.label.isEmpty() ? room : most);
        row.label = m_text.elidedText(row.label, Qt::ElideRight, room - right.horizontalAdvance(row.value));
    }

    PortSpot spotOf(const InputPort& port, QPointF at) const
    {
        return {.name = std::string(port.name),
            .side = PortSide::Input,
            .type = port.type,
            .shape = portShape(port.type, port.wholeList),
            .at = at,
            .text = nodeText(port.text),
            .linked = m_options.linkedInputs.contains(std::string(port.name))};
    }
    PortSpot spotOf(const OutputPort& port, QPointF at) const
    {
        return {.name = std::string(port.name),
            .side = PortSide::Output,
            .type = port.type,
            .shape = portShape(port.type),
            .at = at,
            .text = nodeText(port.text),
            .linked = m_options.linkedOutputs.contains(std::string(port.name))};
    }
    PortSpot spotOf(const Param& param, QPointF at, bool linked) const
    {
        const PortType type = rowOf(param.kind).type;
        return {.name = std::string(param.name),
            .side = PortSide::Param,
            .type = type,
            .alsoType = param.fedBy,
            .shape = portShape(type),
            .at = at,
            .text = nodeText(param.text),
            .linked = linked,
            .shown = linked};
    }

    const Node& m_node;
    const NodeType& m_type;
    const FaceOptions& m_options;
    const CanvasFonts& m_fonts;
    const QFontMetricsF m_text, m_value;
    const double m_width;
    double m_y;
};

// All ports at the middles of the sides.
void collapse(NodeFace& face, NodeFace::Form form, QSizeF size)
{
    face.form = form;
    face.size = size;
    for (PortSpot& port : face.ports) {
        port.at = {port.side == PortSide::Output ? size.width() : 0, size.height() / 2};
        if (form == NodeFace::Form::Reroute)
            port.shape = PortShape::Circle;
    }
}

}

CanvasFonts canvasFonts()
{
    CanvasFonts fonts;
    fonts.text = QApplication::font();
    fonts.text.setPixelSize(12);
    fonts.title = fonts.text;
    fonts.title.setWeight(QFont::DemiBold);
    fonts.strong = fonts.title;
    fonts.small = fonts.text;
    fonts.small.setPixelSize(11);
    fonts.value = monospaceFont();
    fonts.value.setPixelSize(11);
    return fonts;
}

const PortSpot* NodeFace::port(std::string_view name, bool output) const
{
    const auto it = std::ranges::find_if(
        ports, [&](const PortSpot& spot) { return spot.name == name && (spot.side == PortSide::Output) == output; });
    return it == ports.end() ? nullptr : &*it;
}

NodeFace faceOf(const Node& node, const NodeState& state, const FaceOptions& options, const CanvasFonts& fonts)
{
    NodeType made;
    const NodeType* type = typeOf(node, made);
    NodeFace face;
    face.title = titleOf(node);
    face.unknown = !type;
    face.subgraph = isSubgraph(node);
    const NodeType guessed = type ? NodeType() : typeByLinks(options.linkedInputs, options.linkedOutputs);
    FaceMaker maker(node, type ? *type : guessed, options, fonts);
    face.category = type ? type->category : "";
    maker.addPorts(face);
    maker.addParams(face);
    if (type && type->id == "reroute") {
        collapse(face, NodeFace::Form::Reroute, {canvas::rerouteWidth, canvas::rerouteHeight});
        return face;
    }
    if (node.collapsed) {
        collapse(face, NodeFace::Form::Collapsed, {maker.size().width(), canvas::headerHeight});
        return face;
    }
    maker.addPicture(face, state.picture);
    maker.addTrouble(face, state);
    face.size = maker.size();
    return face;
}

}
