#include "ui/panels/status_line.h"

#include "ui/common/theme.h"

#include <QDateTime>
#include <QLabel>
#include <QPainter>
#include <QTextDocument>
#include <QTimer>
#include <QToolButton>

namespace athanor {

namespace {

constexpr int messageTime = 6000, keptPeriod = 5000; // ms

QToolButton* flatButton(QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setProperty("flat", true);
    button->setStyleSheet(QStringLiteral("QToolButton { padding: 1px 4px; }"));
    return button;
}

QString gibibytes(quint64 bytes)
{
    return QString::number(double(bytes) / double(1 << 30), 'f', 1);
}

}

StatusLine::StatusLine(Runs& runs, QWidget* parent)
    : QStatusBar(parent)
    , m_runs(runs)
    , m_dot(new QLabel(this))
    , m_state(new QLabel(this))
    , m_model(new QLabel(this))
    , m_kept(new QLabel(this))
    , m_queue(flatButton(this))
    , m_device(flatButton(this))
{
    setSizeGripEnabled(false);
    setContentsMargins(8, 0, 8, 0);
    for (QLabel* label : {m_state, m_model, m_kept}) {
        label->setTextFormat(Qt::PlainText);
        label->setProperty("role", "secondary");
    }
    addWidget(m_dot);
    addWidget(m_state);
    addWidget(m_queue);
    for (QWidget* widget :
        {static_cast<QWidget*>(m_device), static_cast<QWidget*>(m_model), static_cast<QWidget*>(m_kept)})
        addPermanentWidget(widget);
    connect(m_queue, &QToolButton::clicked, this, &StatusLine::queueWanted);
    connect(m_device, &QToolButton::clicked, this, &StatusLine::deviceWanted);
    connect(&runs, &Runs::progressed, this, &StatusLine::refreshState);
    connect(&runs, &Runs::pausedChanged, this, &StatusLine::refreshState);
    connect(&runs, &Runs::finishedChanged, this, &StatusLine::refreshState);
    auto* timer = new QTimer(this);
    timer->start(keptPeriod);
    connect(timer, &QTimer::timeout, this, &StatusLine::refreshKept);
    setDevice({});
    refreshState();
}

void StatusLine::paintDot(const QColor& colour)
{
    constexpr int side = 8;
    const qreal scale = devicePixelRatioF();
    QPixmap pixmap(QSize(side, side) * scale);
    pixmap.setDevicePixelRatio(scale);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawEllipse(QRectF(0.5, 0.5, side - 1, side - 1));
    painter.end();
    m_dot->setPixmap(pixmap);
}

QString StatusLine::stateText() const
{
    return m_state->text();
}

void StatusLine::refreshState()
{
    const Theme& t = themeOf(*this);
    const size_t queued = m_runs.queue().size();
    const FinishedRun* last = m_runs.finished().empty() ? nullptr : &m_runs.finished().front();
    QColor colour = t.dim;
    QString text = tr("Ready");
    if (queued > 0) {
        const RunProgress& progress = m_runs.progress();
        colour = m_runs.isPaused() ? t.warning : t.accent;
        text = m_runs.isPaused() ? tr("Paused") : tr("Running");
        if (!progress.what.isEmpty())
            text += QStringLiteral(" · ") + progress.what;
    } else if (last && last->outcome == FinishedRun::Outcome::Failed) {
        colour = t.error;
        text = last->problem.isEmpty() ? tr("Failed") : last->problem;
    } else if (last && last->outcome == FinishedRun::Outcome::Cancelled) {
        text = tr("Cancelled");
    } else if (last && last->outcome == FinishedRun::Outcome::Unchanged) {
        colour = t.ok;
        text = tr("Nothing has changed since the last run");
    } else if (last) {
        colour = t.ok;
        text = tr("Done in %1").arg(durationText(last->seconds));
    }
    paintDot(colour);
    constexpr int widest = 640;
    m_state->setText(m_state->fontMetrics().elidedText(text, Qt::ElideRight, widest));
    m_state->setToolTip(text == m_state->text() ? QString() : Qt::convertFromPlainText(text));
    m_queue->setVisible(queued > 1);
    m_queue->setText(tr("%n more in the queue", nullptr, int(queued) - 1));
}

void StatusLine::setDevice(const DeviceStatus& status)
{
    const QString precision = status.precision.isEmpty() ? m_status.precision : status.precision;
    const quint64 used = status.used == 0 ? m_status.used : status.used;
    m_status = status;
    m_status.precision = precision;
    m_status.used = used;
    if (!status.problem.isEmpty()) {
        m_device->setText(tr("No device"));
        m_device->setIcon(icon(QStringLiteral("warning"), themeOf(*this).warning));
        m_device->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    } else {
        m_device->setIcon({});
        m_device->setToolButtonStyle(Qt::ToolButtonTextOnly);
        QString text = status.name.section(QLatin1Char('('), 0, 0).trimmed();
        if (used > 0)
            text += tr(" · %1 of %2 GiB").arg(gibibytes(used), gibibytes(status.total));
        if (!precision.isEmpty())
            text += QStringLiteral(" · ") + precision;
        m_device->setText(text.isEmpty() ? tr("Looking for a device") : text);
    }
    m_device->setToolTip(Qt::convertFromPlainText(status.problem.isEmpty() ? status.name : status.problem));
}

void StatusLine::setModel(const QString& name)
{
    m_model->setText(name);
}

void StatusLine::setKept(const QDateTime& when)
{
    m_keptAt = when.isValid() ? when.toMSecsSinceEpoch() : 0;
    refreshKept();
}

void StatusLine::refreshKept()
{
    constexpr qint64 second = 1000, minute = 60;
    const qint64 ago = (QDateTime::currentMSecsSinceEpoch() - m_keptAt) / second;
    m_kept->setText(m_keptAt == 0       ? QString()
            : ago < keptPeriod / second ? tr("autosaved just now")
            : ago < minute              ? tr("autosaved %1 s ago").arg(ago)
                                        : tr("autosaved %1 min ago").arg(ago / minute));
}

void StatusLine::say(const QString& text, bool isProblem)
{
    const Theme& t = themeOf(*this);
    setStyleSheet(QStringLiteral("QStatusBar { color: %1; }").arg((isProblem ? t.warning : t.text).name()));
    showMessage(text, messageTime);
}

}
