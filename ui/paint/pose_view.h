// Poses with the tools to make them.
#pragma once
#include "ui/paint/underlay_bar.h"

#include <functional>
#include <string>

class QLabel;
class QToolButton;

namespace athanor {

class PoseCanvas;

class PoseView : public QWidget {
    Q_OBJECT
public:
    using Write = std::function<void(const QString& path, const QByteArray& bytes, std::function<void(QString)>)>;
    PoseView(const UnderlaySources& sources, Write write, QWidget* parent = nullptr);
    PoseCanvas& canvas() { return *m_canvas; }

    void display(const std::string& text, const QString& title);
    // In place of who is there, as one step.
    void importFile(const QString& path);
    void exportFile(const QString& path);

signals:
    void edited(const std::string& text, const QString& what);
    void refused(const QString& why);
    void leaveWanted();

private:
    void take(const QString& path); // that was dropped
    void refresh();

    const Write m_write;
    PoseCanvas* m_canvas;
    UnderlayBar* m_underlay;
    QLabel *m_title, *m_people;
    QToolButton* m_remove;
};

}
