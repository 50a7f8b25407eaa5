#include "ui/panels/welcome_page.h"

#include "inference/program.h"
#include "inference/weights/families.h"
#include "ui/common/flat_button.h"
#include "ui/common/theme.h"

#include <QCheckBox>
#include <QEvent>
#include <QFileInfo>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

namespace athanor {

namespace {

constexpr int cardGap = 16, sectionGap = 32, mostRecent = 5, textLines = 3, padding = 12;
constexpr int belowCentre = 56; // of the canvas, whose own words stand in its middle

QLabel* titleLabel(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setProperty("role", "title");
    return label;
}

// Its text at the left, as a line of a list.
QPushButton* lineButton(const QString& text, const char* iconName, QWidget* parent)
{
    auto* button = new QPushButton(icon(QString::fromLatin1(iconName)), text, parent);
    button->setFlat(true);
    button->setStyleSheet(QStringLiteral("QPushButton { text-align: left; padding: 5px 0; }"
                                         "QPushButton:!hover:!focus { background: transparent; border-color: "
                                         "transparent; }"));
    return button;
}

}

QList<Example> examples()
{
    return {{QStringLiteral("first-picture"), WelcomePage::tr("Text to image"),
                WelcomePage::tr("Say what is to be seen, and it is drawn.")},
        {QStringLiteral("change-a-picture"), WelcomePage::tr("Image to image"),
            WelcomePage::tr("A picture becomes another that resembles it.")},
        {QStringLiteral("scribble"), WelcomePage::tr("Scribble to picture"),
            WelcomePage::tr("Draw some lines, and the picture follows them.")},
        {QStringLiteral("pose"), WelcomePage::tr("Pose to picture"),
            WelcomePage::tr("Pose a figure, and a person stands like it.")},
        {QStringLiteral("follow-a-picture"), WelcomePage::tr("Follow a picture"),
            WelcomePage::tr("Edges and depth of a picture steer a new one.")}};
}

ExampleCard::ExampleCard(const Example& example, QWidget* parent)
    : QAbstractButton(parent)
    , m_example(example)
    , m_picture(QString::fromStdString(resourcePath("pictures/")) + example.workflow + QStringLiteral(".jpg"))
{
    setObjectName(example.workflow);
    setText(example.title);
    setAccessibleDescription(example.text);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setFixedSize(sizeHint());
}

QSize ExampleCard::sizeHint() const
{
    return {width, pictureHeight + padding + fontMetrics().lineSpacing() * (1 + textLines) + 6 + padding};
}

void ExampleCard::paintEvent(QPaintEvent*)
{
    constexpr double radius = 8;
    const Theme& t = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const QRectF outline = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath shape;
    shape.addRoundedRect(outline, radius, radius);
    painter.fillPath(shape, underMouse() || isDown() ? t.raised : t.panel);
    painter.save();
    painter.setClipPath(shape);
    const QRectF top(0, 0, width, pictureHeight);
    painter.fillRect(top, t.raised);
    if (!m_picture.isNull()) {
        QSizeF part = top.size().scaled(m_picture.size(), Qt::KeepAspectRatio);
        QRectF source(QPointF(), part);
        source.moveCenter(QRectF(m_picture.rect()).center());
        painter.drawImage(top, m_picture, source);
    }
    painter.restore();
    painter.setPen(QPen(hasFocus() ? t.accent : t.line, hasFocus() ? 2 : 1));
    painter.drawPath(shape);

    const QRect words(padding, pictureHeight + padding, width - 2 * padding, height() - pictureHeight - 2 * padding);
    QFont font = this->font();
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(t.text);
    painter.drawText(words, Qt::AlignLeft | Qt::AlignTop, m_example.title);
    painter.setFont(this->font());
    painter.setPen(t.secondary);
    painter.drawText(words.adjusted(0, fontMetrics().lineSpacing() + 6, 0, 0),
        Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, m_example.text);
}

void ExampleCard::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

WelcomePage::WelcomePage(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("welcome"));
    setFocusPolicy(Qt::StrongFocus);
    auto* content = new QWidget;
    auto* below = new QHBoxLayout;
    below->setSpacing(sectionGap);
    below->addWidget(makeBegin(), 1, Qt::AlignTop);
    below->addWidget(makeRecent(), 1, Qt::AlignTop);
    below->addWidget(makeModels(), 1, Qt::AlignTop);
    auto* inner = new QVBoxLayout;
    inner->setSpacing(24);
    inner->addWidget(makeHead());
    inner->addWidget(makeCards());
    inner->addSpacing(8);
    inner->addLayout(below);
    inner->addWidget(makeFoot(), 0, Qt::AlignLeft);
    auto* row = new QHBoxLayout;
    row->addStretch();
    row->addLayout(inner);
    row->addStretch();
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(24, 24, 24, 24);
    column->addStretch(2);
    column->addLayout(row);
    column->addStretch(3);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(content);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(scroll);
}

QWidget* WelcomePage::makeHead()
{
    constexpr int titleSize = 24, signSide = 28;
    auto* head = new QWidget(this);
    auto* sign = new QLabel(head);
    sign->setPixmap(icon(QStringLiteral("athanor")).pixmap(signSide, signSide));
    auto* title = new QLabel(tr("What shall it be?"), head);
    title->setStyleSheet(QStringLiteral("font-size: %1px; font-weight: 600;").arg(titleSize));
    auto* text =
        new QLabel(tr("Each example opens as a workflow that is ready: press Run, then change what you like."));
    text->setProperty("role", "secondary");
    auto* close = new FlatButton("close", tr("Close (Escape)"), head);
    close->setObjectName(QStringLiteral("closeWelcome"));
    connect(close, &QToolButton::clicked, this, &WelcomePage::closed);
    auto* grid = new QGridLayout(head);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(4);
    grid->addWidget(sign, 0, 0);
    grid->addWidget(title, 0, 1);
    grid->addWidget(close, 0, 2, Qt::AlignTop);
    grid->addWidget(text, 1, 0, 1, 3);
    grid->setColumnStretch(1, 1);
    return head;
}

QWidget* WelcomePage::makeCards()
{
    auto* holder = new QWidget(this);
    m_grid = new QGridLayout(holder);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(cardGap);
    for (const Example& example : examples()) {
        auto* card = new ExampleCard(example, holder);
        connect(card, &QAbstractButton::clicked, this,
            [this, example] { emit exampleWanted(example.workflow, example.title); });
        m_cards << card;
    }
    placeCards();
    return holder;
}

// All in a row where there is room.
void WelcomePage::placeCards()
{
    const int all = int(m_cards.size());
    const int columns = width() >= all * (ExampleCard::width + cardGap) + 48 ? all : (all + 1) / 2;
    if (std::exchange(m_columns, columns) == columns)
        return;
    for (int i = 0; i < all; ++i)
        m_grid->addWidget(m_cards[i], i / columns, i % columns);
}

QWidget* WelcomePage::makeBegin()
{
    auto* box = new QWidget(this);
    auto* fresh = lineButton(tr("New, without any nodes"), "new", box);
    auto* open = lineButton(tr("Open a workflow or picture…"), "open", box);
    fresh->setObjectName(QStringLiteral("newEmpty"));
    open->setObjectName(QStringLiteral("openFile"));
    connect(fresh, &QPushButton::clicked, this, &WelcomePage::newWanted);
    connect(open, &QPushButton::clicked, this, &WelcomePage::openWanted);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(titleLabel(tr("Begin"), box));
    column->addSpacing(4);
    column->addWidget(fresh);
    column->addWidget(open);
    return box;
}

QWidget* WelcomePage::makeRecent()
{
    auto* box = new QWidget(this);
    m_recent = new QVBoxLayout;
    m_recent->setSpacing(0);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(titleLabel(tr("Opened lately"), box));
    column->addLayout(m_recent);
    return box;
}

QWidget* WelcomePage::makeModels()
{
    m_modelsBox = new QWidget(this);
    m_models = new QLabel(m_modelsBox);
    m_models->setWordWrap(true);
    m_models->setTextFormat(Qt::PlainText);
    m_models->setProperty("role", "secondary");
    m_models->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* open = new QPushButton(tr("Open the folder of models"), m_modelsBox);
    open->setObjectName(QStringLiteral("openModels"));
    connect(open, &QPushButton::clicked, this, &WelcomePage::modelsFolderWanted);
    auto* column = new QVBoxLayout(m_modelsBox);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(titleLabel(tr("Models"), m_modelsBox));
    column->addWidget(m_models);
    column->addWidget(open, 0, Qt::AlignLeft);
    return m_modelsBox;
}

QWidget* WelcomePage::makeFoot()
{
    m_atStart = new QCheckBox(tr("Show this when Athanor starts"), this);
    connect(m_atStart, &QCheckBox::toggled, this, &WelcomePage::showAtStartChanged);
    return m_atStart;
}

void WelcomePage::setRecent(const QStringList& paths)
{
    while (QLayoutItem* item = m_recent->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const QString& path : paths.mid(0, mostRecent)) {
        auto* button = lineButton(QString(), "history", this);
        const QString name = QFileInfo(path).fileName();
        button->setText(button->fontMetrics().elidedText(name, Qt::ElideMiddle, 220).replace('&', QLatin1String("&&")));
        button->setToolTip(plainTip(path));
        connect(button, &QPushButton::clicked, this, [this, path] { emit recentWanted(path); });
        m_recent->addWidget(button);
    }
    if (!paths.isEmpty())
        return;
    auto* none = new QLabel(tr("Workflows that you open or save are listed here."), this);
    none->setWordWrap(true);
    none->setProperty("role", "secondary");
    m_recent->addWidget(none);
}

void WelcomePage::setModelsNote(bool onlyStarter, const QString& folder)
{
    m_models->setText(onlyStarter
            ? tr(
                "The starter model draws simple scenes, 256 × 256 pixels. For more, put models of your own into %1: %2")
                  .arg(folder, QString::fromStdString(familyTitles()))
            : tr("Models of your own are in %1").arg(folder));
}

QString WelcomePage::modelsNote() const
{
    return m_models->text();
}

void WelcomePage::setShowsAtStart(bool shows)
{
    const QSignalBlocker blocker(m_atStart);
    m_atStart->setChecked(shows);
}

void WelcomePage::paintEvent(QPaintEvent*)
{
    QPainter(this).fillRect(rect(), themeOf(*this).window);
}

void WelcomePage::resizeEvent(QResizeEvent*)
{
    placeCards();
}

// Arrow keys go from card to card.
void WelcomePage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        emit closed();
        return;
    }
    const int at = int(m_cards.indexOf(qobject_cast<ExampleCard*>(focusWidget())));
    const int by = event->key() == Qt::Key_Right ? 1
        : event->key() == Qt::Key_Left           ? -1
        : event->key() == Qt::Key_Down           ? m_columns
        : event->key() == Qt::Key_Up             ? -m_columns
                                                 : 0;
    if (by == 0)
        return QWidget::keyPressEvent(event);
    if (const int to = at < 0 ? 0 : at + by; to >= 0 && to < m_cards.size())
        m_cards[to]->setFocus(Qt::TabFocusReason);
}

EmptyCanvas::EmptyCanvas(QWidget* canvas)
    : QWidget(canvas)
{
    setObjectName(QStringLiteral("emptyCanvas"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    for (const Example& example : examples()) {
        auto* button = new QPushButton(example.title, this);
        button->setObjectName(example.workflow);
        button->setToolTip(example.text);
        connect(button, &QPushButton::clicked, this,
            [this, example] { emit exampleWanted(example.workflow, example.title); });
        row->addWidget(button);
    }
    canvas->installEventFilter(this);
}

void EmptyCanvas::place()
{
    const QSize room = parentWidget()->size();
    adjustSize();
    move((room.width() - width()) / 2, room.height() / 2 + belowCentre);
}

bool EmptyCanvas::eventFilter(QObject* object, QEvent* event)
{
    if (object == parentWidget() && event->type() == QEvent::Resize)
        place();
    return QWidget::eventFilter(object, event);
}

void EmptyCanvas::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    place(); // only now its style and with it its size are known
}

}
