// The node canvas: shows the document's graph, zooms and pans, and turns mouse and keys into edits of the document.
#pragma once
#include "ui/canvas/graph_scene.h"

#include <QGraphicsView>
#include <QTimer>
#include <QVariantAnimation>
#include <cstdint>
#include <map>
#include <memory>

class QAction;

namespace athanor {

class Breadcrumbs;
class CanvasActions;
class CanvasPointer;
class CanvasTip;
class Minimap;
class ModelSource;

class GraphView : public QGraphicsView {
    Q_OBJECT
public:
    GraphView(GraphDocument& document, RunState& runs, QWidget* parent = nullptr);
    ~GraphView() override;

    // For menus; canvas_actions.cpp has their names ("add", "copy", "fit", …). Null if there is none.
    QAction* action(const QString& name) const;
    QList<QAction*> canvasActions() const; // in the order of a menu

    GraphScene& graphScene() { return *m_scene; }
    GraphDocument& document() { return m_document; }
    double zoom() const { return transform().m11(); } // pixels of a canvas unit
    static constexpr double smallestZoom = 0.03, largestZoom = 4;
    void zoomTo(double zoom, QPointF pixel); // so that what is at the pixel of the viewport stays there
    void zoomBy(double factor, QPointF pixel); // the same, gliding there
    void pan(QPoint pixels); // moves what is seen
    void fit(const QRectF& rect, double largest = 1); // all of it, no larger than that
    void fitAll();
    void reveal(const Ids& ids); // pans as far as needed
    void setAnimated(bool animated) { m_animated = animated; }
    // Where a new node goes that has no place of its own: under the pointer if it is over the canvas, else the middle.
    QPointF placeForNew() const;

    // A list to choose a node from, which comes to `at` (of the scene); with a port, only what fits it, linked to it.
    void searchNode(QPointF at, const PortRef& port = {}, bool isOutput = false);
    void editText(int64_t id); // the title of a node or group, the words of a comment, in place
    void setMinimapShown(bool shown);
    // Says what model files are that are dropped here; without one they are taken for checkpoints.
    void setModelSource(ModelSource& source) { m_models = &source; }
    ModelSource* modelSource() const { return m_models; }
    void tell(const QString& sentence); // for some seconds, above the canvas
    void tellAtPointer(const QString& sentence, QPoint pixel); // until the next call; empty: no more

signals:
    void nodeActivated(const athanor::NodePath& node); // double-click: the inspector shall come up
    void paramActivated(const athanor::NodePath& node, const QString& param); // the same for one row
    void pictureActivated(const athanor::NodePath& node); // double-click on a picture
    void openRequested(const QString& path); // a workflow, or a picture with one, was dropped
    void fileDropped(const QString& path); // one, which is now the file of a node
    void viewMoved(); // zoomed, panned or resized

protected:
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;
    void scrollContentsBy(int right, int down) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void showBody();
    void placeOverlays();
    void paintDots(QPainter& painter, const QRectF& rect, const QColor& colour) const;
    void hurry();
    void glide(double zoom, QPointF pixel);
    void showTipAt(QPoint pixel, QPoint global);
    void moveSelection(int key, bool far);

    GraphDocument& m_document;
    ModelSource* m_models = nullptr;
    GraphScene* m_scene;
    std::unique_ptr<CanvasPointer> m_pointer;
    CanvasActions* m_actions;
    Minimap* m_minimap;
    Breadcrumbs* m_breadcrumbs;
    CanvasTip* m_tip;
    QVariantAnimation m_glide;
    QPointF m_glidePixel;
    double m_glideTarget = 1;
    QTimer m_still;
    struct Place {
        QPointF middle;
        double zoom;
    };
    std::map<NodePath, Place> m_places; // where each subgraph was looked at
    NodePath m_shown;
    bool m_animated = true, m_spaceDown = false, m_spaceUsed = false, m_fitOnShow = true, m_isNew = false;
};

}
