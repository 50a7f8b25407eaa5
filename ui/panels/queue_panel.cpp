#include "ui/panels/queue_panel.h"

#include "ui/common/theme.h"

#include <QAction>
#include <QHBoxLayout>
#include <QListWidget>
#include <QMenu>
#include <QPainter>
#include <QPainterPath>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <vector>

namespace athanor {

namespace {

constexpr int entryHeight = 48, thumbnail = 36;

enum Role { RunRole = Qt::UserRole, TitleRole, DetailRole, PictureRole, ColourRole, ShareRole, FileRole };

class RunDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {160, entryHeight}; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& t = themeOf(*option.widget);
        painter->save();
        painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        const QRectF row = QRectF(option.rect).adjusted(4, 1, -4, -1);
        if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(t.raised);
            painter->drawRoundedRect(row, 5, 5);
        }
        const QRectF square(row.left() + 6, row.center().y() - thumbnail / 2., thumbnail, thumbnail);
        paintPicture(painter, square, index.data(PictureRole).value<QImage>(), t);
        QRectF words = row.adjusted(thumbnail + 18, 6, -8, -6);
        painter->setPen(t.text);
        const QFontMetrics metrics(option.font);
        painter->drawText(words, Qt::AlignTop | Qt::AlignLeft,
            metrics.elidedText(index.data(TitleRole).toString(), Qt::ElideRight, int(words.width())));
        painter->setPen(index.data(ColourRole).value<QColor>());
        painter->drawText(words, Qt::AlignBottom | Qt::AlignLeft,
            metrics.elidedText(index.data(DetailRole).toString(), Qt::ElideRight, int(words.width())));
        const double share = index.data(ShareRole).toDouble();
        if (share > 0) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(t.accent);
            painter->drawRect(QRectF(row.left() + 4, row.bottom() - 2, (row.width() - 8) * share, 2));
        }
        painter->restore();
    }

private:
    static void paintPicture(QPainter* painter, const QRectF& square, const QImage& picture, const Theme& t)
    {
        QPainterPath outline;
        outline.addRoundedRect(square, 4, 4);
        painter->save();
        painter->setClipPath(outline);
        painter->fillRect(square, t.raised);
        if (!picture.isNull()) {
            const double edge = std::min(picture.width(), picture.height());
            painter->drawImage(
                square, picture, QRectF((picture.width() - edge) / 2, (picture.height() - edge) / 2, edge, edge));
        }
        painter->restore();
    }
};

QString detailOf(const FinishedRun& run)
{
    switch (run.outcome) {
    case FinishedRun::Outcome::Done:
        return QueuePanel::tr("done in %1").arg(durationText(run.seconds));
    case FinishedRun::Outcome::Unchanged:
        return QueuePanel::tr("nothing had changed");
    case FinishedRun::Outcome::Failed:
        return run.problem.isEmpty() ? QueuePanel::tr("failed") : run.problem;
    case FinishedRun::Outcome::Cancelled:
        break;
    }
    return QueuePanel::tr("cancelled");
}

}

QueuePanel::QueuePanel(Studio& studio, Runs& runs, QWidget* parent)
    : QWidget(parent)
    , m_studio(studio)
    , m_runs(runs)
    , m_list(new QListWidget(this))
{
    m_list->setItemDelegate(new RunDelegate(m_list));
    m_list->setMouseTracking(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setAccessibleName(tr("Queue"));
    constexpr int narrowest = 240;
    setMinimumWidth(narrowest);
    setAttribute(Qt::WA_StyledBackground);
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(8, 4, 8, 4);
    buttons->setSpacing(4);
    m_up = addButton("up", tr("Earlier (Alt+Up)"), &QueuePanel::moveUp);
    m_down = addButton("down", tr("Later (Alt+Down)"), &QueuePanel::moveDown);
    m_again = addButton("rerun", tr("Run again"), &QueuePanel::runAgain);
    m_remove = addButton("close", tr("Cancel, or remove from the list (Delete)"), &QueuePanel::removeCurrent);
    addKey(Qt::ALT | Qt::Key_Up, &QueuePanel::moveUp);
    addKey(Qt::ALT | Qt::Key_Down, &QueuePanel::moveDown);
    addKey(Qt::Key_Delete, &QueuePanel::removeCurrent);
    for (QToolButton* button : {m_up, m_down, m_again, m_remove})
        buttons->addWidget(button);
    buttons->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(buttons);
    layout->addWidget(m_list);

    connect(&studio, &Studio::queueChanged, this, &QueuePanel::refresh);
    connect(&runs, &Runs::finishedChanged, this, &QueuePanel::refresh);
    connect(&runs, &Runs::progressed, this, &QueuePanel::refreshProgress);
    connect(m_list, &QListWidget::customContextMenuRequested, this, &QueuePanel::showMenu);
    connect(m_list, &QListWidget::itemSelectionChanged, this, &QueuePanel::enableActions);
    connect(m_list, &QListWidget::itemActivated, this, [this](QListWidgetItem* item) {
        const auto picture = item->data(PictureRole).value<QImage>();
        const QString file = item->data(FileRole).toString();
        if (!file.isEmpty())
            emit fileShown(file);
        else if (!picture.isNull())
            emit shown(picture);
    });
    connect(
        m_list->model(), &QAbstractItemModel::rowsMoved, this,
        [this] {
            int place = 0;
            for (int i = 0; i < m_list->count(); ++i) {
                const qint64 run = m_list->item(i)->data(RunRole).toLongLong();
                if (placeOf(run) >= 0)
                    m_studio.move(run, place++);
            }
            refresh(); // what may not be moved goes back
        },
        Qt::QueuedConnection);
    refresh();
}

QToolButton* QueuePanel::addButton(const char* iconName, const QString& tip, void (QueuePanel::*act)())
{
    auto* button = new QToolButton(this);
    button->setProperty("flat", true);
    button->setIcon(icon(QString::fromLatin1(iconName)));
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    connect(button, &QToolButton::clicked, this, act);
    return button;
}

// Only while the panel has the focus: elsewhere the keys mean something else.
void QueuePanel::addKey(const QKeySequence& key, void (QueuePanel::*act)())
{
    auto* action = new QAction(this);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, act);
    addAction(action);
}

qint64 QueuePanel::currentRun() const
{
    const QListWidgetItem* item = m_list->currentItem();
    return item ? item->data(RunRole).toLongLong() : 0;
}

int QueuePanel::placeOf(qint64 run) const
{
    int place = 0;
    for (const QueueEntry& entry : m_studio.queue()) {
        if (entry.running)
            continue;
        if (entry.run == run)
            return place;
        ++place;
    }
    return -1;
}

void QueuePanel::refresh()
{
    if (m_refreshing) // moving several tells each time
        return;
    m_refreshing = true;
    const Theme& t = themeOf(*this);
    const qint64 current = currentRun();
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    const auto add = [&](qint64 run, const QString& title, const QString& detail, const QImage& picture,
                         const QColor& colour, bool moves) {
        auto* item = new QListWidgetItem(m_list);
        item->setData(RunRole, run);
        item->setData(TitleRole, title);
        item->setData(DetailRole, detail);
        item->setData(PictureRole, picture);
        item->setData(ColourRole, colour);
        item->setData(Qt::AccessibleTextRole, title + QStringLiteral(", ") + detail);
        item->setFlags(Qt::ItemIsSelectable | Qt::ItemIsEnabled | (moves ? Qt::ItemIsDragEnabled : Qt::NoItemFlags));
        if (run == current)
            m_list->setCurrentItem(item);
        return item;
    };
    for (const QueueEntry& entry : m_studio.queue())
        add(entry.run, entry.title, entry.running ? tr("running") : tr("waiting"), {},
            entry.running ? t.accent : t.secondary, !entry.running);
    for (const FinishedRun& run : m_runs.finished())
        add(run.run, run.title, detailOf(run), run.picture,
            run.outcome == FinishedRun::Outcome::Failed ? t.error : t.secondary, false)
            ->setData(FileRole, run.file);
    m_refreshing = false;
    refreshProgress();
    enableActions();
}

void QueuePanel::refreshProgress()
{
    const RunProgress& progress = m_runs.progress();
    if (m_list->count() == 0 || progress.run == 0 || m_list->item(0)->data(RunRole).toLongLong() != progress.run)
        return;
    QListWidgetItem* item = m_list->item(0);
    item->setData(ShareRole, progress.share);
    item->setData(DetailRole,
        progress.steps > 0 ? tr("%1, %2 of %3").arg(progress.what).arg(progress.step).arg(progress.steps)
                           : progress.what);
}

void QueuePanel::enableActions()
{
    const qint64 run = currentRun();
    const int place = placeOf(run);
    m_up->setEnabled(place > 0);
    m_down->setEnabled(place >= 0 && placeOf(run) < int(m_studio.queue().size()) - 1);
    m_again->setEnabled(run != 0);
    m_remove->setEnabled(run != 0);
}

void QueuePanel::moveCurrent(int by)
{
    const int place = placeOf(currentRun());
    if (place >= 0)
        m_studio.move(currentRun(), std::max(0, place + by));
}

void QueuePanel::removeCurrent()
{
    const qint64 run = currentRun();
    const std::vector<QueueEntry> runs = m_studio.queue();
    if (std::ranges::find(runs, run, &QueueEntry::run) != runs.end())
        m_studio.cancel(run);
    else if (run != 0)
        m_runs.forget(run);
}

void QueuePanel::runAgain()
{
    if (const Graph* graph = m_runs.graphOf(currentRun()))
        m_runs.start(Graph(*graph), m_list->currentItem()->data(TitleRole).toString());
}

void QueuePanel::showMenu(QPoint place)
{
    const QListWidgetItem* item = m_list->itemAt(place);
    const Graph* graph = item ? m_runs.graphOf(item->data(RunRole).toLongLong()) : nullptr;
    if (!graph)
        return;
    QMenu menu(this);
    menu.addAction(tr("Run again"), this, &QueuePanel::runAgain);
    menu.addAction(tr("Open this workflow"), this,
        [this, copy = *graph, title = item->data(TitleRole).toString()] { emit workflowWanted(copy, title); });
    menu.addSeparator();
    menu.addAction(
        placeOf(currentRun()) >= 0 ? tr("Cancel") : tr("Cancel or remove"), this, &QueuePanel::removeCurrent);
    menu.exec(m_list->mapToGlobal(place));
}

}
