// One parameter in the inspector or the form: its name, its widget or what feeds it, what is wrong with it, and the way
// back to how it began.
#pragma once
#include "ui/inspector/inspector_context.h"
#include "ui/inspector/param_target.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace athanor {

class FlatButton;
class ParamWidget;

class ParamRow : public QWidget {
    Q_OBJECT
public:
    // `reading` is of the target. `name`: what stands before it; empty: the parameter's.
    ParamRow(const InspectorContext& context, ParamTarget target, const ParamReading& reading, const QString& name,
        QWidget* parent);

    const ParamTarget& target() const { return m_target; }
    void refresh(); // from the document; nothing if the parameter is gone
    ParamWidget* widget() const { return m_widget; }

signals:
    void nodeWanted(const athanor::NodePath& node);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void buildLine();
    void change(const ParamValue& value, const QString& gesture);
    void refreshProblem();
    void refreshSeed();
    void refreshPrompt();

    const InspectorContext m_context;
    const ParamTarget m_target;
    QString m_name;
    ParamKind m_kind = ParamKind::Text;
    QLabel *m_label, *m_problem;
    ParamWidget* m_widget;
    QToolButton* m_source; // shown in place of the widget
    FlatButton* m_reset;
};

}
