// The document: every change is a step that can be undone, steps of one slider are one, and what is in view stays true.
#include "inference/graph/subgraph.h"
#include "inference/graph/workflow_json.h"
#include "ui/document/graph_document.h"

#include "tests/support/test_program.h"

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
    void longTextsAreKeptAsDifferences();
    void textsInSubgraphsComeBack();
    void theOldestStepsAreLetGo();
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

// A drawing grows by a stroke at a time; undo must not keep all of it for each.
void GraphDocumentTest::longTextsAreKeptAsDifferences()
{
    constexpr int steps = 200;
    GraphDocument document;
    Graph graph;
    addNode(graph, makeNode(*findNodeType("note")));
    document.reset(withParam(graph, 1, "text", std::string(500'000, 'a')));
    const Graph first = document.graph();
    for (int i = 0; i < steps; ++i) { // at the end, at the start and within
        std::string text = std::get<std::string>(document.body().nodes.at(1).params.at("text"));
        text.insert(i % 3 == 0 ? text.size() : i % 3 == 1 ? 0 : text.size() / 2, "b" + std::to_string(i));
        document.edit("Write", withParam(document.body(), 1, "text", text));
    }
    const Graph last = document.graph();
    QVERIFY2(document.undoBytes() < steps * 5'000, qPrintable(QString::number(document.undoBytes())));
    while (document.undoStack().canUndo())
        document.undoStack().undo();
    QVERIFY(document.graph() == first);
    while (document.undoStack().canRedo())
        document.undoStack().redo();
    QVERIFY(document.graph() == last);
    document.reset({});
    QCOMPARE(document.undoBytes(), size_t(0));
}

void GraphDocumentTest::textsInSubgraphsComeBack()
{
    Graph graph = latents(1);
    addNode(graph, makeNode(*findNodeType("note")));
    const MadeSubgraph made = intoSubgraph(graph, {1, 2}, "Sub");
    GraphDocument document;
    document.reset(made.graph);
    document.enter({made.node});
    std::vector<Graph> states{document.graph()};
    for (int i = 0; i < 6; ++i) {
        const std::string text(size_t(1'000 * (i + 1)), char('a' + i % 2));
        document.edit("Write", withParam(document.body(), 2, "text", text));
        states.push_back(document.graph());
        document.edit("Widen", withParam(document.body(), 1, "width", int64_t(64 * (i + 10))));
        states.push_back(document.graph());
    }
    for (size_t i = states.size() - 1; i-- > 0;) {
        document.undoStack().undo();
        QVERIFY(document.graph() == states[i]);
    }
    for (size_t i = 1; i < states.size(); ++i) {
        document.undoStack().redo();
        QVERIFY(document.graph() == states[i]);
    }
}

void GraphDocumentTest::theOldestStepsAreLetGo()
{
    constexpr int steps = 40;
    GraphDocument document;
    Graph graph;
    addNode(graph, makeNode(*findNodeType("note")));
    document.reset(graph);
    const auto textOf = [](int i) { return std::string(maxPlainParamText - size_t(i), char('a' + i % 26)); };
    for (int i = 0; i < steps; ++i) // 16 MiB a step, before and after
        document.edit("Write", withParam(document.body(), 1, "text", textOf(i)));
    QVERIFY(document.undoBytes() <= GraphDocument::mostUndoBytes);
    QVERIFY(document.undoBytes() > GraphDocument::mostUndoBytes / 2);
    QSignalSpy refused(&document, &GraphDocument::refused);
    int undone = 0;
    for (; refused.isEmpty(); ++undone) {
        QVERIFY(document.undoStack().canUndo());
        document.undoStack().undo();
    }
    const int kept = undone - 1;
    QVERIFY(kept >= 14 && kept <= 18);
    QVERIFY(document.graph().nodes.at(1).params.at("text") == ParamValue(textOf(steps - 1 - kept)));
    while (document.undoStack().canRedo())
        document.undoStack().redo();
    QVERIFY(document.graph().nodes.at(1).params.at("text") == ParamValue(textOf(steps - 1)));
}

ATHANOR_WINDOW_TEST(GraphDocumentTest)
#include "graph_document_test.moc"
