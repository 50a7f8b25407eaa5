// Where a drawing is made: the strokes of a pen or a mouse on the sheet, shown as they will come out of the node.
#pragma once
#include "inference/preprocess/drawing_sheet.h"
#include "ui/paint/sheet_canvas.h"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace athanor {

class PaintCanvas : public SheetCanvas {
    Q_OBJECT
public:
    enum class Look : uint8_t { WhiteOnBlack, BlackOnWhite, Mask };

    explicit PaintCanvas(QWidget* parent = nullptr);

    // The drawing's text. Only what differs from the one shown is painted anew; a large one appears piece by piece.
    void setText(const std::string& text);
    const std::string& text() const { return m_text; }
    const QString& problem() const { return m_problem; } // why the text cannot be shown; empty: it can
    const Drawing& drawing() const { return m_drawing; }
    const std::vector<uint8_t>& ink() const { return m_sheet.ink(); }
    bool isBusy() const { return m_done < m_drawing.strokes.size(); } // strokes are still to be shown

    void setBrush(const Brush& brush);
    const Brush& brush() const { return m_brush; }
    void setLook(Look look);
    Look look() const { return m_look; }

signals:
    void edited(const std::string& text); // by one stroke more
    void refused(const QString& why);
    void brushChanged(); // by a key

protected:
    void press(const Pointer& pointer) override;
    void drag(const Pointer& pointer) override;
    void release(const Pointer& pointer) override;
    void hover(const Pointer& pointer) override;
    bool takeKey(const QKeyEvent& event) override;
    bool cancel() override;
    void paintSheet(QPainter& painter, const QRect& part) override;
    void paintTools(QPainter& painter) override;
    QColor paper() const override;

private:
    void startAgain();
    void takeBack(size_t strokes); // until so many are left
    void catchUp(); // shows strokes that are not yet
    void keep(Sheet::Patch patch);
    void add(const Pointer& pointer);
    void moveRing();
    QRectF ringRect() const; // in the widget
    void updatePart(const PixelRect& rect);

    std::string m_text;
    QString m_problem;
    Drawing m_drawing;
    Sheet m_sheet;
    size_t m_done = 0, m_donePoints = 0; // strokes shown; points of the next one
    std::deque<Sheet::Patch> m_patches; // what lies below the last strokes shown
    size_t m_patchBytes = 0, m_points = 0;
    Stroke m_stroke; // in progress
    bool m_isDrawing = false;
    Brush m_brush;
    Look m_look = Look::WhiteOnBlack;
    std::vector<StrokePoint> m_lastEnd; // none, or where the last stroke ended
    QRect m_ring;
};

}
