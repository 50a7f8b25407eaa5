// A sheet that is zoomed and moved, with a picture underneath it: what the paint view and the pose editor have in
// common.
#pragma once
#include <QImage>
#include <QWidget>

namespace athanor {

class SheetCanvas : public QWidget {
    Q_OBJECT
public:
    explicit SheetCanvas(QWidget* parent = nullptr);

    QSize sheetSize() const { return m_size; } // pixels
    // Stretched over the sheet as a ControlNet's map is: the middle, as large as it fits. `opacity`: 0 … 1.
    void setUnderlay(const QImage& picture, double opacity);
    const QImage& underlay() const { return m_underlay; }
    double zoom() const { return m_fits ? fitZoom() : m_zoom; } // widget's pixels of one of the sheet's
    QPointF toSheet(QPointF point) const { return (point - origin()) / zoom(); }
    QPointF toWidget(QPointF point) const { return point * zoom() + origin(); }

public slots:
    void fit();
    void showActualSize();
    void zoomBy(double factor) { zoomAt(rect().center(), factor); }

signals:
    void leaveWanted(); // Escape
    void fileDropped(const QString& path);

protected:
    struct Pointer {
        QPointF at; // on the sheet, pixels
        double pressure = 1; // 0 … 1
        bool erases = false; // the pen's other end
        Qt::KeyboardModifiers keys = Qt::NoModifier;
    };
    // The left button, or a pen's tip; paths are never told while the sheet is moved.
    virtual void press(const Pointer& pointer) = 0;
    virtual void drag(const Pointer& pointer) = 0;
    virtual void release(const Pointer& pointer) = 0;
    virtual void hover(const Pointer&) { }
    virtual void pressRight(const Pointer&) { }
    virtual bool takeKey(const QKeyEvent&) { return false; } // with no modifier but Shift
    virtual bool cancel() { return false; } // what is in progress; false: nothing was
    // `part`: of the sheet; in its pixels.
    virtual void paintSheet(QPainter& painter, const QRect& part) = 0;
    virtual void paintTools(QPainter&) { } // above it, in the widget's pixels
    virtual QColor paper() const { return Qt::black; }

    void setSheetSize(QSize size);
    void updateSheet(const QRectF& part); // has to be painted again
    bool isPressed() const { return m_pressed; }
    bool isInside() const { return m_inside; } // the pointer
    QPointF pointerAt() const { return m_pointer; } // in the widget

    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void tabletEvent(QTabletEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    QSize sizeHint() const override { return {640, 480}; }
    QSize minimumSizeHint() const override { return {240, 160}; }

private:
    double fitZoom() const;
    QPointF origin() const; // of the sheet in the widget
    void zoomAt(QPointF point, double factor);
    void moveBy(QPointF way);
    void pointAt(QPointF point);
    void refreshCursor();
    void fitUnderlay();

    QSize m_size{512, 512};
    QImage m_underlay, m_fitted; // as given; as large as the sheet
    double m_opacity = 0.5, m_zoom = 1;
    QPointF m_offset, m_pointer; // of the sheet's middle from the widget's; of the last move
    bool m_fits = true, m_pressed = false, m_moving = false, m_space = false, m_inside = false;
};

}
