// One of several names; many of them can be searched.
#pragma once
#include "ui/inspector/param_widgets.h"

#include <QComboBox>

namespace athanor {

class SearchPopup;

class ChoiceCombo : public QComboBox {
    Q_OBJECT
public:
    explicit ChoiceCombo(QWidget* parent);
    void showPopup() override;

signals:
    void picked(const QString& name);

protected:
    void wheelEvent(QWheelEvent* event) override;

private:
    SearchPopup* m_popup = nullptr;
};

class ChoiceField : public ParamWidget {
    Q_OBJECT
public:
    ChoiceField(const Param& param, QWidget* parent);
    void display(const ParamValue& value, bool mixed) override;

private:
    ChoiceCombo* m_combo;
};

}
