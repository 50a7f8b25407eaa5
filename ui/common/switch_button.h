// On or off, as a switch.
#pragma once
#include <QAbstractButton>

namespace athanor {

class SwitchButton : public QAbstractButton {
    Q_OBJECT
public:
    explicit SwitchButton(QWidget* parent = nullptr);
    void setMixed(bool mixed); // several nodes differ
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    bool m_mixed = false;
};

}
