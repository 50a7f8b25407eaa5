// Width and height of a node as one row.
#pragma once
#include "ui/inspector/inspector_context.h"
#include "ui/inspector/param_target.h"

#include <QWidget>

#include <cstdint>
#include <vector>

class QLabel;

namespace athanor {

class FlatButton;
class SizeField;

class SizeRow : public QWidget {
    Q_OBJECT
public:
    // `target` names the width; the node has a height too, and nothing feeds them.
    SizeRow(
        const InspectorContext& context, ParamTarget target, const Param& width, const Param& height, QWidget* parent);
    void refresh();

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void change(int64_t width, int64_t height, const QString& gesture);

    const InspectorContext m_context;
    const ParamTarget m_target;
    ParamTarget m_heightTarget;
    SizeField* m_field;
    FlatButton* m_reset;
    QLabel* m_problem;
};

// Whether the parameters of the type have a size at this place, width before height.
bool isSize(const std::vector<Param>& params, size_t at);

}
