// The inspector of a document, to be worked with mouse and keys.
#pragma once
#include "inference/graph/graph_edit.h"
#include "inference/graph/workflow_json.h"
#include "tests/support/test_data.h"
#include "tests/ui/fake_studio.h"
#include "ui/common/value_slider.h"
#include "ui/document/graph_document.h"
#include "ui/inspector/inspector.h"

#include <QFile>
#include <QLineEdit>
#include <QTest>

#include <memory>
#include <utility>

namespace athanor {

// Prompts 2 and 3, size 4, sampler 5, as a new user sees it.
inline Graph usualGraph()
{
    QFile file(QString::fromStdString(sourcePath("resources/workflows/text-to-image.json")));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return readWorkflow(file.readAll().toStdString(), "text-to-image.json").graph;
}

struct InspectorBench {
    GraphDocument document;
    RunState runs;
    FakeStudio studio;
    std::unique_ptr<Inspector> inspector;

    explicit InspectorBench(Graph graph = usualGraph())
    {
        document.reset(std::move(graph));
        inspector = std::make_unique<Inspector>(document, runs, studio);
        inspector->resize(400, 900);
        inspector->show();
        inspector->activateWindow();
    }
    bool isReady() { return QTest::qWaitForWindowActive(inspector.get()); }

    QWidget* page() const { return inspector->widget(0)->findChild<QWidget*>("page"); }
    QWidget* row(const QString& name) const
    {
        for (QWidget* row : page()->findChildren<QWidget*>(name, Qt::FindDirectChildrenOnly))
            return row;
        return nullptr;
    }
    template <class T> T* in(const QString& rowName, const QString& name = {}) const
    {
        QWidget* found = row(rowName);
        return found ? found->findChild<T*>(name) : nullptr;
    }
    ParamValue value(NodeId node, const char* param) const { return document.body().nodes.at(node).params.at(param); }
    int steps() { return document.undoStack().index(); }
};

inline void retype(QLineEdit* edit, const QString& text)
{
    QTest::mouseClick(edit, Qt::LeftButton);
    edit->selectAll();
    QTest::keyClicks(edit, text);
    QTest::keyClick(edit, Qt::Key_Return);
}

inline void drag(ValueSlider* slider, const QList<double>& shares)
{
    const auto at = [&](double share) { return QPoint(int(share * slider->width()), slider->height() / 2); };
    QTest::mousePress(slider, Qt::LeftButton, {}, at(shares.front()));
    for (const double share : shares)
        QTest::mouseMove(slider, at(share));
    QTest::mouseRelease(slider, Qt::LeftButton, {}, at(shares.back()));
}

// A node of the type in a graph of its own.
inline Graph graphOf(const char* type)
{
    Graph graph;
    addNode(graph, makeNode(*findNodeType(type)));
    return graph;
}

}
