#include "ui/paint/paint_view.h"

#include "ui/common/theme.h"
#include "ui/common/value_slider.h"
#include "ui/document/labels.h"
#include "ui/paint/paint_canvas.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace athanor {

namespace {

constexpr int sizeSteps = 100;
constexpr double widestBySlider = 512; // pixels; keys go on

// The slider's places are as far apart as sizes are by their ratio.
int sizeAt(int step)
{
    return int(std::lround(std::pow(widestBySlider, double(step) / sizeSteps))) * unitsPerPixel;
}

int stepOf(int size)
{
    const double pixels = double(size) / unitsPerPixel;
    return int(std::lround(std::log(std::max(1.0, pixels)) / std::log(widestBySlider) * sizeSteps));
}

QString sizeText(QSize size)
{
    return QStringLiteral("%1 × %2").arg(size.width()).arg(size.height());
}

}

PaintView::PaintView(const UnderlaySources& sources, QWidget* parent)
    : QWidget(parent)
    , m_canvas(new PaintCanvas(this))
    , m_underlay(new UnderlayBar(*m_canvas, sources, this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHead());
    column->addWidget(makeTools());
    column->addWidget(m_canvas, 1);
    setFocusProxy(m_canvas);
    connect(m_canvas, &PaintCanvas::edited, this, [this](const std::string& text) {
        const bool erased = m_canvas->drawing().strokes.back().brush.erases;
        emit edited(text, erased ? tr("Erase") : tr("Brush Stroke"));
    });
    connect(m_canvas, &PaintCanvas::refused, this, &PaintView::refused);
    connect(m_canvas, &PaintCanvas::leaveWanted, this, &PaintView::leaveWanted);
    connect(m_canvas, &PaintCanvas::brushChanged, this, &PaintView::refreshBrush);
    connect(m_canvas, &PaintCanvas::fileDropped, m_underlay, &UnderlayBar::readFile);
    connect(m_underlay, &UnderlayBar::refused, this, &PaintView::refused);
    refreshBrush();
}

QWidget* PaintView::makeHead()
{
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(16, 8, 8, 0);
    row->setSpacing(8);
    m_title = new QLabel(head);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setProperty("role", "title");
    m_strokes = new QLabel(head);
    m_strokes->setProperty("role", "dim");
    m_sheet = new QComboBox(head);
    m_sheet->setObjectName("sheet");
    m_sheet->setToolTip(tr("Width and height of the sheet in pixels; strokes keep their place"));
    m_clear = new QPushButton(tr("Clear"), head);
    m_clear->setObjectName("clear");
    m_clear->setToolTip(tr("Take everything off the sheet"));
    m_clear->setAutoDefault(false);
    auto* done = new QPushButton(tr("Done"), head);
    done->setObjectName("done");
    done->setProperty("primary", true);
    done->setToolTip(tr("Back to the canvas (Esc)"));
    row->addWidget(m_title);
    row->addWidget(m_strokes);
    row->addStretch(1);
    row->addWidget(m_sheet);
    row->addWidget(m_clear);
    row->addWidget(done);
    connect(m_clear, &QPushButton::clicked, this, &PaintView::clear);
    connect(done, &QPushButton::clicked, this, &PaintView::leaveWanted);
    connect(m_sheet, &QComboBox::activated, this, [this](int index) {
        QSize size = m_sheet->itemData(index).toSize();
        if (size.isEmpty()) {
            const int now = m_canvas->drawing().width;
            bool good = false;
            const int wide = QInputDialog::getInt(
                this, tr("Size of the sheet"), tr("Width in pixels"), now, smallestSheet, largestSheet, 8, &good);
            const int high = good ? QInputDialog::getInt(this, tr("Size of the sheet"), tr("Height in pixels"),
                                 m_canvas->drawing().height, smallestSheet, largestSheet, 8, &good)
                                  : 0;
            size = good ? QSize(wide, high) : QSize(now, m_canvas->drawing().height);
        }
        resizeSheet(size);
        m_canvas->setFocus();
    });
    return head;
}

QToolButton* PaintView::toolButton(const char* iconName, const QString& text, bool erases)
{
    auto* button = new QToolButton(this);
    button->setObjectName(iconName);
    button->setIcon(icon(QString::fromLatin1(iconName)));
    button->setToolTip(text);
    button->setAccessibleName(text);
    button->setCheckable(true);
    button->setProperty("flat", true);
    connect(button, &QToolButton::clicked, this, [this, erases] {
        Brush brush = m_canvas->brush();
        brush.erases = erases;
        m_canvas->setBrush(brush);
        m_canvas->setFocus();
    });
    return button;
}

ValueSlider* PaintView::slider(const char* name, const QString& tip, QLabel*& value)
{
    auto* made = new ValueSlider(this);
    made->setObjectName(name);
    made->setAccessibleName(tip);
    made->setToolTip(tip);
    made->setRange(0, sizeSteps);
    made->setFixedWidth(88);
    value = new QLabel(this);
    value->setFont(monospaceFont());
    value->setFixedWidth(44);
    connect(made, &ValueSlider::valueChanged, this, &PaintView::takeBrush);
    return made;
}

QWidget* PaintView::makeTools()
{
    auto* tools = new QWidget(this);
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(12, 8, 8, 8);
    row->setSpacing(8);
    m_brush = toolButton("brush", tr("Brush (B)"), false);
    m_eraser = toolButton("eraser", tr("Eraser (E)"), true);
    auto* kinds = new QButtonGroup(this);
    kinds->addButton(m_brush);
    kinds->addButton(m_eraser);
    m_size = slider("size", tr("Size of the brush ([ and ])"), m_sizeText);
    m_hardness = slider("hardness", tr("Hardness of the brush's edge"), m_hardnessText);
    m_look = new QComboBox(tools);
    m_look->setObjectName("look");
    m_look->addItem(tr("White on black"), int(PaintCanvas::Look::WhiteOnBlack));
    m_look->addItem(tr("Black on white"), int(PaintCanvas::Look::BlackOnWhite));
    m_look->addItem(tr("Mask"), int(PaintCanvas::Look::Mask));
    m_look->setToolTip(tr("How the drawing is shown; what the node gives is chosen there"));
    connect(m_look, &QComboBox::activated, this, [this] {
        m_canvas->setLook(PaintCanvas::Look(m_look->currentData().toInt()));
        m_canvas->setFocus();
    });
    const auto caption = [&](const QString& text) {
        auto* label = new QLabel(text, tools);
        label->setProperty("role", "secondary");
        row->addWidget(label);
    };
    row->addWidget(m_brush);
    row->addWidget(m_eraser);
    row->addSpacing(8);
    caption(tr("Size"));
    row->addWidget(m_size);
    row->addWidget(m_sizeText);
    caption(tr("Hardness"));
    row->addWidget(m_hardness);
    row->addWidget(m_hardnessText);
    row->addStretch(1);
    row->addWidget(m_look);
    row->addWidget(m_underlay);
    return tools;
}

void PaintView::display(const std::string& text, const QString& title)
{
    m_canvas->setText(text);
    m_title->setText(title);
    const int count = int(m_canvas->drawing().strokes.size());
    m_strokes->setText(count == 0 ? tr("Draw with the mouse or a pen") : strokesText(count));
    m_clear->setEnabled(count > 0 || !m_canvas->problem().isEmpty());
    refreshSizes();
}

void PaintView::refreshSizes()
{
    const QSize now(m_canvas->drawing().width, m_canvas->drawing().height);
    if (m_sheet->currentData().toSize() == now)
        return;
    m_sheet->clear();
    QList<QSize> sizes{{256, 256}, {512, 512}, {512, 768}, {768, 512}, {1024, 1024}, {2048, 2048}};
    if (!sizes.contains(now))
        sizes.prepend(now);
    for (const QSize& size : sizes)
        m_sheet->addItem(sizeText(size), size);
    m_sheet->addItem(tr("Other…"), QSize());
    m_sheet->setCurrentIndex(int(sizes.indexOf(now)));
}

void PaintView::takeBrush()
{
    if (m_refreshing)
        return;
    Brush brush = m_canvas->brush();
    if (stepOf(brush.size) != m_size->value())
        brush.size = sizeAt(m_size->value());
    brush.hardness = m_hardness->value();
    m_canvas->setBrush(brush);
    refreshBrush();
}

void PaintView::refreshBrush()
{
    m_refreshing = true;
    const Brush& brush = m_canvas->brush();
    (brush.erases ? m_eraser : m_brush)->setChecked(true);
    m_size->setValue(stepOf(brush.size));
    m_sizeText->setText(tr("%1 px").arg(brush.size / unitsPerPixel));
    m_hardness->setValue(brush.hardness);
    m_hardnessText->setText(QStringLiteral("%1 %").arg(brush.hardness));
    m_refreshing = false;
}

void PaintView::resizeSheet(QSize size)
{
    Drawing drawing = m_canvas->drawing();
    if (!m_canvas->problem().isEmpty() || QSize(drawing.width, drawing.height) == size)
        return refreshSizes();
    drawing.width = size.width();
    drawing.height = size.height();
    emit edited(writeDrawing(drawing), tr("Resize Sheet"));
}

void PaintView::clear()
{
    Drawing drawing = m_canvas->drawing();
    drawing.strokes.clear();
    emit edited(writeDrawing(drawing), tr("Clear Drawing"));
    m_canvas->setFocus();
}

}
