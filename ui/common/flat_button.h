// A small button that is only an icon, in the colour that the theme has at the moment.
#pragma once
#include <QColor>
#include <QToolButton>

namespace athanor {

class FlatButton : public QToolButton {
    Q_OBJECT
public:
    FlatButton(const QString& iconName, const QString& text, QWidget* parent); // text: as tool tip and for readers
    void setIconName(const QString& name, bool alive = false); // alive: in the accent
    void setText(const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    void draw();

    QString m_icon;
    bool m_alive = false;
};

}
