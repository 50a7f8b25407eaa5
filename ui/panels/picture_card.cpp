#include "ui/panels/picture_card.h"

#include "ui/common/theme.h"

#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <string_view>

namespace athanor {

namespace {

constexpr int pictureSide = 240;

QString text(std::string_view words)
{
    return QString::fromUtf8(words.data(), qsizetype(words.size()));
}

QLabel* label(const QString& words, const char* role, QWidget* parent)
{
    auto* made = new QLabel(words, parent);
    made->setProperty("role", role);
    made->setTextFormat(Qt::PlainText);
    made->setWordWrap(true);
    made->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return made;
}

QString origin(const PictureDetails& details)
{
    QString words =
        PictureCard::tr("%1 · %2 × %3").arg(details.format).arg(details.size.width()).arg(details.size.height());
    if (details.size.isEmpty())
        words = PictureCard::tr("%1 · cannot be read").arg(details.format);
    if (!details.maker.isEmpty())
        words += PictureCard::tr(" · made with %1").arg(details.maker);
    return words;
}

}

QString PictureCard::summary(const PictureDetails& details)
{
    constexpr int longest = 140;
    QStringList parts;
    QString prompt = text(details.info.prompt).simplified();
    if (prompt.size() > longest)
        prompt = prompt.left(longest) + QStringLiteral("…");
    if (!prompt.isEmpty())
        parts << prompt;
    for (const char* field : {"Seed", "Steps", "Sampler"})
        if (const std::string_view value = fieldValue(details.info, field); !value.empty())
            parts << QStringLiteral("%1 %2").arg(QString::fromLatin1(field), text(value));
    return parts.join(QStringLiteral(" · "));
}

PictureCard::PictureCard(const QString& path, const PictureDetails& details, bool asks, QWidget* parent)
    : QDialog(parent)
    , m_load(new QPushButton(tr("Load its workflow"), this))
    , m_use(new QPushButton(tr("Use as picture"), this))
{
    constexpr int width = 720, promptLines = 5, negativeLines = 3;
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Picture"));
    auto* picture = new QLabel(this);
    picture->setFixedSize(pictureSide, pictureSide);
    picture->setAlignment(Qt::AlignCenter);
    if (details.thumbnail.isNull()) {
        picture->setPixmap(icon(QStringLiteral("image"), themeInUse().dim).pixmap(48, 48));
    } else {
        QImage shown = details.thumbnail.scaled(
            QSize(pictureSide, pictureSide) * devicePixelRatioF(), Qt::KeepAspectRatio, Qt::SmoothTransformation);
        shown.setDevicePixelRatio(devicePixelRatioF());
        picture->setPixmap(QPixmap::fromImage(shown));
    }

    auto* column = new QVBoxLayout;
    column->setSpacing(4);
    column->addWidget(label(QFileInfo(path).fileName(), "title", this));
    column->addWidget(label(origin(details), "secondary", this));
    if (!details.info.prompt.empty())
        m_prompt = addText(*column, tr("Prompt"), text(details.info.prompt), promptLines);
    if (!details.info.negativePrompt.empty())
        addText(*column, tr("Negative prompt"), text(details.info.negativePrompt), negativeLines);
    if (!details.info.fields.empty())
        column->addWidget(settingsOf(details), 1);
    if (details.maker.isEmpty())
        column->addWidget(label(tr("It does not tell how it was made."), "secondary", this));
    for (const QString& warning : details.warnings)
        column->addWidget(label(warning, "error", this));
    column->addStretch();

    auto* top = new QHBoxLayout;
    top->setSpacing(24);
    top->addWidget(picture, 0, Qt::AlignTop);
    top->addLayout(column, 1);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    if (asks && details.hasWorkflow)
        buttons->addWidget(label(tr("You are asked about unsaved changes first."), "dim", this), 1);
    else
        buttons->addStretch(1);
    auto* close = new QPushButton(tr("Close"), this);
    for (QPushButton* button : {close, m_use, m_load})
        buttons->addWidget(button);
    m_load->setEnabled(details.hasWorkflow);
    m_use->setEnabled(!details.thumbnail.isNull());
    m_use->setToolTip(tr("Adds a node that loads it"));
    QPushButton* first = details.hasWorkflow ? m_load : m_use;
    first->setProperty("primary", true);
    first->setDefault(true);
    first->setFocus();
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_load, &QPushButton::clicked, this, [this] {
        accept();
        emit workflowWanted();
    });
    connect(m_use, &QPushButton::clicked, this, [this] {
        accept();
        emit pictureWanted();
    });
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(24, 24, 24, 16);
    whole->setSpacing(16);
    whole->addLayout(top, 1);
    whole->addLayout(buttons);
    setMinimumWidth(width);
}

QPlainTextEdit* PictureCard::addText(QVBoxLayout& column, const QString& title, const QString& words, int lines)
{
    column.addSpacing(8);
    column.addWidget(label(title, "dim", this));
    auto* field = new QPlainTextEdit(words, this);
    field->setReadOnly(true);
    field->setTabChangesFocus(true);
    field->setAccessibleName(title);
    field->setFixedHeight(field->fontMetrics().lineSpacing() * lines + 16);
    column.addWidget(field);
    return field;
}

// Two columns of names and values.
QWidget* PictureCard::settingsOf(const PictureDetails& details)
{
    constexpr size_t most = 60;
    constexpr int tallest = 180;
    auto* table = new QWidget(this);
    auto* grid = new QGridLayout(table);
    grid->setContentsMargins(0, 8, 0, 0);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    for (size_t i = 0; i < std::min(most, details.info.fields.size()); ++i) {
        const auto& [name, value] = details.info.fields[i];
        grid->addWidget(label(text(name), "dim", table), int(i), 0, Qt::AlignTop);
        grid->addWidget(label(text(value), "secondary", table), int(i), 1);
    }
    auto* area = new QScrollArea(this);
    area->setWidget(table);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setMinimumHeight(std::min(tallest, table->sizeHint().height()));
    return area;
}

}
