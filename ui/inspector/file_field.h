// The name of a file: typed, chosen from those that are known or from the disk, or dropped.
#pragma once
#include "ui/inspector/param_widgets.h"

namespace athanor {

class FieldEdit;
class SearchPopup;

class FileField : public ParamWidget {
    Q_OBJECT
public:
    FileField(const Param& param, Studio& studio, QWidget* parent);
    void display(const ParamValue& value, bool mixed) override;

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void openList();
    void browse();
    void offer(const QString& name);

    const ParamKind m_kind;
    Studio& m_studio;
    FieldEdit* m_edit;
    SearchPopup* m_popup;
};

}
