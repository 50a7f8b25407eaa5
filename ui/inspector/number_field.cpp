#include "ui/inspector/number_field.h"

#include "ui/common/theme.h"
#include "ui/common/value_slider.h"
#include "ui/inspector/field_edit.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QSignalBlocker>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <variant>

namespace athanor {

namespace {

constexpr int entryWidth = 68, largeSteps = 10;

int digitsOf(double step)
{
    constexpr int most = 6;
    int digits = 0;
    for (double scaled = step; digits < most && std::abs(scaled - std::round(scaled)) > 1e-9;
         scaled = step * std::pow(10, digits))
        ++digits;
    return digits;
}

double usualOf(const Param& param)
{
    if (const auto* whole = std::get_if<int64_t>(&param.value))
        return double(*whole);
    const auto* real = std::get_if<double>(&param.value);
    return real ? *real : 0;
}

}

QString numberFieldText(double value, double step, bool whole)
{
    if (whole)
        return QString::number(qint64(value));
    const QString text = QString::number(value, 'f', std::max(1, digitsOf(step)));
    return text.toDouble() == value ? text : QString::number(value, 'g', QLocale::FloatingPointShortest);
}

NumberField::NumberField(const Param& param, QWidget* parent)
    : ParamWidget(parent)
    , m_whole(rowOf(param.kind).type == PortType::Int)
    , m_lowest(param.lowest)
    , m_highest(param.highest)
    , m_step(param.step > 0 ? param.step : 1)
    , m_usual(usualOf(param))
    , m_edit(new FieldEdit(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    if (m_lowest < m_highest) {
        m_slider = new ValueSlider(this);
        m_slider->setPageStep(largeSteps);
        layout->addWidget(m_slider);
        m_edit->setFixedWidth(entryWidth);
        setFocusProxy(m_slider);
        connect(m_slider, &QAbstractSlider::sliderPressed, this, [this] { m_drag = newGesture("drag"); });
        connect(m_slider, &QAbstractSlider::sliderReleased, this, [this] { m_drag.clear(); });
        connect(m_slider, &QAbstractSlider::valueChanged, this, &NumberField::slide);
    }
    m_edit->setFont(monospaceFont());
    layout->addWidget(m_edit);
    connect(m_edit, &FieldEdit::committed, this, &NumberField::typed);
    connect(m_edit, &FieldEdit::stepped, this, &NumberField::step);
}

// The slider walks over what is usual, the entry takes all that is allowed: a guidance may be -100 to 100, but a slider
// of which everybody uses an eighth is of no use.
void NumberField::setSliderRange(double value)
{
    constexpr double wide = 4, few = 16, mostPositions = 100'000;
    m_from = m_lowest < 0 && m_usual > 0 ? 0 : m_lowest;
    m_to = m_highest;
    if (m_usual > 0)
        m_to = std::min(m_highest, std::max(m_usual * wide, m_from + few * m_step));
    if (value > m_to)
        m_to = std::min(m_highest, std::max(value, m_to * wide));
    if (value < m_from)
        m_from = m_lowest;
    const QSignalBlocker blocker(m_slider);
    m_slider->setRange(0, int(std::min(mostPositions, std::round((m_to - m_from) / m_step))));
    m_slider->setSliderPosition(int(std::lround((value - m_from) / m_step)));
}

void NumberField::display(const ParamValue& value, bool mixed)
{
    const auto* whole = std::get_if<int64_t>(&value);
    const auto* real = std::get_if<double>(&value);
    m_value = whole ? double(*whole) : real ? *real : 0;
    m_edit->setPlaceholderText(mixed ? tr("mixed") : QString());
    m_edit->display(mixed ? QString() : numberFieldText(m_value, m_step, m_whole));
    if (!m_slider)
        return;
    m_slider->setMixed(mixed);
    if (!m_slider->isSliderDown()) // its own range must not change below the pointer
        setSliderRange(m_value);
}

void NumberField::typed(const QString& text)
{
    bool isNumber = false;
    QString plain = text.trimmed();
    const double value = plain.replace(',', '.').toDouble(&isNumber);
    if (isNumber && std::isfinite(value))
        offer(value, {});
}

void NumberField::step(int steps, bool large)
{
    static const QString gesture = QStringLiteral("step");
    offer(m_value + steps * m_step * (large ? largeSteps : 1), gesture);
}

void NumberField::slide(int position)
{
    const double value = m_from + position * m_step;
    offer(position >= m_slider->maximum() ? m_to : value, m_drag.isEmpty() ? QStringLiteral("step") : m_drag);
}

void NumberField::offer(double value, const QString& gesture)
{
    if (m_lowest < m_highest)
        value = std::clamp(value, m_lowest, m_highest);
    if (m_whole)
        emit changed(int64_t(std::llround(std::clamp(value, -9e15, 9e15))), gesture);
    else // without the dust that adding steps leaves
        emit changed(QString::number(value, 'g', 12).toDouble(), gesture);
}

}
