// A drawing or poses in the inspector: what is there, and the way to its view.
#pragma once
#include "ui/inspector/param_widgets.h"

class QLabel;

namespace athanor {

class DrawingField : public ParamWidget {
    Q_OBJECT
public:
    DrawingField(const Param& param, const QString& open, const QString& iconName, QWidget* parent);
    void display(const ParamValue& value, bool mixed) override;

private:
    const Param m_param;
    QLabel* m_summary;
};

}
