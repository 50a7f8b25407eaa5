#include "ui/inspector/prompt_field.h"

#include "ui/common/flat_button.h"
#include "ui/common/theme.h"
#include "ui/document/labels.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <string>
#include <variant>

namespace athanor {

namespace {

constexpr int countPatience = 80; // ms from a change to counting its tokens
constexpr int mostInMenu = 20, menuText = 80;

}

PromptField::PromptField(Studio& studio, QWidget* parent)
    : ParamWidget(parent)
    , m_studio(studio)
    , m_edit(new PromptEdit(this))
    , m_tokens(new QLabel(this))
    , m_hint(new QLabel(tr("Ctrl ↑↓ changes the weight"), this))
    , m_historyButton(new FlatButton("history", tr("Earlier prompts (Alt+Up, Alt+Down)"), this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 2);
    layout->setSpacing(2);
    layout->addWidget(m_edit);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(4, 0, 0, 0);
    foot->setSpacing(4);
    m_tokens->setProperty("role", "secondary");
    m_hint->setProperty("role", "dim");
    foot->addWidget(m_tokens);
    foot->addWidget(m_hint);
    foot->addStretch(1);
    foot->addWidget(m_historyButton);
    layout->addLayout(foot);
    m_edit->setStyleSheet(QStringLiteral("QPlainTextEdit { border: 0; background: transparent; }"));
    m_edit->installEventFilter(this);
    setFocusProxy(m_edit);
    m_soon.setSingleShot(true);
    m_soon.setInterval(countPatience);
    connect(&m_soon, &QTimer::timeout, this, &PromptField::count);
    connect(m_edit, &PromptEdit::edited, this, [this](const QString& text, const QString& gesture) {
        m_soon.start();
        emit changed(text.toStdString(), gesture);
    });
    connect(m_historyButton, &FlatButton::clicked, this, &PromptField::openHistory);
    connect(&studio, &Studio::tokensChanged, &m_soon, qOverload<>(&QTimer::start));
    setHistory({});
}

void PromptField::display(const ParamValue& value, bool mixed)
{
    const auto* text = std::get_if<std::string>(&value);
    const QString shown = text && !mixed ? toText(*text) : QString();
    m_edit->setPlaceholderText(mixed ? tr("Several nodes with different prompts; what you write is for all of them")
                                     : tr("Words for what it is about"));
    m_edit->display(shown);
    m_soon.start();
}

void PromptField::setHistory(const QStringList& prompts)
{
    m_history = prompts;
    m_edit->setHistory(prompts);
    m_historyButton->setEnabled(!prompts.isEmpty());
}

void PromptField::setModel(const QString& model)
{
    if (model == m_model)
        return;
    m_model = model;
    m_soon.start();
}

void PromptField::count()
{
    const TokenCount tokens = m_studio.countTokens(m_edit->toPlainText(), m_model);
    m_edit->setBoundaries(tokens.boundaries);
    const int chunks = int(tokens.boundaries.size()) + 1;
    QString text = tr("%1 of %2 tokens").arg(tokens.used).arg(std::max(1, chunks) * tokens.chunk);
    if (chunks > 1)
        text += tr(" in %1 chunks").arg(chunks);
    m_tokens->setText(text);
    m_tokens->setToolTip(tr("The model reads a prompt in chunks of %1 tokens. A dashed line marks where the next one "
                            "begins; BREAK begins one on purpose.")
                             .arg(tokens.chunk));
}

void PromptField::openHistory()
{
    QMenu menu(this);
    for (qsizetype i = m_history.size(); i-- > 0 && menu.actions().size() < mostInMenu;) {
        const QString prompt = m_history[i];
        QString shown = prompt.simplified();
        if (shown.size() > menuText)
            shown = shown.left(menuText) + QStringLiteral("…");
        QAction* action = menu.addAction(shown.replace('&', QStringLiteral("&&")));
        connect(action, &QAction::triggered, m_edit, [this, prompt] { m_edit->replaceBy(prompt); });
    }
    menu.exec(m_historyButton->mapToGlobal(QPoint(0, m_historyButton->height())));
}

bool PromptField::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    return ParamWidget::eventFilter(object, event);
}

void PromptField::paintEvent(QPaintEvent*)
{
    constexpr double radius = 5;
    const Theme& theme = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(m_edit->hasFocus() ? theme.accent : theme.line);
    painter.setBrush(theme.dark ? theme.window : theme.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
}

void PromptField::mousePressEvent(QMouseEvent* event)
{
    m_edit->setFocus();
    event->accept();
}

}
