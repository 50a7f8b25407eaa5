// The picture, large: as it comes out of the noise, zoomed and moved, and beside the one before by a line to drag.
#pragma once
#include <QImage>
#include <QWidget>

namespace athanor {

class ImageViewer : public QWidget {
    Q_OBJECT
public:
    explicit ImageViewer(QWidget* parent = nullptr);

    // One half done. `scale`: pixels of the finished picture that one of this stands for.
    void showPreview(const QImage& picture, int scale);
    // A result; the last one before becomes what it is compared with, unless it is the same.
    void showResult(const QImage& picture);
    // An older result, beside which nothing stands.
    void showAlone(const QImage& picture);
    void clear();
    QImage picture() const { return m_picture; }

    // Short texts on the picture; empty: none.
    void setCaption(const QString& topLeft, const QString& bottomRight);
    void setComparing(bool comparing); // does nothing while there is nothing to compare with
    bool isComparing() const { return m_comparing; }
    bool canCompare() const { return !m_before.isNull(); }
    double zoom() const; // screen pixels of one of the picture's

public slots:
    void fit();
    void showActualSize();
    void zoomBy(double factor) { zoomAt(rect().center(), factor); }

signals:
    void stateChanged(); // what is shown, zoom or comparing
    void dragWanted(); // the whole picture is in view and is pulled away with the left button

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void leaveEvent(QEvent* event) override;
    QSize sizeHint() const override { return {400, 400}; }
    QSize minimumSizeHint() const override { return {160, 160}; }

private:
    void show(const QImage& picture, int scale);
    void zoomAt(QPointF point, double factor);
    void keepInView();
    double fitZoom() const;
    QRectF pictureRect() const;
    double wipeX() const;
    bool isOnWipe(QPointF point) const;
    void paintPicture(QPainter& painter, const QImage& picture, const QRectF& clip) const;
    void paintWipe(QPainter& painter) const;
    void paintPill(QPainter& painter, const QString& text, Qt::Alignment alignment) const;
    void paintEmpty(QPainter& painter) const;

    QImage m_picture, m_before, m_result; // shown; compared with; the last result
    int m_scale = 1;
    bool m_fits = true, m_comparing = false, m_panning = false, m_wiping = false, m_pulling = false;
    double m_zoom = 1, m_wipe = 0.5; // the wipe as a share of the picture's width
    QPointF m_offset, m_pressed; // of the picture's centre from the widget's
    QString m_topLeft, m_bottomRight;
};

}
