#include "ui/paint/underlay_bar.h"

#include "ui/common/theme.h"
#include "ui/common/value_slider.h"
#include "ui/paint/sheet_canvas.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QMenu>
#include <QPointer>
#include <QToolButton>

namespace athanor {

UnderlayBar::UnderlayBar(SheetCanvas& canvas, const UnderlaySources& sources, QWidget* parent)
    : QWidget(parent)
    , m_canvas(canvas)
    , m_sources(sources)
    , m_button(new QToolButton(this))
    , m_opacity(new ValueSlider(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_button);
    row->addWidget(m_opacity);
    m_button->setObjectName("underlay");
    m_button->setText(tr("Underneath"));
    m_button->setToolTip(tr("A picture below the sheet to draw over; it is not part of the drawing"));
    m_button->setIcon(icon("layers"));
    m_button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_button->setPopupMode(QToolButton::InstantPopup);
    m_button->setProperty("flat", true);
    auto* menu = new QMenu(this);
    QAction* last = menu->addAction(tr("Last result"), this, [this] { setPicture(m_sources.lastResult()); });
    menu->addAction(tr("Picture from a file…"), this, &UnderlayBar::browse);
    menu->addSeparator();
    QAction* none = menu->addAction(tr("Nothing"), this, [this] { setPicture({}); });
    connect(menu, &QMenu::aboutToShow, this, [this, last, none] {
        last->setEnabled(!m_sources.lastResult().isNull());
        none->setEnabled(!m_picture.isNull());
    });
    m_button->setMenu(menu);
    m_opacity->setObjectName("opacity");
    m_opacity->setAccessibleName(tr("Opacity of the picture underneath"));
    m_opacity->setToolTip(tr("How much of the picture underneath shows"));
    m_opacity->setRange(0, 100);
    m_opacity->setValue(50);
    m_opacity->setFixedWidth(72);
    connect(m_opacity, &ValueSlider::valueChanged, this, &UnderlayBar::tell);
    tell();
}

void UnderlayBar::setPicture(const QImage& picture)
{
    m_picture = picture;
    tell();
    m_canvas.setFocus();
}

void UnderlayBar::tell()
{
    m_opacity->setEnabled(!m_picture.isNull());
    m_canvas.setUnderlay(m_picture, m_opacity->value() / 100.0);
}

void UnderlayBar::browse()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Choose a picture"), {}, tr("Pictures (*.png *.jpg *.jpeg *.webp *.bmp);;All files (*)"));
    if (!path.isEmpty())
        readFile(path);
}

void UnderlayBar::readFile(const QString& path)
{
    m_sources.readPicture(path, [self = QPointer(this), path](const QImage& picture) {
        if (!self)
            return;
        if (picture.isNull())
            emit self->refused(tr("%1 is no picture that can be read.").arg(path));
        else
            self->setPicture(picture);
    });
}

}
