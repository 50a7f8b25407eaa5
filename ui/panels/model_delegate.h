// How a model looks in the list: its picture or a tile of its family, the name, what it is.
#pragma once
#include <QStyledItemDelegate>

namespace athanor {

class ModelsPanel;

class ModelDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit ModelDelegate(ModelsPanel& panel); // its parent
    static constexpr int pictureSide = 40, rowHeight = 56; // pixels

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    ModelsPanel& m_panel;
};

}
