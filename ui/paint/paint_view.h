// A drawing with the tools to make it.
#pragma once
#include "ui/paint/underlay_bar.h"

#include <string>

class QComboBox;
class QLabel;
class QPushButton;
class QToolButton;

namespace athanor {

class PaintCanvas;
class ValueSlider;

class PaintView : public QWidget {
    Q_OBJECT
public:
    PaintView(const UnderlaySources& sources, QWidget* parent = nullptr);
    PaintCanvas& canvas() { return *m_canvas; }
    UnderlayBar& underlay() { return *m_underlay; }

    // The drawing as it is now, of a node by that name.
    void display(const std::string& text, const QString& title);

signals:
    void edited(const std::string& text, const QString& what);
    void refused(const QString& why);
    void leaveWanted();

private:
    QWidget* makeHead();
    QWidget* makeTools();
    QToolButton* toolButton(const char* iconName, const QString& text, bool erases);
    ValueSlider* slider(const char* name, const QString& tip, QLabel*& value);
    void takeBrush(); // from the sliders
    void refreshBrush();
    void refreshSizes();
    void resizeSheet(QSize size);
    void clear();

    PaintCanvas* m_canvas;
    UnderlayBar* m_underlay;
    QLabel *m_title, *m_strokes, *m_sizeText = nullptr, *m_hardnessText = nullptr;
    QToolButton *m_brush, *m_eraser;
    ValueSlider *m_size, *m_hardness;
    QComboBox *m_look, *m_sheet;
    QPushButton* m_clear;
    bool m_refreshing = false;
};

}
