// Width and height together, with usual sizes and a swap.
#pragma once
#include "inference/graph/node_type.h"

#include <QWidget>

#include <cstdint>

class QMenu;

namespace athanor {

class FieldEdit;

class SizeField : public QWidget {
    Q_OBJECT
public:
    SizeField(const Param& width, const Param& height, QWidget* parent);
    void display(int64_t width, int64_t height, bool mixed);

signals:
    void changed(qint64 width, qint64 height, const QString& gesture);

private:
    struct Side {
        FieldEdit* edit = nullptr;
        double lowest = 0, highest = 0, step = 1;
        int64_t value = 0;
    };
    void addSide(Side& side, const Param& param, const QString& name);
    void fill(QMenu& menu);
    void offer(double width, double height, const QString& gesture);

    Side m_width, m_height;
};

}
