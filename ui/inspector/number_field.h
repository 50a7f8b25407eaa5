// A whole or other number: a slider where it has a range, and the exact number to type.
#pragma once
#include "ui/inspector/param_widgets.h"

namespace athanor {

class FieldEdit;
class ValueSlider;

class NumberField : public ParamWidget {
    Q_OBJECT
public:
    NumberField(const Param& param, QWidget* parent);
    void display(const ParamValue& value, bool mixed) override;

private:
    void setSliderRange(double value);
    void typed(const QString& text);
    void step(int steps, bool large);
    void slide(int position);
    void offer(double value, const QString& gesture);

    const bool m_whole;
    const double m_lowest, m_highest, m_step, m_usual;
    double m_from = 0, m_to = 0; // of the slider
    double m_value = 0;
    QString m_drag;
    ValueSlider* m_slider = nullptr;
    FieldEdit* m_edit;
};

// As it is shown: with as many digits after the point as the step has, or as it needs.
QString numberFieldText(double value, double step, bool whole);

}
