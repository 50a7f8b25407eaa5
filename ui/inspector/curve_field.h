// Numbers over the steps of a run: as a curve, and as they are written.
#pragma once
#include "ui/inspector/param_widgets.h"

#include <optional>
#include <vector>

class QMenu;

namespace athanor {

class CurvePlot;
class FieldEdit;
class FlatButton;

class CurveField : public ParamWidget {
    Q_OBJECT
public:
    explicit CurveField(QWidget* parent);
    void display(const ParamValue& value, bool mixed) override;
    bool isWide() const override { return true; }

private:
    void fill(QMenu& menu);
    void offer(const std::vector<double>& values, const QString& gesture);
    void setPoints(int change);

    CurvePlot* m_plot;
    FieldEdit* m_edit;
    FlatButton *m_fewer, *m_more;
};

// "1, 0.5, 0"; nothing if it is no row of numbers.
std::optional<std::vector<double>> curveOf(const QString& text);
QString curveText(const std::vector<double>& values); // empty if all are 1, which means the same

}
