#include "ui/inspector/size_field.h"

#include "ui/common/flat_button.h"
#include "ui/common/theme.h"
#include "ui/inspector/field_edit.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>

#include <algorithm>
#include <cmath>

namespace athanor {

namespace {

struct Size {
    int width, height;
};
constexpr Size usual[] = {{256, 256}, {384, 384}, {512, 512}, {512, 640}, {640, 512}, {512, 768}, {768, 512},
    {640, 640}, {768, 768}, {576, 1024}, {1024, 576}, {1024, 1024}};

// The nearest that the side may have.
template <class Side> double fitting(const Side& side, double value)
{
    const double stepped = side.lowest + std::round((value - side.lowest) / side.step) * side.step;
    return side.lowest < side.highest ? std::clamp(stepped, side.lowest, side.highest) : stepped;
}

}

SizeField::SizeField(const Param& width, const Param& height, QWidget* parent)
    : QWidget(parent)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    addSide(m_width, width, tr("Width"));
    auto* times = new QLabel(QStringLiteral("×"), this);
    times->setProperty("role", "secondary");
    layout->addWidget(times);
    addSide(m_height, height, tr("Height"));
    setFocusProxy(m_width.edit);
    auto* swap = new FlatButton("swap", tr("Swap width and height"), this);
    auto* presets = new FlatButton("chevron-down", tr("Usual sizes"), this);
    layout->addWidget(swap);
    layout->addWidget(presets);
    connect(swap, &FlatButton::clicked, this, [this] { offer(double(m_height.value), double(m_width.value), {}); });
    auto* menu = new QMenu(presets);
    presets->setMenu(menu);
    presets->setPopupMode(QToolButton::InstantPopup);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fill(*menu); });
}

void SizeField::addSide(Side& side, const Param& param, const QString& name)
{
    side.edit = new FieldEdit(this);
    side.edit->setFont(monospaceFont());
    side.edit->setAccessibleName(name);
    side.edit->setToolTip(name);
    side.edit->setObjectName(QString::fromUtf8(param.name.data(), qsizetype(param.name.size())));
    side.lowest = param.lowest;
    side.highest = param.highest;
    side.step = param.step > 0 ? param.step : 1;
    layout()->addWidget(side.edit);
    const auto set = [this, &side](double value, const QString& gesture) {
        const bool isWidth = &side == &m_width;
        offer(isWidth ? value : double(m_width.value), isWidth ? double(m_height.value) : value, gesture);
    };
    connect(side.edit, &FieldEdit::committed, this, [set](const QString& text) {
        bool isNumber = false;
        const double value = text.trimmed().toDouble(&isNumber);
        if (isNumber && std::isfinite(value))
            set(value, {});
    });
    connect(side.edit, &FieldEdit::stepped, this, [set, &side](int steps, bool large) {
        set(double(side.value) + steps * side.step * (large ? 8 : 1), QStringLiteral("step"));
    });
}

void SizeField::display(int64_t width, int64_t height, bool mixed)
{
    m_width.value = width;
    m_height.value = height;
    for (const Side* side : {&m_width, &m_height}) {
        side->edit->setPlaceholderText(mixed ? tr("several") : QString());
        side->edit->display(mixed ? QString() : QString::number(side->value));
    }
}

void SizeField::fill(QMenu& menu)
{
    menu.clear();
    for (const Size& size : usual) {
        const bool fits = fitting(m_width, size.width) == size.width && fitting(m_height, size.height) == size.height;
        QAction* action = menu.addAction(QStringLiteral("%1 × %2").arg(size.width).arg(size.height));
        action->setEnabled(fits);
        connect(action, &QAction::triggered, this, [this, size] { offer(size.width, size.height, {}); });
    }
}

void SizeField::offer(double width, double height, const QString& gesture)
{
    emit changed(qint64(fitting(m_width, width)), qint64(fitting(m_height, height)), gesture);
}

}
