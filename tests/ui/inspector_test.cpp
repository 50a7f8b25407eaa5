// The inspector with mouse and keys: what it shows of which nodes, and the form, prompts and problems in it.
#include "inference/graph/subgraph.h"
#include "inference/graph/workflow_json.h"
#include "tests/support/test_program.h"
#include "tests/ui/inspector_bench.h"
#include "ui/common/theme.h"
#include "ui/common/value_slider.h"
#include "ui/inspector/field_edit.h"
#include "ui/inspector/form_menu.h"
#include "ui/inspector/form_view.h"
#include "ui/inspector/param_row.h"
#include "ui/inspector/problem_list.h"
#include "ui/inspector/prompt_field.h"
#include "ui/inspector/size_row.h"

#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>
#include <QToolButton>

using namespace athanor;

class InspectorTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void showsWhatFeeds();
    void showsPromptsOfTheSampler();
    void promptsAreUndoneByWords();
    void editsSeveralNodes();
    void namesAndMutes();
    void showsProblemsAtTheField();
    void listsProblems();
    void showsProblemsOfRuns();
    void makesAForm();
    void formReachesIntoSubgraphs();
    void remembersPrompts();
    void saysWhenThereIsNothing();
};

void InspectorTest::initTestCase()
{
    applyTheme(*qApp, true);
}

void InspectorTest::showsWhatFeeds()
{
    Graph graph = usualGraph();
    const NodeId source = addNode(graph, makeNode(*findNodeType("int_value")));
    graph.nodes.at(source).title = "How many";
    InspectorBench bench(connected(graph, {source, "value"}, {5, "steps"}));
    bench.document.select({5});
    QVERIFY(bench.isReady());
    QVERIFY(!bench.in<ValueSlider>("steps")->isVisible());
    QToolButton* from = nullptr;
    for (auto* button : bench.row("steps")->findChildren<QToolButton*>())
        if (button->isVisible())
            from = button;
    QVERIFY(from);
    QCOMPARE(from->text(), QString("from How many"));
    QSignalSpy wanted(bench.inspector.get(), &Inspector::nodeWanted);
    QTest::mouseClick(from, Qt::LeftButton);
    QCOMPARE(wanted.size(), 1);
    QVERIFY(bench.document.selection() == Ids{source});
    bench.document.select({5});
    bench.document.edit("Unlink", disconnected(bench.document.body(), {5, "steps"}));
    QVERIFY(bench.in<ValueSlider>("steps")->isVisible());
}

void InspectorTest::showsPromptsOfTheSampler()
{
    InspectorBench bench;
    QVERIFY(bench.isReady());
    for (const Ids& selection : {Ids{}, Ids{5}}) { // nothing chosen: the sampler
        bench.document.select(selection);
        QStringList titles;
        for (const ParamRow* row : bench.page()->findChildren<ParamRow*>())
            if (row->findChild<PromptEdit*>())
                titles << row->findChild<QLabel*>("name")->text();
        QCOMPARE(titles, (QStringList{"Prompt", "Negative prompt"}));
        QVERIFY(bench.row("steps"));
    }
    bench.document.select({4});
    QVERIFY(!bench.page()->findChild<PromptEdit*>());
    QCOMPARE(bench.inspector->tabText(0), QString("Size"));
}

void InspectorTest::promptsAreUndoneByWords()
{
    InspectorBench bench;
    QVERIFY(bench.isReady());
    auto* edit = bench.page()->findChild<PromptEdit*>();
    QTest::mouseClick(edit->viewport(), Qt::LeftButton);
    QTest::keyClicks(edit, "a cat");
    QCOMPARE(bench.steps(), 2);
    QTest::keyClick(edit, Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(bench.value(2, "text") == ParamValue(std::string("a ")));
    QCOMPARE(edit->toPlainText(), QString("a "));
    QTest::keyClick(edit, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(edit->toPlainText(), QString());
    QTest::keyClick(edit, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(edit->toPlainText(), QString("a "));
    QTest::keyClicks(edit, "dog");
    QTest::keyClick(edit, Qt::Key_Up, Qt::ControlModifier);
    QVERIFY(bench.value(2, "text") == ParamValue(std::string("a (dog:1.05)")));
    QTest::keyClick(edit, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(edit->toPlainText(), QString("a dog"));
    QVERIFY(bench.value(3, "text") == ParamValue(std::string()));
}

void InspectorTest::editsSeveralNodes()
{
    Graph graph = usualGraph();
    const NodeId other = addNode(graph, makeNode(*findNodeType("sample")));
    graph.nodes.at(other).params["steps"] = int64_t(8);
    InspectorBench bench(graph);
    bench.document.select({5, other});
    QVERIFY(bench.isReady());
    QCOMPARE(bench.in<FieldEdit>("steps")->text(), QString());
    QCOMPARE(bench.in<FieldEdit>("steps")->placeholderText(), QString("mixed"));
    QCOMPARE(bench.in<FieldEdit>("cfg")->text(), QString("7.5"));
    retype(bench.in<FieldEdit>("steps"), "12");
    QVERIFY(bench.value(5, "steps") == ParamValue(int64_t(12)));
    QVERIFY(bench.value(other, "steps") == ParamValue(int64_t(12)));
    QCOMPARE(bench.steps(), 1);
    bench.document.undoStack().undo();
    QVERIFY(bench.document.graph() == graph);
    bench.document.select({4, 5});
    QVERIFY(!bench.row("steps"));
    QCOMPARE(bench.inspector->tabText(0), QString("2 nodes"));
}

void InspectorTest::namesAndMutes()
{
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    retype(bench.page()->findChild<FieldEdit*>("title"), "Walk");
    QCOMPARE(bench.document.body().nodes.at(5).title, std::string("Walk"));
    QCOMPARE(bench.inspector->tabText(0), QString("Walk"));
    auto* mode = bench.page()->findChild<QComboBox*>("mode");
    mode->setFocus();
    QTest::keyClick(mode, Qt::Key_Down);
    QCOMPARE(bench.document.body().nodes.at(5).mode, NodeMode::Muted);
    bench.document.select({4, 5});
    mode = bench.page()->findChild<QComboBox*>("mode");
    QCOMPARE(mode->currentIndex(), -1); // they differ
    for (int i = 0; i < 2; ++i)
        bench.document.undoStack().undo();
    QVERIFY(bench.document.graph() == usualGraph());
}

void InspectorTest::showsProblemsAtTheField()
{
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    const auto problem = [&] {
        QString text;
        for (const QLabel* label : bench.row("steps")->findChildren<QLabel*>())
            if (label->property("role") == "error" && label->isVisible())
                text += label->text();
        return text;
    };
    QCOMPARE(problem(), QString());
    bench.document.edit("Break", withParam(bench.document.body(), 5, "steps", int64_t(0)));
    QTRY_VERIFY2(problem().contains("from 1 to 1000"), qPrintable(problem()));
    bench.document.undoStack().undo();
    QTRY_COMPARE(problem(), QString());
}

void InspectorTest::listsProblems()
{
    InspectorBench bench;
    QVERIFY(bench.isReady());
    QCOMPARE(bench.inspector->tabText(2), QString("Problems"));
    bench.document.edit("Break", disconnected(bench.document.body(), {6, "vae"}));
    QTRY_COMPARE(bench.inspector->tabText(2), QString("Problems 1"));
    bench.inspector->setCurrentIndex(2);
    auto* list = bench.inspector->findChild<ProblemList*>();
    QCOMPARE(list->count(), 1);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(0)).center());
    QVERIFY(bench.document.selection() == Ids{6});
}

void InspectorTest::showsProblemsOfRuns()
{
    InspectorBench bench;
    QVERIFY(bench.isReady());
    RunMessage message;
    message.event.kind = RunEvent::Kind::Problem;
    message.event.node = {5};
    message.event.port = "sampler";
    message.event.text = "the sampler stumbled";
    bench.runs.apply(message);
    QTRY_COMPARE(bench.inspector->tabText(2), QString("Problems 1"));
    bool shown = false;
    for (const QLabel* label : bench.row("sampler")->findChildren<QLabel*>())
        shown = shown || (label->isVisible() && label->text() == "The sampler stumbled");
    QVERIFY(shown);
}

void InspectorTest::makesAForm()
{
    InspectorBench bench;
    QVERIFY(bench.isReady());
    bench.inspector->setCurrentIndex(1);
    auto* form = bench.inspector->findChild<FormView*>();
    QTest::mouseClick(form->findChild<QPushButton*>("usual"), Qt::LeftButton);
    const std::vector<ParamPlace> places = bench.document.graph().form;
    QVERIFY((places
        == std::vector<ParamPlace>{{{2}, "text"}, {{3}, "text"}, {{4}, "width"}, {{4}, "height"}, {{5}, "steps"},
            {{5}, "cfg"}, {{5}, "seed"}}));
    QCOMPARE(form->widget()->findChildren<ParamRow*>().size(), 5);
    QCOMPARE(form->widget()->findChildren<SizeRow*>().size(), 1);
    auto* steps = form->widget()->findChild<QWidget*>("steps");
    retype(steps->findChild<FieldEdit*>(), "9");
    QVERIFY(bench.value(5, "steps") == ParamValue(int64_t(9)));
    moveInForm(bench.document, {{5}, "seed"}, -1);
    QVERIFY((bench.document.graph().form[5] == ParamPlace{{5}, "seed"}));
    setInForm(bench.document, {{{5}, "cfg"}}, false);
    QCOMPARE(form->widget()->findChildren<ParamRow*>().size(), 4);
    QMenu menu;
    addFormActions(menu, bench.document, {{{5}, "sampler"}});
    QCOMPARE(menu.actions().size(), 1);
    menu.actions().front()->trigger();
    QVERIFY((bench.document.graph().form.back() == ParamPlace{{5}, "sampler"}));
    const Graph made = bench.document.graph();
    QVERIFY(readWorkflow(writeWorkflow(made), "w").graph == made);
    bench.document.edit("Delete", removed(bench.document.body(), {5}));
    QVERIFY(bench.document.graph().form.size() == 4);
    while (bench.document.undoStack().canUndo())
        bench.document.undoStack().undo();
    QVERIFY(bench.document.graph() == usualGraph());
}

void InspectorTest::formReachesIntoSubgraphs()
{
    MadeSubgraph made = intoSubgraph(usualGraph(), {2, 4}, "Inner");
    made.graph.form = {{{made.node, 2}, "text"}};
    const Graph* body = bodyAt(made.graph, {made.node});
    QVERIFY(body && body->nodes.contains(2));
    InspectorBench bench(made.graph);
    QVERIFY(bench.isReady());
    bench.inspector->setCurrentIndex(1);
    auto* edit = bench.inspector->findChild<FormView*>()->widget()->findChild<PromptEdit*>();
    QVERIFY(edit);
    QTest::mouseClick(edit->viewport(), Qt::LeftButton);
    QTest::keyClicks(edit, "x");
    const Node& changed = bodyAt(bench.document.graph(), {made.node})->nodes.at(2);
    QVERIFY(changed.params.at("text") == ParamValue(std::string("x")));
    QVERIFY(bench.document.path().empty()); // the view stays where it is
}

void InspectorTest::remembersPrompts()
{
    InspectorBench bench;
    QVERIFY(bench.isReady());
    QSignalSpy changed(bench.inspector.get(), &Inspector::promptHistoryChanged);
    Graph ran = withParam(bench.document.graph(), 2, "text", std::string("a cat"));
    bench.inspector->setLastRun(withParam(ran, 3, "text", std::string("blurry")));
    bench.inspector->setLastRun(withParam(ran, 2, "text", std::string("a dog")));
    bench.inspector->setLastRun(ran);
    QCOMPARE(bench.inspector->promptHistory(), (QStringList{"blurry", "a dog", "a cat"}));
    QCOMPARE(changed.size(), 3);
    auto* edit = bench.page()->findChild<PromptEdit*>();
    QTest::mouseClick(edit->viewport(), Qt::LeftButton);
    QTest::keyClick(edit, Qt::Key_Up, Qt::AltModifier);
    QVERIFY(bench.value(2, "text") == ParamValue(std::string("a cat")));
}

void InspectorTest::saysWhenThereIsNothing()
{
    InspectorBench bench(Graph{});
    QVERIFY(bench.isReady());
    QCOMPARE(bench.inspector->tabText(0), QString("Node"));
    QVERIFY(bench.page()->findChild<QLabel*>()->text().contains("Space"));
    bench.document.reset(graphOf("note"));
    QVERIFY(bench.page()->findChild<QLabel*>()->text().contains("Select"));
    Graph unknown;
    addNode(unknown, Node{.type = "from_tomorrow"});
    bench.document.reset(unknown);
    bench.document.select({1});
    QVERIFY(bench.page()->findChildren<ParamRow*>().isEmpty());
}

ATHANOR_WINDOW_TEST(InspectorTest)
#include "inspector_test.moc"
