// A group's frame behind the nodes, or a comment.
#pragma once
#include "ui/canvas/node_item.h"

#include <cstdint>
#include <string>

namespace athanor {

class FrameItem : public QGraphicsItem {
public:
    FrameItem(int64_t id, bool comment, CanvasStyle& style);
    enum { Type = UserType + 2 };
    int type() const override { return Type; }

    int64_t id() const { return m_id; }
    bool isComment() const { return m_comment; }
    QRectF rect() const { return {pos(), m_size}; } // in the scene
    void setSize(QSizeF size); // until the next show
    void show(const Rect& rect, const std::string& text, const std::string& colour);
    void setSelected(bool selected);
    QRectF titleRect() const; // of a group, in the scene: what it is dragged by

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

    static constexpr double titleHeight = 30, smallest = 60; // canvas units

private:
    const int64_t m_id;
    const bool m_comment;
    CanvasStyle& m_style;
    QSizeF m_size;
    QString m_text;
    QColor m_colour;
    bool m_selected = false;
};

}
