// Shows the document's graph as items. It only listens: what changes it is the document and the state of runs.
#pragma once
#include "ui/canvas/frame_item.h"
#include "ui/canvas/link_layer.h"
#include "ui/document/graph_document.h"

#include <QGraphicsScene>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace athanor {

// What lies at a place.
struct Hit {
    enum class What : uint8_t { Nothing, Port, Node, Link, Frame, FrameEdge } what = What::Nothing;
    int64_t id = 0; // of the node, link, group or comment
    std::string port; // Port: its name
    PortSide side = PortSide::Input; // Port
    Qt::Edges edges; // FrameEdge: which of them move
    std::string param; // Node: of the row; empty: another part
    bool onPicture = false; // Node
    bool onHeader = false; // Node
};

class GraphScene : public QGraphicsScene {
    Q_OBJECT
public:
    GraphScene(GraphDocument& document, RunState& runs, const Theme& theme, QObject* parent = nullptr);

    void setTheme(const Theme& theme);
    const Theme& theme() const { return *m_style.theme; }
    CanvasStyle& style() { return m_style; }
    GraphDocument& document() { return m_document; }
    const RunState& runs() const { return m_runs; }
    NodePath pathOf(NodeId node) const;

    const NodeItem* node(NodeId id) const; // null: not there
    const std::unordered_map<NodeId, NodeItem*>& nodes() const { return m_nodes; }
    const std::unordered_map<int64_t, FrameItem*>& frames() const { return m_frames; }
    LinkLayer& links() { return *m_links; }
    // `reach` in scene units, for ports and links. Ports only where a dragged link fits count while one is dragged.
    Hit hitAt(QPointF point, double reach) const;
    QRectF rectOf(int64_t id) const; // of a node, group or comment; empty: not there
    QRectF rectOf(const Ids& ids) const;
    QRectF contents() const; // of everything
    Ids idsIn(const QRectF& rect) const; // nodes that it touches, comments and groups that it holds
    Ids inside(const Ids& groups) const; // everything that lies within one of these groups
    PortType typeAt(const PortRef& output) const; // what flows there, through reroutes and the like
    Graph sized() const; // the body with the sizes that its nodes have on the canvas

    // Shown until the next change of the document: for drags.
    void setMoved(const Ids& ids, QPointF by);
    void setFrameRect(int64_t id, const QRectF& rect);
    void setHovered(const Hit& hit);
    void setEveryParam(NodeId node); // of this node alone; 0: of none
    void setDragged(NodeLook::Drag drag, PortType type);
    void setDetached(LinkId link); // not painted, as it is being dragged; 0: none
    void showSelected(const Ids& some, const Ids& others); // both; until the document's selection changes
    void raise(const Ids& nodes);

signals:
    void shown(); // after a change of the document
    void stateChanged(); // of a node

private:
    void sync();
    void syncFrames(const Graph& body);
    void syncLinks(const Graph& body);
    void moveEnds(const Ids* nodes);
    void showSelection();
    void refresh(const NodePath& node);
    void refreshAll();

    GraphDocument& m_document;
    RunState& m_runs;
    CanvasStyle m_style;
    std::unordered_map<NodeId, NodeItem*> m_nodes;
    std::unordered_map<int64_t, FrameItem*> m_frames;
    LinkLayer* m_links;
    NodeId m_hoveredNode = 0, m_opened = 0;
    LinkId m_detached = 0;
    double m_top = 1; // z of the node last raised
    NodeLook::Drag m_drag = NodeLook::Drag::None;
};

}
