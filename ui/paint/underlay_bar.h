// What lies underneath a sheet while one works on it: the last result or a file, and how much of it shows.
#pragma once
#include <QImage>
#include <QWidget>

#include <functional>

class QMenu;
class QToolButton;

namespace athanor {

class SheetCanvas;
class ValueSlider;

// Where pictures come from.
struct UnderlaySources {
    std::function<QImage()> lastResult; // null: there is none
    std::function<void(const QString& path, std::function<void(QImage)>)> readPicture; // null: it cannot be read
};

class UnderlayBar : public QWidget {
    Q_OBJECT
public:
    UnderlayBar(SheetCanvas& canvas, const UnderlaySources& sources, QWidget* parent);
    void setPicture(const QImage& picture);
    void readFile(const QString& path);

signals:
    void refused(const QString& why);

private:
    void browse();
    void tell();

    SheetCanvas& m_canvas;
    const UnderlaySources m_sources;
    QToolButton* m_button;
    ValueSlider* m_opacity;
    QImage m_picture;
};

}
