#include "ui/inspector/choice_box.h"

#include "ui/common/theme.h"
#include "ui/document/labels.h"
#include "ui/inspector/search_popup.h"

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QWheelEvent>

#include <string>
#include <variant>

namespace athanor {

namespace {

constexpr int searchedFrom = 7; // fewer are seen at a glance

}

ChoiceCombo::ChoiceCombo(QWidget* parent)
    : QComboBox(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setFont(monospaceFont());
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(6);
    connect(this, &QComboBox::textActivated, this, &ChoiceCombo::picked);
}

void ChoiceCombo::showPopup()
{
    if (count() < searchedFrom)
        return QComboBox::showPopup();
    if (!m_popup) {
        m_popup = new SearchPopup(this);
        connect(m_popup, &SearchPopup::chosen, this, &ChoiceCombo::picked);
    }
    QStringList names;
    for (int i = 0; i < count(); ++i)
        names << itemText(i);
    m_popup->open(names, currentText(), {});
}

void ChoiceCombo::wheelEvent(QWheelEvent* event)
{
    if (hasFocus())
        QComboBox::wheelEvent(event);
    else
        event->ignore(); // the panel scrolls
}

ChoiceField::ChoiceField(const Param& param, QWidget* parent)
    : ParamWidget(parent)
    , m_combo(new ChoiceCombo(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_combo);
    setFocusProxy(m_combo);
    for (const std::string_view name : param.choices)
        m_combo->addItem(toText(name));
    connect(m_combo, &ChoiceCombo::picked, this, [this](const QString& name) { emit changed(name.toStdString(), {}); });
}

void ChoiceField::display(const ParamValue& value, bool mixed)
{
    const auto* name = std::get_if<std::string>(&value);
    const QString text = name ? toText(*name) : QString();
    const QSignalBlocker blocker(m_combo);
    m_combo->setCurrentIndex(mixed ? -1 : m_combo->findText(text));
    m_combo->setPlaceholderText(mixed ? tr("several") : text);
}

}
