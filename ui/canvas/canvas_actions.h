// What the canvas can do, as actions with names, shortcuts and whether they apply to what is selected.
#pragma once
#include "ui/canvas/canvas_edits.h"
#include "ui/canvas/graph_scene.h"

#include <QAction>
#include <QHash>

#include <cstdint>
#include <functional>
#include <vector>

class QMenu;

namespace athanor {

class GraphView;

class CanvasActions : public QObject {
    Q_OBJECT
public:
    CanvasActions(GraphView& view, GraphDocument& document);
    QAction* action(const QString& name) const { return m_actions.value(name); }
    QList<QAction*> all() const;
    // The menu of what was clicked; `at` in the scene.
    void fill(QMenu& menu, const Hit& hit, QPointF at);

private:
    QAction* add(const char* name, const QString& text, const QKeySequence& key, const std::function<void()>& act,
        bool (CanvasActions::*enabled)() const = nullptr);
    void addEditing();
    void addGraph();
    void addAligning();
    void addViewing();
    void refresh();
    bool any() const { return !m_document.selection().empty(); }
    bool anyNode() const { return nodes(1).size() == 1; }
    bool several() const { return m_document.selection().size() > 1; }
    bool oneSubgraph() const { return subgraph() != 0; }
    bool isInside() const { return !m_document.path().empty(); }
    bool one() const { return m_document.selection().size() == 1; }
    Ids nodes(size_t most = SIZE_MAX) const; // of the selection, the first ones
    NodeId subgraph() const; // the one selected; 0: none or several

    void copy();
    void paste(bool withLinks);
    void duplicate();
    void remove(bool reconnects);
    void toggleMode(NodeMode mode, const QString& text);
    void collapse();
    void group();
    void intoSubgraph();
    void outOfSubgraph();
    void align(Edge edge, const QString& text);
    void layOut();
    void editSized(const QString& text, const Graph& placed);
    void addComment(QPointF at);
    void fillPort(QMenu& menu, const Hit& hit);

    GraphView& m_view;
    GraphDocument& m_document;
    QHash<QString, QAction*> m_actions;
    QList<QString> m_order;
    struct Condition {
        QAction* action;
        bool (CanvasActions::*holds)() const;
    };
    std::vector<Condition> m_conditions;
    Graph m_copiedFrom; // so that a paste can link to what fed the copied nodes
    Ids m_copied;
};

}
