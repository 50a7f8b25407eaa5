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

#include <string>
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

}

ParamWidget* makeParamWidget(const Param& param, Studio& studio, QWidget* parent)
{
    switch (param.kind) {
    case ParamKind::Bool:
        return new SwitchField(parent);
    case ParamKind::Int:
    case ParamKind::Float:
        return new NumberField(param, parent);
    case ParamKind::Seed:
        return new SeedField(parent);
    case ParamKind::Prompt:
        return new PromptField(studio, parent);
    case ParamKind::Choice:
        return new ChoiceField(param, parent);
    case ParamKind::ModelFile:
    case ParamKind::VaeFile:
    case ParamKind::ControlNetFile:
    case ParamKind::UpscalerFile:
    case ParamKind::ImageFile:
        return new FileField(param, studio, parent);
    case ParamKind::Text:
        if (param.name == "curve") // which is a text of numbers
            return new CurveField(parent);
        break;
    case ParamKind::Drawing:
    case ParamKind::Pose:
        return new DrawingField(param, parent);
    }
    return new TextField(parent);
}

QString newGesture(const char* kind)
{
    static quint64 count = 0;
    return QStringLiteral("%1 %2").arg(QLatin1String(kind)).arg(++count);
}

}
