// The document: every change is a step that can be undone, steps of one slider are one, and what is in view stays true.
#include "inference/pipeline/subgraph.h"
#include "inference/pipeline/workflow_json.h"
#include "ui/document/graph_document.h"

#include <QSignalSpy>
#include <QTest>

using namespace athanor;

class GraphDocumentTest : public QObject {
    Q_OBJECT

private slots:
    void editsAreStepsWithNames();
    void anUnchangedGraphIsNoStep();
    void stepsWithOneKeyAreOne();
    void aKeyDoesNotReachOverUndoOrSave();
    void editsInASubgraphChangeTheWhole();
    void undoLeavesASubgraphThatIsGone();
    void selectionLosesWhatIsGone();
    void readOnlyRefuses();
    void errorsAreTold();
    void modifiedFollowsTheSavedStep();
};

namespace {

Graph latents(int count)
{
    Graph graph;
    for (int i = 0; i < count; ++i)
        addNode(graph, makeNode(*findNodeType("empty_latent")));
    return graph;
}

Graph sized(const Graph& graph, int64_t width)
{
    return withParam(graph, 1, "width", width);
}

}

void GraphDocumentTest::editsAreStepsWithNames()
{
    GraphDocument document;
    QSignalSpy changed(&document, &GraphDocument::graphChanged);
    QVERIFY(document.edit("Add", latents(1)));
    QVERIFY(document.edit("Widen", sized(document.body(), 640)));
    QCOMPARE(changed.size(), 2);
    QCOMPARE(document.undoStack().undoText(), QString("Widen"));
    document.undoStack().undo();
    QVERIFY(document.graph() == latents(1));
    document.undoStack().undo();
    QVERIFY(document.graph() == Graph());
    document.undoStack().redo();
    document.undoStack().redo();
    QVERIFY(document.graph() == sized(latents(1), 640));
}

void GraphDocumentTest::anUnchangedGraphIsNoStep()
{
    GraphDocument document;
    document.reset(latents(1));
    QVERIFY(document.edit("Nothing", latents(1)));
    QCOMPARE(document.undoStack().count(), 0);
    QVERIFY(!document.isModified());
}

void GraphDocumentTest::stepsWithOneKeyAreOne()
{
    GraphDocument document;
    document.reset(latents(1));
    for (const int64_t width : {64, 128, 192, 320})
        document.edit("Width", sized(document.body(), width), "1/width");
    QCOMPARE(document.undoStack().count(), 1);
    document.edit("Width", sized(document.body(), 384), "1/height");
    QCOMPARE(document.undoStack().count(), 2);
    document.closeStep();
    document.edit("Width", sized(document.body(), 448), "1/height");
    QCOMPARE(document.undoStack().count(), 3);
    for (int i = 0; i < 3; ++i)
        document.undoStack().undo();
    QVERIFY(document.graph() == latents(1));
    document.edit("There", sized(document.body(), 640), "a");
    document.edit("And back", latents(1), "a"); // a slider that ends where it began
    QVERIFY(!document.undoStack().canUndo());
}

void GraphDocumentTest::aKeyDoesNotReachOverUndoOrSave()
{
    GraphDocument document;
    document.reset(latents(1));
    document.edit("Width", sized(document.body(), 64), "k");
    document.setSaved("/a.json");
    document.edit("Width", sized(document.body(), 128), "k");
    QCOMPARE(document.undoStack().count(), 2);
    document.undoStack().undo();
    document.edit("Width", sized(document.body(), 192), "k");
    document.undoStack().undo();
    QVERIFY(document.graph() == sized(latents(1), 64));
    QVERIFY(!document.isModified());
}

void GraphDocumentTest::editsInASubgraphChangeTheWhole()
{
    GraphDocument document;
    const MadeSubgraph made = intoSubgraph(latents(2), {1}, "Sub");
    document.reset(made.graph);
    document.enter({made.node});
    const NodeId inner = document.body().nodes.begin()->first;
    QVERIFY(document.edit("Width", withParam(document.body(), inner, "width", int64_t(64))));
    QVERIFY(bodyAt(document.graph(), {made.node})->nodes.at(inner).params.at("width") == ParamValue(int64_t(64)));
    QVERIFY(document.graph().nodes.contains(2));
    document.undoStack().undo();
    QVERIFY(document.graph() == made.graph);
    QCOMPARE(document.path(), NodePath{made.node}); // still in view
}

void GraphDocumentTest::undoLeavesASubgraphThatIsGone()
{
    GraphDocument document;
    document.reset(latents(2));
    const MadeSubgraph made = intoSubgraph(document.body(), {1}, "Sub");
    document.edit("Into a subgraph", made.graph);
    document.enter({made.node});
    QSignalSpy left(&document, &GraphDocument::pathChanged);
    document.undoStack().undo();
    QVERIFY(document.path().empty());
    QCOMPARE(left.size(), 1);
    document.enter({77}); // never was there
    QVERIFY(document.path().empty());
}

void GraphDocumentTest::selectionLosesWhatIsGone()
{
    GraphDocument document;
    document.reset(latents(3));
    document.select({1, 3, 99});
    QCOMPARE(document.selection(), (Ids{1, 3}));
    QSignalSpy changed(&document, &GraphDocument::selectionChanged);
    document.edit("Delete", removed(document.body(), {3}));
    QCOMPARE(document.selection(), Ids{1});
    QCOMPARE(changed.size(), 1);
}

void GraphDocumentTest::readOnlyRefuses()
{
    GraphDocument document;
    document.reset(latents(1), "/new.json", true);
    QSignalSpy refused(&document, &GraphDocument::refused);
    QVERIFY(!document.edit("Width", sized(document.body(), 64)));
    QVERIFY(document.graph() == latents(1));
    QCOMPARE(refused.size(), 1);
    document.setSaved("/copy.json");
    QVERIFY(document.edit("Width", sized(document.body(), 64)));
}

void GraphDocumentTest::errorsAreTold()
{
    GraphDocument document;
    document.reset(latents(1));
    QSignalSpy refused(&document, &GraphDocument::refused);
    const std::string tooLong(maxPlainParamText + 1, 'x');
    QVERIFY(!document.tryEdit("Text", [&] { return withParam(document.body(), 1, "width", tooLong); }));
    QVERIFY(refused.at(0).at(0).toString().contains("limit"));
    QVERIFY(document.graph() == latents(1));
}

void GraphDocumentTest::modifiedFollowsTheSavedStep()
{
    GraphDocument document;
    document.reset(latents(1), {}, false, true);
    QVERIFY(document.isModified()); // recovered, never saved
    document.setSaved("/a.json");
    QVERIFY(!document.isModified());
    document.edit("Width", sized(document.body(), 64));
    QVERIFY(document.isModified());
    document.undoStack().undo();
    QVERIFY(!document.isModified());
    QCOMPARE(document.file(), QString("/a.json"));
}

QTEST_MAIN(GraphDocumentTest)
#include "graph_document_test.moc"
