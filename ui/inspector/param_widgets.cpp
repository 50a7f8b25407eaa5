#include "ui/inspector/param_widgets.h"

#include "ui/common/switch_button.h"
#include "ui/common/theme.h"
#include "ui/document/labels.h"
#include "ui/inspector/choice_box.h"
#include "ui/inspector/curve_field.h"
#include "ui/inspector/drawing_field.h"
#include "ui/inspector/field_edit.h"
#include "ui/inspector/file_field.h"
#include "ui/inspector/number_field.h"
#include "ui/inspector/prompt_field.h"
#include "ui/inspector/seed_field.h"

#include <QHBoxLayout>

#include <cstddef>
#include <string>
#include <type_traits>
#include <variant>

namespace athanor {

namespace {

class SwitchField : public ParamWidget {
public:
    explicit SwitchField(QWidget* parent)
        : ParamWidget(parent)
        , m_switch(new SwitchButton(this))
    {
        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(m_switch);
        layout->addStretch(1);
        setFocusProxy(m_switch);
        connect(m_switch, &QAbstractButton::clicked, this, [this](bool on) { emit changed(on, {}); });
    }

    void display(const ParamValue& value, bool mixed) override
    {
        const bool* on = std::get_if<bool>(&value);
        m_switch->setChecked(on && *on);
        m_switch->setMixed(mixed);
    }

private:
    SwitchButton* m_switch;
};

class TextField : public ParamWidget {
public:
    explicit TextField(QWidget* parent)
        : ParamWidget(parent)
        , m_edit(new FieldEdit(this))
    {
        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(m_edit);
        m_edit->setFont(monospaceFont());
        setFocusProxy(m_edit);
        connect(
            m_edit, &FieldEdit::committed, this, [this](const QString& text) { emit changed(text.toStdString(), {}); });
    }

    void display(const ParamValue& value, bool mixed) override
    {
        const auto* text = std::get_if<std::string>(&value);
        m_edit->setPlaceholderText(mixed ? ParamWidget::tr("several") : QString());
        m_edit->display(text && !mixed ? toText(*text) : QString());
    }

private:
    FieldEdit* m_edit;
};

template <class Field> ParamWidget* make(const Param& param, Studio& studio, QWidget* parent)
{
    if constexpr (std::is_constructible_v<Field, const Param&, Studio&, QWidget*>)
        return new Field(param, studio, parent);
    else if constexpr (std::is_constructible_v<Field, const Param&, QWidget*>)
        return new Field(param, parent);
    else if constexpr (std::is_constructible_v<Field, Studio&, QWidget*>)
        return new Field(studio, parent);
    else
        return new Field(parent);
}

ParamWidget* makeDrawing(const Param& param, Studio&, QWidget* parent)
{
    return new DrawingField(param, DrawingField::tr("Draw…"), QStringLiteral("brush"), parent);
}

ParamWidget* makePose(const Param& param, Studio&, QWidget* parent)
{
    return new DrawingField(param, DrawingField::tr("Pose…"), QStringLiteral("person"), parent);
}

struct WidgetRow {
    ParamKind kind;
    ParamWidget* (*make)(const Param& param, Studio& studio, QWidget* parent);
};

constexpr WidgetRow widgetRows[] = {
    {ParamKind::Bool, make<SwitchField>},
    {ParamKind::Int, make<NumberField>},
    {ParamKind::Float, make<NumberField>},
    {ParamKind::Seed, make<SeedField>},
    {ParamKind::Text, make<TextField>},
    {ParamKind::Prompt, make<PromptField>},
    {ParamKind::Curve, make<CurveField>},
    {ParamKind::Drawing, makeDrawing},
    {ParamKind::Pose, makePose},
    {ParamKind::Choice, make<ChoiceField>},
    {ParamKind::ModelFile, make<FileField>},
    {ParamKind::VaeFile, make<FileField>},
    {ParamKind::ControlNetFile, make<FileField>},
    {ParamKind::UpscalerFile, make<FileField>},
    {ParamKind::LoraFile, make<FileField>},
    {ParamKind::DiffusionModelFile, make<FileField>},
    {ParamKind::TextEncoderFile, make<FileField>},
    {ParamKind::ImageFile, make<FileField>},
};
static_assert(hasEachKind(widgetRows));

}

ParamWidget* makeParamWidget(const Param& param, Studio& studio, QWidget* parent)
{
    return widgetRows[size_t(param.kind)].make(param, studio, parent);
}

QString newGesture(const char* kind)
{
    static quint64 count = 0;
    return QStringLiteral("%1 %2").arg(QLatin1String(kind)).arg(++count);
}

}
