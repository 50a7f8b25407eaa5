#include "ui/panels/run_bar.h"

#include "ui/common/theme.h"
#include "ui/panels/action_button.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QPainter>
#include <QSpinBox>
#include <QToolButton>

#include <algorithm>

namespace athanor {

namespace {

constexpr int runBarHeight = 46;

}

RunBar::RunBar(QMenuBar* menus, const RunActions& actions, Runs& runs, QWidget* parent)
    : QFrame(parent)
    , m_runs(runs)
    , m_name(new QLabel(this))
    , m_state(new QLabel(this))
    , m_preview(new QToolButton(this))
    , m_batch(new QSpinBox(this))
{
    auto* sign = new QLabel(this);
    sign->setPixmap(icon(QStringLiteral("athanor"), {}).pixmap(QSize(16, 16)));
    m_name->setTextFormat(Qt::PlainText);
    m_name->setProperty("role", "title");
    m_state->setProperty("role", "dim");
    m_name->setMinimumWidth(48);
    m_name->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);

    m_preview->setPopupMode(QToolButton::InstantPopup);
    m_preview->setToolTip(tr("What is shown while a picture is made"));
    m_preview->setFixedHeight(30);
    auto* menu = new QMenu(m_preview);
    menu->addActions(actions.previews);
    m_preview->setMenu(menu);
    for (QAction* action : actions.previews) {
        const auto follow = [this, action] {
            if (action->isChecked())
                m_preview->setText(tr("Preview: %1 ▾").arg(action->text().toLower()));
        };
        connect(action, &QAction::toggled, this, follow);
        follow();
    }
    m_batch->setRange(1, maxBatch);
    m_batch->setPrefix(tr("Batch "));
    m_batch->setToolTip(
        tr("How many runs Run starts: each with the next seed, or with new ones where they are drawn anew"));
    m_batch->setAccessibleName(tr("Batch"));
    m_batch->setFixedSize(92, 30);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 0, 12, 1);
    layout->setSpacing(8);
    layout->addWidget(sign);
    layout->addWidget(menus, 0, Qt::AlignVCenter);
    layout->addSpacing(8);
    layout->addWidget(m_name, 1);
    layout->addWidget(m_state);
    layout->addSpacing(8);
    if (actions.addNode)
        layout->addWidget(new ActionButton(*actions.addNode, tr("Add node"), true, this));
    layout->addWidget(m_preview);
    layout->addWidget(m_batch);
    layout->addWidget(new ActionButton(*actions.pause, tr("Pause"), false, this));
    layout->addWidget(new ActionButton(*actions.cancel, tr("Cancel"), false, this));
    auto* run = new ActionButton(*actions.run, tr("Run"), true, this);
    run->setPrimary();
    layout->addWidget(run);
    setFixedHeight(runBarHeight);
    connect(&runs, &Runs::progressed, this, QOverload<>::of(&QWidget::update));
}

void RunBar::setDocument(const QString& name, const QString& state)
{
    m_wholeName = name;
    m_state->setText(state);
    m_name->setToolTip(plainTip(name));
    nameDocument();
}

void RunBar::nameDocument()
{
    m_name->setText(m_name->fontMetrics().elidedText(m_wholeName, Qt::ElideMiddle, std::max(48, m_name->width())));
}

void RunBar::resizeEvent(QResizeEvent*)
{
    nameDocument();
}

int RunBar::batch() const
{
    return m_batch->value();
}

void RunBar::setBatch(int count)
{
    m_batch->setValue(count);
}

// How far the run is shows as a line along the bottom.
void RunBar::paintEvent(QPaintEvent*)
{
    const Theme& t = themeOf(*this);
    QPainter painter(this);
    painter.fillRect(rect(), t.panel);
    painter.fillRect(0, height() - 1, width(), 1, t.line);
    const double share = m_runs.progress().run ? m_runs.progress().share : 0;
    painter.fillRect(QRectF(0, height() - 2, width() * share, 2), m_runs.isPaused() ? t.warning : t.accent);
}

}
