// The views for parameters that are drawn, shown in place of the canvas: a drawing's and a pose's. What is made there
// goes into the document stroke by stroke.
#pragma once
#include "ui/document/graph_document.h"
#include "ui/paint/pose_view.h"

#include <QStackedWidget>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace athanor {

class PaintView;

class ValueEditors : public QStackedWidget {
    Q_OBJECT
public:
    ValueEditors(
        GraphDocument& document, const UnderlaySources& sources, PoseView::Write write, QWidget* parent = nullptr);

    PaintView& paint() { return *m_paint; }
    PoseView& pose() { return *m_pose; }
    void open(const ParamPlace& place); // nothing if it is no such parameter, or fed by a link
    void close();
    bool isOpen() const { return m_place.has_value(); }

    // The first such parameter of a node.
    static std::optional<ParamPlace> drawnParam(const Graph& whole, const NodePath& node);

signals:
    void openChanged(bool open);

private:
    struct View { // in the order of the stack
        ParamKind kind;
        std::function<void(const std::string& text, const QString& title)> display;
    };
    template <class Widget> void addView(ParamKind kind, Widget& view);
    void refresh();
    void change(const std::string& text, const QString& what);

    GraphDocument& m_document;
    PaintView* m_paint;
    PoseView* m_pose;
    std::vector<View> m_views;
    std::optional<ParamPlace> m_place;
};

}
