#include "ui/panels/history_strip.h"

#include "ui/common/theme.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <QSettings>
#include <QStyledItemDelegate>
#include <QTextDocument>
#include <QUrl>

#include <algorithm>
#include <cmath>

namespace athanor {

namespace {

constexpr int thumbnailSide = 88, stripGap = 8, pathRole = Qt::UserRole, pictureRole = Qt::UserRole + 1,
              askedRole = Qt::UserRole + 2;
const QString removedKey = QStringLiteral("history/removed");

// The largest square in the middle, no larger than it is painted: hundreds of them are kept.
QImage squareOf(const QImage& picture, double ratio)
{
    const int largest = HistoryStrip::keptSide(ratio);
    const int edge = std::min(picture.width(), picture.height());
    const QImage square = picture.copy((picture.width() - edge) / 2, (picture.height() - edge) / 2, edge, edge);
    return edge <= largest ? square : square.scaled(largest, largest, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

class ThumbnailDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {thumbnailSide + stripGap, thumbnailSide + stripGap};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& t = themeOf(*option.widget);
        QRectF square(0, 0, thumbnailSide, thumbnailSide);
        square.moveCenter(QRectF(option.rect).center());
        painter->save();
        painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        QPainterPath outline;
        outline.addRoundedRect(square, 5, 5);
        painter->setClipPath(outline);
        painter->fillRect(square, t.raised);
        const auto picture = index.data(pictureRole).value<QImage>();
        if (picture.isNull())
            icon(QStringLiteral("image"), t.dim)
                .paint(
                    painter, QRect(QPoint(), QSize(24, 24)).translated((square.center() - QPointF(12, 12)).toPoint()));
        else
            painter->drawImage(square, picture);
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
    setViewportMargins(stripGap, stripGap / 2, stripGap, 0);
    setMinimumHeight(thumbnailSide + 2 * stripGap + 4);
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

int HistoryStrip::keptSide(double ratio)
{
    return int(std::ceil(thumbnailSide * ratio));
}

qsizetype HistoryStrip::pictureBytes() const
{
    qsizetype bytes = 0;
    for (int i = 0; i < count(); ++i)
        bytes += item(i)->data(pictureRole).value<QImage>().sizeInBytes();
    return bytes;
}

void HistoryStrip::describe(QListWidgetItem& item, const QImage& picture) const
{
    const QString name = QFileInfo(item.data(pathRole).toString()).fileName();
    item.setData(pictureRole, picture.isNull() ? picture : squareOf(picture, devicePixelRatioF()));
    item.setToolTip(Qt::convertFromPlainText(picture.isNull() ? name
                                                              : tr("%1\n%2 × %3 · double-click opens its workflow")
                                                                    .arg(name)
                                                                    .arg(picture.width())
                                                                    .arg(picture.height())));
    item.setData(Qt::AccessibleTextRole, name);
}

QListWidgetItem* HistoryStrip::makeItem(const QString& path, const QImage& picture) const
{
    auto* item = new QListWidgetItem;
    item->setData(pathRole, path);
    item->setData(askedRole, !picture.isNull());
    describe(*item, picture);
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
    if (count() < maxResults && !itemOf(path) && !QSettings().value(removedKey).toStringList().contains(path))
        addItem(makeItem(path, picture));
}

void HistoryStrip::setPicture(const QString& path, const QImage& picture)
{
    QListWidgetItem* item = itemOf(path);
    if (item && picture.isNull())
        delete item;
    else if (item)
        describe(*item, picture);
}

// Those in view, once each.
void HistoryStrip::askForPictures()
{
    for (int i = 0; i < count(); ++i) {
        QListWidgetItem* wanted = item(i);
        if (wanted->data(askedRole).toBool() || !visualItemRect(wanted).intersects(viewport()->rect()))
            continue;
        wanted->setData(askedRole, true);
        emit pictureWanted(wanted->data(pathRole).toString());
    }
}

// From the list, for good; the file stays.
void HistoryStrip::remove(QListWidgetItem* item)
{
    QSettings settings;
    QStringList removed = settings.value(removedKey).toStringList();
    removed.prepend(item->data(pathRole).toString());
    settings.setValue(removedKey, QStringList(removed.mid(0, maxResults)));
    delete item;
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
    menu.addAction(tr("Compare with the picture shown"), this, [&] { emit compareWanted(path); });
    menu.addSeparator();
    menu.addAction(tr("Save as…"), this, [&] { emit saveWanted(path); });
    menu.addAction(tr("Copy picture"), this, [&] { emit copyWanted(path); });
    menu.addAction(tr("Copy path"), this, [&] { QGuiApplication::clipboard()->setText(path); });
    menu.addAction(tr("Show in its folder"), this, [&] { emit folderWanted(path); });
    menu.addSeparator();
    menu.addAction(tr("Remove from the history"), this, [&] { remove(item); });
    menu.exec(event->globalPos());
}

void HistoryStrip::paintEvent(QPaintEvent* event)
{
    QListWidget::paintEvent(event);
    if (count() > 0)
        return askForPictures();
    QPainter painter(viewport());
    painter.setPen(themeOf(*this).dim);
    painter.drawText(viewport()->rect().adjusted(16, 0, -16, 0), Qt::AlignVCenter | Qt::AlignLeft,
        tr("Results are kept here: click to look, double-click to open the workflow, drag out to use the file."));
}

void HistoryStrip::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Delete && currentItem())
        return remove(currentItem());
    QListWidget::keyPressEvent(event);
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
    return {640, thumbnailSide + 2 * stripGap + 4};
}

}
