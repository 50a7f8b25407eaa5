// What a node shows and where: computed when the node changes, painted often. In canvas units, from the node's corner.
#pragma once
#include "inference/graph/node_size.h"
#include "ui/common/run_state.h"
#include "ui/common/theme.h"

#include <QRectF>
#include <QString>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace athanor {

// Sizes within nodes, in canvas units; those that say how tall one is are in node_size.h.
namespace canvas {
constexpr double padding = 12;
constexpr double portSize = 11, nodeRadius = 8, pictureRadius = 5, progressHeight = 3;
constexpr double reach = 16; // how far ports and outlines stick out of a node's rectangle
}

// Fonts in canvas units: made once, as asking the system for them takes time.
struct CanvasFonts {
    QFont title, text, strong, value, small;
};
CanvasFonts canvasFonts();

enum class PortSide : uint8_t { Input, Param, Output };

struct PortSpot {
    std::string name;
    PortSide side = PortSide::Input;
    PortType type = PortType::Any, alsoType = PortType::Any; // alsoType Any: no other
    PortShape shape = PortShape::Circle;
    QPointF at; // its centre
    QString text; // for people
    bool linked = false;
    bool shown = true; // a parameter's only when it is linked, or while a link is dragged that fits
    bool takes(PortType output) const
    {
        return accepts(type, output) || (alsoType != PortType::Any && accepts(alsoType, output));
    }
};

// Words of one line that look the same.
struct TextPiece {
    QPointF at; // on the baseline
    QString text;
    enum class Look : uint8_t { Plain, Raised, Lowered, Faint } look = Look::Plain;
};

struct FaceRow {
    QRectF rect;
    std::string param; // empty: ports, or how many more there are
    QString label, value; // left and right, elided
    bool valueIsPort = false; // the right one names an output
    std::vector<TextPiece> pieces; // of a text block, instead
};

struct NodeFace {
    enum class Form : uint8_t { Whole, Collapsed, Reroute } form = Form::Whole;
    QString title;
    std::string category;
    bool unknown = false, subgraph = false;
    QSizeF size;
    std::vector<PortSpot> ports;
    std::vector<FaceRow> rows;
    QRectF picture; // empty: none
    std::vector<TextPiece> trouble; // what is wrong, at the foot

    const PortSpot* port(std::string_view name, bool output) const; // null: no such port
};

struct FaceOptions {
    PortNames linkedInputs, linkedOutputs;
    bool everyParam = false; // also those that are rarely changed
    bool operator==(const FaceOptions&) const = default;
};

NodeFace faceOf(const Node& node, const NodeState& state, const FaceOptions& options, const CanvasFonts& fonts);

}
