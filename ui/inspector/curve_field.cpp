#include "ui/inspector/curve_field.h"

#include "ui/common/flat_button.h"
#include "ui/common/theme.h"
#include "ui/document/labels.h"
#include "ui/inspector/curve_plot.h"
#include "ui/inspector/field_edit.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>
#include <string>
#include <variant>

namespace athanor {

namespace {

constexpr size_t leastPoints = 2, mostPoints = 16;

struct Preset {
    const char* name;
    std::vector<double> values;
};

std::vector<Preset> presets()
{
    return {{QT_TRANSLATE_NOOP("athanor::CurveField", "The same all the way"), {1, 1}},
        {QT_TRANSLATE_NOOP("athanor::CurveField", "Fade out"), {1, 0}},
        {QT_TRANSLATE_NOOP("athanor::CurveField", "Fade in"), {0, 1}},
        {QT_TRANSLATE_NOOP("athanor::CurveField", "Strong, then weak"), {1, 1, 0.5, 0.25, 0.1}},
        {QT_TRANSLATE_NOOP("athanor::CurveField", "Strong in the middle"), {0, 0.5, 1, 0.5, 0}}};
}

}

std::optional<std::vector<double>> curveOf(const QString& text)
{
    static const QRegularExpression between("[,\\s]+");
    constexpr double most = 10;
    std::vector<double> values;
    for (const QString& part : text.split(between, Qt::SkipEmptyParts)) {
        bool isNumber = false;
        const double value = part.toDouble(&isNumber);
        if (!isNumber || !(std::abs(value) <= most))
            return {};
        values.push_back(value);
    }
    return values;
}

QString curveText(const std::vector<double>& values)
{
    if (std::ranges::all_of(values, [](double value) { return value == 1; }))
        return {};
    QStringList parts;
    for (const double value : values)
        parts << QString::number(value, 'g', 6);
    return parts.join(QStringLiteral(", "));
}

CurveField::CurveField(QWidget* parent)
    : ParamWidget(parent)
    , m_plot(new CurvePlot(this))
    , m_edit(new FieldEdit(this))
    , m_fewer(new FlatButton("minus", tr("One point fewer"), this))
    , m_more(new FlatButton("plus", tr("One point more"), this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_plot);
    auto* line = new QHBoxLayout;
    line->setSpacing(2);
    auto* shapes = new FlatButton("curve", tr("Usual curves"), this);
    for (QWidget* part : std::initializer_list<QWidget*>{m_edit, m_fewer, m_more, shapes})
        line->addWidget(part);
    layout->addLayout(line);
    m_edit->setFont(monospaceFont());
    m_plot->setToolTip(tr("From the first step to the last. Drag the points; the dashed line is 1."));
    m_plot->setAccessibleName(tr("Curve over the steps"));
    setFocusProxy(m_plot);
    auto* menu = new QMenu(shapes);
    shapes->setMenu(menu);
    shapes->setPopupMode(QToolButton::InstantPopup);
    fill(*menu);
    connect(m_plot, &CurvePlot::changed, this, &CurveField::offer);
    connect(m_edit, &FieldEdit::committed, this, [this](const QString& text) { emit changed(text.toStdString(), {}); });
    connect(m_fewer, &FlatButton::clicked, this, [this] { setPoints(-1); });
    connect(m_more, &FlatButton::clicked, this, [this] { setPoints(1); });
}

void CurveField::display(const ParamValue& value, bool mixed)
{
    const auto* text = std::get_if<std::string>(&value);
    const QString shown = text && !mixed ? toText(*text) : QString();
    const auto values = curveOf(shown);
    m_plot->setEnabled(values && !mixed);
    if (values)
        m_plot->display(*values);
    m_edit->setPlaceholderText(mixed ? tr("several") : tr("1 all the way"));
    m_edit->display(shown);
    m_fewer->setEnabled(values && m_plot->values().size() > leastPoints);
    m_more->setEnabled(values && m_plot->values().size() < mostPoints);
}

void CurveField::fill(QMenu& menu)
{
    for (const Preset& preset : presets())
        menu.addAction(tr(preset.name), [this, values = preset.values] { offer(values, {}); });
}

void CurveField::setPoints(int change)
{
    const std::vector<double>& now = m_plot->values();
    const std::vector<double> next = resampled(now, size_t(int(now.size()) + change));
    m_plot->display(next); // a flat curve of more points reads as none
    emit changed(curveText(next).toStdString(), {});
    m_plot->display(next);
}

void CurveField::offer(const std::vector<double>& values, const QString& gesture)
{
    emit changed(curveText(values).toStdString(), gesture);
}

}
