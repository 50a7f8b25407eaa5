#include "ui/panels/history_strip.h"

#include "ui/theme.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QTextDocument>
#include <QUrl>

namespace athanor {

namespace {

constexpr int side = 88, gap = 8, pathRole = Qt::UserRole, pictureRole = Qt::UserRole + 1;

// The largest square in the middle, at four screen pixels a pixel at most.
QImage squareOf(const QImage& picture)
{
    constexpr int largest = side * 3;
    const int edge = std::min(picture.width(), picture.height());
    const QImage square = picture.copy((picture.width() - edge) / 2, (picture.height() - edge) / 2, edge, edge);
    return edge <= largest ? square : square.scaled(largest, largest, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

class ThumbnailDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {side + gap, side + gap}; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& t = themeOf(*option.widget);
        QRectF square(0, 0, side, side);
        square.moveCenter(QRectF(option.rect).center());
        painter->save();
        painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        QPainterPath outline;
        outline.addRoundedRect(square, 5, 5);
        painter->setClipPath(outline);
        painter->fillRect(square, t.raised);
        painter->drawImage(square, index.data(pictureRole).value<QImage>());
        painter->setClipping(false);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        if (selected || option.state.testFlag(QStyle::State_MouseOver)) {
            painter->setPen(QPen(selected ? t.accent : t.dim, selected ? 2 : 1));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(square.adjusted(-1, -1, 1, 1), 6, 6);
        }
        painter->restore();
    }
};

}

HistoryStrip::HistoryStrip(QWidget* parent)
    : QListWidget(parent)
{
    setAccessibleName(tr("History"));
    setItemDelegate(new ThumbnailDelegate(this));
    setFlow(QListView::LeftToRight);
    setWrapping(false);
    setUniformItemSizes(true);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setDragEnabled(true);
    setDragDropMode(QAbstractItemView::DragOnly);
    setMouseTracking(true);
    setFrameShape(QFrame::NoFrame);
    setViewportMargins(gap, gap / 2, gap, 0);
    setMinimumHeight(side + 2 * gap + 4);
    const auto show = [this](QListWidgetItem* item) {
        if (item)
            emit shown(item->data(pathRole).toString());
    };
    connect(this, &QListWidget::itemClicked, this, show);
    connect(this, &QListWidget::currentItemChanged, this, [this, show](QListWidgetItem* item) {
        if (hasFocus())
            show(item);
    });
    connect(this, &QListWidget::itemActivated, this,
        [this](QListWidgetItem* item) { emit workflowWanted(item->data(pathRole).toString()); });
}

QListWidgetItem* HistoryStrip::itemOf(const QString& path) const
{
    for (int i = 0; i < count(); ++i)
        if (item(i)->data(pathRole) == path)
            return item(i);
    return nullptr;
}

QListWidgetItem* HistoryStrip::makeItem(const QString& path, const QImage& picture)
{
    auto* item = new QListWidgetItem;
    item->setData(pathRole, path);
    item->setData(pictureRole, squareOf(picture));
    item->setToolTip(Qt::convertFromPlainText(tr("%1\n%2 × %3 · double-click opens its workflow")
                                                  .arg(QFileInfo(path).fileName())
                                                  .arg(picture.width())
                                                  .arg(picture.height())));
    item->setData(Qt::AccessibleTextRole, QFileInfo(path).fileName());
    return item;
}

void HistoryStrip::addNewest(const QString& path, const QImage& picture)
{
    if (QListWidgetItem* known = itemOf(path))
        delete known;
    insertItem(0, makeItem(path, picture));
    while (count() > maxResults)
        delete takeItem(count() - 1);
    setCurrentRow(0);
    scrollToTop();
    horizontalScrollBar()->setValue(0);
}

void HistoryStrip::addOldest(const QString& path, const QImage& picture)
{
    if (count() < maxResults && !itemOf(path))
        addItem(makeItem(path, picture));
}

QStringList HistoryStrip::paths() const
{
    QStringList all;
    for (int i = 0; i < count(); ++i)
        all << item(i)->data(pathRole).toString();
    return all;
}

QStringList HistoryStrip::mimeTypes() const
{
    return {QStringLiteral("text/uri-list")};
}

QMimeData* HistoryStrip::mimeData(const QList<QListWidgetItem*>& items) const
{
    auto* dragged = new QMimeData;
    QList<QUrl> urls;
    for (const QListWidgetItem* item : items)
        urls << QUrl::fromLocalFile(item->data(pathRole).toString());
    dragged->setUrls(urls);
    return dragged;
}

void HistoryStrip::contextMenuEvent(QContextMenuEvent* event)
{
    QListWidgetItem* item = itemAt(event->pos());
    if (!item)
        return;
    const QString path = item->data(pathRole).toString();
    QMenu menu(this);
    menu.addAction(tr("Open its workflow"), this, [&] { emit workflowWanted(path); });
    menu.addAction(tr("Copy picture"), this, [&] { emit copyWanted(path); });
    menu.addAction(tr("Copy path"), this, [&] { QGuiApplication::clipboard()->setText(path); });
    menu.addSeparator();
    menu.addAction(tr("Remove from history"), this, [&] { delete item; });
    menu.exec(event->globalPos());
}

void HistoryStrip::paintEvent(QPaintEvent* event)
{
    QListWidget::paintEvent(event);
    if (count() > 0)
        return;
    QPainter painter(viewport());
    painter.setPen(themeOf(*this).dim);
    painter.drawText(viewport()->rect().adjusted(16, 0, -16, 0), Qt::AlignVCenter | Qt::AlignLeft,
        tr("Results are kept here: click to look, double-click to open the workflow, drag out to use the file."));
}

// The wheel moves along the strip.
void HistoryStrip::wheelEvent(QWheelEvent* event)
{
    const int turn = event->angleDelta().y() + event->angleDelta().x();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - turn);
    event->accept();
}

QSize HistoryStrip::sizeHint() const
{
    return {640, side + 2 * gap + 4};
}

}
