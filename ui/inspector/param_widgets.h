// The one place where a parameter becomes a widget.
#pragma once
#include "inference/graph/node_type.h"
#include "ui/common/studio.h"

#include <QWidget>

namespace athanor {

class ParamWidget : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    // Shows a value; `mixed`: several nodes have different ones. Never emits changed().
    virtual void display(const ParamValue& value, bool mixed) = 0;
    // Whether it wants the whole width, below its name.
    virtual bool isWide() const { return false; }

signals:
    // By the user. Changes of the same gesture (a drag, a word typed) belong together; an empty one is of its own.
    void changed(const athanor::ParamValue& value, const QString& gesture);
    void editorWanted(); // the view that it has for itself
};

// The widget asks the studio for names of files and keeps it; it copies of the parameter what it needs.
ParamWidget* makeParamWidget(const Param& param, Studio& studio, QWidget* parent);

// "drag 12": one that no other has.
QString newGesture(const char* kind);

}
