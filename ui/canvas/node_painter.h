// Paints a node's face, in its coordinates.
#pragma once
#include "ui/canvas/node_face.h"

#include <cstdint>

class QPainter;

namespace athanor {

// What a node is like at the moment, beside its face.
struct NodeLook {
    const NodeState* state = nullptr; // never null
    NodeMode mode = NodeMode::Normal;
    QColor colour; // of its header's stripe; invalid: its category's
    PortType dragged = PortType::Any; // type of a link that is being dragged …
    enum class Drag : uint8_t { None, NeedsInput, NeedsOutput } drag = Drag::None; // … and the end it lacks
};

enum class Detail : uint8_t {
    Flat, // a rectangle: where words and ports are too small to see
    Blocks, // the title, bars for words, pictures
    Full
};
Detail detailAt(double scale); // device pixels of a canvas unit

QColor mixed(const QColor& a, const QColor& b, double share); // 0: a, 1: b
void paintNode(QPainter& painter, const NodeFace& face, const NodeLook& look, Detail detail, const Theme& theme,
    const CanvasFonts& fonts);
void paintPort(QPainter& painter, const PortSpot& port, const Theme& theme, double grown = 0);
// Whether a dragged link may end there, as far as types tell.
bool fits(const PortSpot& port, const NodeLook& look);

}
