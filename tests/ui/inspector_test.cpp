// The inspector with mouse and keys: each kind of widget changes the workflow, undo takes it back, and it shows what
// the workflow says.
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"
#include "ui/inspector/inspector.h"

#include "inference/graph/subgraph.h"
#include "inference/graph/workflow_json.h"
#include "tests/ui/fake_studio.h"
#include "ui/common/flat_button.h"
#include "ui/common/switch_button.h"
#include "ui/common/theme.h"
#include "ui/common/value_slider.h"
#include "ui/document/labels.h"
#include "ui/inspector/choice_box.h"
#include "ui/inspector/curve_plot.h"
#include "ui/inspector/field_edit.h"
#include "ui/inspector/form_menu.h"
#include "ui/inspector/form_view.h"
#include "ui/inspector/param_panel.h"
#include "ui/inspector/param_row.h"
#include "ui/inspector/problem_list.h"
#include "ui/inspector/prompt_field.h"
#include "ui/inspector/search_popup.h"
#include "ui/inspector/size_row.h"

#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>

using namespace athanor;

namespace {

// Prompts 2 and 3, size 4, sampler 5, as a new user sees it.
Graph usualGraph()
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

void retype(QLineEdit* edit, const QString& text)
{
    QTest::mouseClick(edit, Qt::LeftButton);
    edit->selectAll();
    QTest::keyClicks(edit, text);
    QTest::keyClick(edit, Qt::Key_Return);
}

void drag(ValueSlider* slider, const QList<double>& shares)
{
    const auto at = [&](double share) { return QPoint(int(share * slider->width()), slider->height() / 2); };
    QTest::mousePress(slider, Qt::LeftButton, {}, at(shares.front()));
    for (const double share : shares)
        QTest::mouseMove(slider, at(share));
    QTest::mouseRelease(slider, Qt::LeftButton, {}, at(shares.back()));
}

// A node of the type in a graph of its own.
Graph onlyNode(const char* type)
{
    Graph graph;
    addNode(graph, makeNode(*findNodeType(type)));
    return graph;
}

}

class InspectorTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void everyKindEditsAndIsUndone_data();
    void everyKindEditsAndIsUndone();
    void dragIsOneStep();
    void dragMayRest();
    void typedValuesAreBrought_data();
    void typedValuesAreBrought();
    void escapeTakesBack();
    void commandsTakeWhatWasTyped();
    void slidersReachWhatIsUsual();
    void choosesBySearching();
    void takesDroppedFiles();
    void takesListedFiles();
    void throwsTheDice();
    void keepsSeedsOrNot();
    void takesTheLastSeed();
    void swapsTheSize();
    void drawsCurves();
    void resets();
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
    void undoesByKey();
    void wheelScrollsUnlessFocused();
    void saysWhenThereIsNothing();
    void readOnlyShowsTheOldValue();
};

void InspectorTest::initTestCase()
{
    applyTheme(*qApp, true);
}

using Act = std::function<void(InspectorBench&)>;
Q_DECLARE_METATYPE(Act)

void InspectorTest::everyKindEditsAndIsUndone_data()
{
    QTest::addColumn<Graph>("graph");
    QTest::addColumn<QString>("param");
    QTest::addColumn<Act>("act");
    QTest::addColumn<QString>("value");
    const auto row = [](const char* name, const char* type, const char* param, Act act, const char* value) {
        QTest::newRow(name) << onlyNode(type) << QString(param) << std::move(act) << QString(value);
    };
    const auto entry = [](const char* name, const char* text) {
        return Act([=](InspectorBench& bench) { retype(bench.in<FieldEdit>(name), text); });
    };
    row("Int typed", "sample", "steps", entry("steps", "33"), "33");
    row(
        "Int by key", "sample", "steps",
        [](InspectorBench& bench) {
            bench.in<ValueSlider>("steps")->setFocus();
            QTest::keyClick(bench.in<ValueSlider>("steps"), Qt::Key_Right);
        },
        "21");
    row(
        "Int by arrow in the entry", "sample", "steps",
        [](InspectorBench& bench) {
            QTest::mouseClick(bench.in<FieldEdit>("steps"), Qt::LeftButton);
            QTest::keyClick(bench.in<FieldEdit>("steps"), Qt::Key_Down);
        },
        "19");
    row("Float typed", "sample", "cfg", entry("cfg", "4.25"), "4.25");
    row("Float with a comma", "sample", "cfg", entry("cfg", "4,25"), "4.25");
    row(
        "Float by slider", "sample", "strength",
        [](InspectorBench& bench) { drag(bench.in<ValueSlider>("strength"), {0.5}); }, "0.5");
    row(
        "Bool", "sample", "add_noise",
        [](InspectorBench& bench) { QTest::mouseClick(bench.in<SwitchButton>("add_noise"), Qt::LeftButton); }, "off");
    row(
        "Bool by key", "sample", "keep_noise",
        [](InspectorBench& bench) {
            bench.in<SwitchButton>("keep_noise")->setFocus();
            QTest::keyClick(bench.in<SwitchButton>("keep_noise"), Qt::Key_Space);
        },
        "on");
    row(
        "Choice by key", "sample", "noise",
        [](InspectorBench& bench) {
            bench.in<QComboBox>("noise")->setFocus();
            QTest::keyClick(bench.in<QComboBox>("noise"), Qt::Key_Down);
        },
        "philox");
    row("Seed typed", "sample", "seed", entry("seed", "18446744073709551615"), "18 446 744 073 709 551 615");
    row(
        "Seed by arrow", "sample", "seed",
        [](InspectorBench& bench) {
            QTest::mouseClick(bench.in<FieldEdit>("seed"), Qt::LeftButton);
            QTest::keyClick(bench.in<FieldEdit>("seed"), Qt::Key_Up);
        },
        "1");
    row("Text", "save_image", "name", entry("name", "cats/%seed%"), "cats/%seed%");
    row("Model file typed", "load_checkpoint", "file", entry("file", "v1-5.safetensors"), "v1-5.safetensors");
    row(
        "Prompt", "encode_prompt", "text",
        [](InspectorBench& bench) {
            QTest::mouseClick(bench.in<PromptEdit>("text")->viewport(), Qt::LeftButton);
            QTest::keyClicks(bench.in<PromptEdit>("text"), "cat");
        },
        "cat");
    row(
        "Width", "empty_latent", "width",
        [](InspectorBench& bench) { retype(bench.in<FieldEdit>("size", "width"), "640"); }, "640");
    row(
        "Height by arrow", "empty_latent", "height",
        [](InspectorBench& bench) {
            QTest::mouseClick(bench.in<FieldEdit>("size", "height"), Qt::LeftButton);
            QTest::keyClick(bench.in<FieldEdit>("size", "height"), Qt::Key_Up);
        },
        "520");
}

void InspectorTest::everyKindEditsAndIsUndone()
{
    QFETCH(Graph, graph);
    QFETCH(QString, param);
    QFETCH(Act, act);
    QFETCH(QString, value);
    const Node& node = graph.nodes.at(1);
    InspectorBench bench(graph);
    bench.document.select({1});
    QVERIFY(bench.isReady());
    act(bench);
    const Param& type = *findParam(*findNodeType(node.type), param.toStdString());
    QCOMPARE(valueText(type, bench.value(1, qPrintable(param))).replace(QChar(0x2009), ' '), value);
    QCOMPARE(bench.steps(), 1);
    QVERIFY(bench.document.undoStack().undoText().startsWith("Change "));
    bench.document.undoStack().undo();
    QVERIFY(bench.document.graph() == graph);
    bench.document.undoStack().redo();
    QVERIFY(bench.document.graph() != graph);
}

void InspectorTest::dragIsOneStep()
{
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    const Graph before = bench.document.graph();
    auto* slider = bench.in<ValueSlider>("steps");
    drag(slider, {0.2, 0.3, 0.4, 0.5});
    QCOMPARE(bench.steps(), 1);
    const auto first = std::get<int64_t>(bench.value(5, "steps"));
    QVERIFY(first > 20 && first < 80);
    QCOMPARE(bench.in<FieldEdit>("steps")->text(), QString::number(first));
    drag(slider, {0.6, 0.7});
    QCOMPARE(bench.steps(), 2); // another drag is another step
    bench.document.undoStack().undo();
    QCOMPARE(std::get<int64_t>(bench.value(5, "steps")), first);
    QCOMPARE(bench.in<FieldEdit>("steps")->text(), QString::number(first));
    bench.document.undoStack().undo();
    QVERIFY(bench.document.graph() == before);
}

// However long one looks at what it does.
void InspectorTest::dragMayRest()
{
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    auto* slider = bench.in<ValueSlider>("steps");
    const auto at = [&](int x) { return QPoint(x, slider->height() / 2); };
    QTest::mousePress(slider, Qt::LeftButton, {}, at(40));
    QTest::mouseMove(slider, at(60));
    QTest::qWait(GraphDocument::mergeTime + 50);
    QTest::mouseMove(slider, at(80));
    QTest::mouseRelease(slider, Qt::LeftButton, {}, at(80));
    QCOMPARE(bench.steps(), 1);
}

void InspectorTest::typedValuesAreBrought_data()
{
    QTest::addColumn<QString>("row");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("shown");
    QTest::newRow("over the limit") << "steps"
                                    << "99999"
                                    << "1000";
    QTest::newRow("under the limit") << "steps"
                                     << "-5"
                                     << "1";
    QTest::newRow("with a fraction") << "steps"
                                     << "20.6"
                                     << "21";
    QTest::newRow("no number") << "steps"
                               << "many"
                               << "20";
    QTest::newRow("not a number") << "cfg"
                                  << "nan"
                                  << "7.5";
    QTest::newRow("nothing") << "cfg"
                             << ""
                             << "7.5";
    QTest::newRow("more digits than the step") << "cfg"
                                               << "7.123"
                                               << "7.123";
    QTest::newRow("seed with blanks") << "seed"
                                      << "814 772 031"
                                      << "814772031";
    QTest::newRow("seed below zero") << "seed"
                                     << "-1"
                                     << "0";
    QTest::newRow("seed too large") << "seed"
                                    << "18446744073709551616"
                                    << "0";
}

void InspectorTest::typedValuesAreBrought()
{
    QFETCH(QString, row);
    QFETCH(QString, typed);
    QFETCH(QString, shown);
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    auto* edit = bench.in<FieldEdit>(row);
    QTest::mouseClick(edit, Qt::LeftButton);
    edit->selectAll();
    QTest::keyClick(edit, Qt::Key_Delete);
    QTest::keyClicks(edit, typed);
    QTest::keyClick(edit, Qt::Key_Return);
    QCOMPARE(edit->text(), shown);
    QVERIFY(validate(bench.document.graph()).empty());
}

void InspectorTest::escapeTakesBack()
{
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    auto* edit = bench.in<FieldEdit>("steps");
    QTest::mouseClick(edit, Qt::LeftButton);
    QTest::keyClicks(edit, "7");
    QTest::keyClick(edit, Qt::Key_Escape);
    QCOMPARE(edit->text(), QString("20"));
    QCOMPARE(bench.steps(), 0);
}

// Ctrl+Enter runs what is on the screen, not what was there before.
void InspectorTest::commandsTakeWhatWasTyped()
{
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    auto* edit = bench.in<FieldEdit>("steps");
    QTest::mouseClick(edit, Qt::LeftButton);
    edit->selectAll();
    QTest::keyClicks(edit, "31");
    QCOMPARE(bench.steps(), 0);
    QTest::keyClick(edit, Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(bench.value(5, "steps") == ParamValue(int64_t(31)));
}

void InspectorTest::slidersReachWhatIsUsual()
{
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    drag(bench.in<ValueSlider>("cfg"), {0.0});
    QVERIFY(bench.value(5, "cfg") == ParamValue(0.0)); // though -100 is allowed
    drag(bench.in<ValueSlider>("cfg"), {1.0});
    QVERIFY(bench.value(5, "cfg") == ParamValue(30.0));
    retype(bench.in<FieldEdit>("cfg"), "90");
    auto* slider = bench.in<ValueSlider>("cfg");
    QVERIFY(slider->sliderPosition() > 0 && slider->sliderPosition() < slider->maximum());
}

void InspectorTest::choosesBySearching()
{
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    auto* combo = bench.in<ChoiceCombo>("sampler");
    QTest::mouseClick(combo, Qt::LeftButton);
    auto* popup = combo->findChild<SearchPopup*>();
    QVERIFY(popup);
    QVERIFY(popup->isVisible());
    auto* search = popup->findChild<QLineEdit*>();
    auto* list = popup->findChild<QListWidget*>();
    const int all = list->count();
    QTest::keyClicks(search, "HEUN");
    QVERIFY(list->count() > 0 && list->count() < all);
    QTest::keyClick(search, Qt::Key_Return);
    QVERIFY(!popup->isVisible());
    QVERIFY(std::get<std::string>(bench.value(5, "sampler")).find("heun") != std::string::npos);
    QCOMPARE(bench.steps(), 1);
    QTest::mouseClick(combo, Qt::LeftButton);
    QTest::keyClicks(search, "no such sampler");
    QTest::keyClick(search, Qt::Key_Return);
    QVERIFY(popup->isVisible()); // nothing to choose
    popup->hide();
}

void InspectorTest::takesDroppedFiles()
{
    InspectorBench bench(onlyNode("load_image"));
    bench.document.select({1});
    QVERIFY(bench.isReady());
    auto* edit = bench.in<FieldEdit>("file");
    QMimeData data;
    data.setUrls({QUrl("https://example.org/a.png"), QUrl::fromLocalFile("/tmp/my picture.png")});
    QDragEnterEvent enter(QPoint(4, 4), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(edit, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(4, 4), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(edit, &drop);
    QVERIFY(drop.isAccepted());
    QVERIFY(bench.value(1, "file") == ParamValue(std::string("/tmp/my picture.png")));
    QCOMPARE(bench.steps(), 1);
}

void InspectorTest::takesListedFiles()
{
    InspectorBench bench(onlyNode("load_image"));
    bench.studio.names[int(ParamKind::ImageFile)] = {"a.png", "b.png", "folder/c.png"};
    bench.document.select({1});
    QVERIFY(bench.isReady());
    QTest::mouseClick(bench.in<FlatButton>("file", "list"), Qt::LeftButton);
    auto* popup = bench.in<SearchPopup>("file");
    QVERIFY(popup->isVisible());
    QTest::keyClick(popup->findChild<QLineEdit*>(), Qt::Key_Down);
    QTest::keyClick(popup->findChild<QLineEdit*>(), Qt::Key_Return);
    QVERIFY(bench.value(1, "file") == ParamValue(std::string("b.png")));
    QCOMPARE(bench.in<FieldEdit>("file")->text(), QString("b.png"));
}

void InspectorTest::throwsTheDice()
{
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    QTest::mouseClick(bench.in<FlatButton>("seed", "dice"), Qt::LeftButton);
    const ParamValue first = bench.value(5, "seed");
    QTest::mouseClick(bench.in<FlatButton>("seed", "dice"), Qt::LeftButton);
    QVERIFY(first != bench.value(5, "seed")); // but once in four billion times
    QCOMPARE(bench.steps(), 2);
}

void InspectorTest::keepsSeedsOrNot()
{
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    const Graph before = bench.document.graph();
    QTest::mouseClick(bench.in<FlatButton>("seed", "lock"), Qt::LeftButton);
    const Graph fresh = bench.document.graph();
    QVERIFY((fresh.freshSeeds == std::vector<ParamPlace>{{{5}, "seed"}}));
    QVERIFY(bench.in<FieldEdit>("seed")->text().isEmpty());
    const Graph drawn = withDrawnSeeds(fresh, [] { return uint64_t(77); });
    QVERIFY(drawn.nodes.at(5).params.at("seed") == ParamValue(int64_t(77)));
    bench.document.undoStack().undo();
    QVERIFY(bench.document.graph() == before);
    bench.document.undoStack().redo();
    retype(bench.in<FieldEdit>("seed"), "12"); // a seed of one's own is kept
    QVERIFY(bench.document.graph().freshSeeds.empty());
    QVERIFY(bench.value(5, "seed") == ParamValue(int64_t(12)));
    QVERIFY(readWorkflow(writeWorkflow(fresh), "w").graph == fresh);
}

void InspectorTest::takesTheLastSeed()
{
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    QVERIFY(!bench.in<FlatButton>("seed", "history")->isEnabled());
    bench.inspector->setLastRun(withParam(bench.document.graph(), 5, "seed", int64_t(4242)));
    QVERIFY(bench.in<FlatButton>("seed", "history")->isEnabled());
    QTest::mouseClick(bench.in<FlatButton>("seed", "history"), Qt::LeftButton);
    QVERIFY(bench.value(5, "seed") == ParamValue(int64_t(4242)));
    QVERIFY(!bench.in<FlatButton>("seed", "history")->isEnabled());
}

void InspectorTest::swapsTheSize()
{
    InspectorBench bench;
    bench.document.select({4});
    QVERIFY(bench.isReady());
    retype(bench.in<FieldEdit>("size", "height"), "381");
    QVERIFY(bench.value(4, "height") == ParamValue(int64_t(384))); // the next that it may have
    QTest::mouseClick(bench.in<FlatButton>("size", "swap"), Qt::LeftButton);
    QVERIFY(bench.value(4, "width") == ParamValue(int64_t(384)));
    QVERIFY(bench.value(4, "height") == ParamValue(int64_t(256)));
    QCOMPARE(bench.steps(), 2); // both sides in one
    auto* presets = bench.in<FlatButton>("size", "chevron-down");
    emit presets->menu()->aboutToShow();
    presets->menu()->actions().front()->trigger();
    QVERIFY(bench.value(4, "width") == ParamValue(int64_t(256)));
    QCOMPARE(bench.in<FieldEdit>("size", "width")->text(), QString("256"));
}

void InspectorTest::drawsCurves()
{
    InspectorBench bench(onlyNode("apply_controlnet"));
    bench.document.select({1});
    QVERIFY(bench.isReady());
    const auto text = [&] { return QString::fromStdString(std::get<std::string>(bench.value(1, "curve"))); };
    auto* plot = bench.in<CurvePlot>("curve");
    const auto drag = [&](size_t point, std::initializer_list<double> shares) { // of the height
        const QPoint at = plot->pointAt(point).toPoint();
        QTest::mousePress(plot, Qt::LeftButton, {}, at);
        for (const double share : shares)
            QTest::mouseMove(plot, QPoint(at.x(), int(share * plot->height())));
        QTest::mouseRelease(plot, Qt::LeftButton, {}, at);
    };
    drag(1, {0.6, 0.8, 1.0});
    QCOMPARE(text(), QString("1, 0"));
    QCOMPARE(bench.steps(), 1);
    QTest::mouseClick(bench.in<FlatButton>("curve", "plus"), Qt::LeftButton);
    QCOMPARE(text(), QString("1, 0.5, 0"));
    plot->setFocus();
    QTest::keyClick(plot, Qt::Key_Up);
    QCOMPARE(text(), QString("1, 0.55, 0"));
    QTest::keyClick(plot, Qt::Key_Left);
    QTest::keyClick(plot, Qt::Key_Down);
    QCOMPARE(text(), QString("0.95, 0.55, 0"));
    retype(bench.in<FieldEdit>("curve"), "0 2");
    QCOMPARE(plot->values(), (std::vector<double>{0, 2}));
    retype(bench.in<FieldEdit>("curve"), "a lot");
    QVERIFY(!plot->isEnabled());
    while (bench.document.undoStack().canUndo())
        bench.document.undoStack().undo();
    QCOMPARE(plot->values(), (std::vector<double>{1, 1}));
    bench.in<FlatButton>("curve", "curve")->menu()->actions().at(1)->trigger();
    QCOMPARE(text(), QString("1, 0"));
    bench.in<FlatButton>("curve", "curve")->menu()->actions().at(0)->trigger();
    QCOMPARE(text(), QString());
}

void InspectorTest::resets()
{
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    QVERIFY(bench.in<FlatButton>("steps", "reset")->isHidden());
    retype(bench.in<FieldEdit>("steps"), "33");
    QVERIFY(bench.in<FlatButton>("steps", "reset")->isVisible());
    QTest::mouseClick(bench.in<FlatButton>("steps", "reset"), Qt::LeftButton);
    QVERIFY(bench.value(5, "steps") == ParamValue(int64_t(20)));
    QVERIFY(bench.in<FlatButton>("steps", "reset")->isHidden());
    QCOMPARE(bench.steps(), 2);
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

void InspectorTest::undoesByKey()
{
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    auto* edit = bench.in<FieldEdit>("steps");
    retype(edit, "33");
    QTest::keyClicks(edit, "4");
    QTest::keyClick(edit, Qt::Key_Z, Qt::ControlModifier); // what is being typed first
    QVERIFY(bench.value(5, "steps") == ParamValue(int64_t(33)));
    QTest::keyClick(edit, Qt::Key_Escape);
    QTest::keyClick(edit, Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(bench.value(5, "steps") == ParamValue(int64_t(20)));
    QCOMPARE(edit->text(), QString("20"));
}

void InspectorTest::wheelScrollsUnlessFocused()
{
    InspectorBench bench;
    bench.document.select({5});
    QVERIFY(bench.isReady());
    const auto turn = [](QWidget* widget) {
        QWheelEvent wheel(QPointF(5, 5), widget->mapToGlobal(QPointF(5, 5)), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
            Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(widget, &wheel);
    };
    bench.inspector->setFocus();
    for (QWidget* widget : std::initializer_list<QWidget*>{
             bench.in<ValueSlider>("steps"), bench.in<FieldEdit>("steps"), bench.in<QComboBox>("sampler")})
        turn(widget);
    QCOMPARE(bench.steps(), 0);
    bench.in<FieldEdit>("steps")->setFocus();
    turn(bench.in<FieldEdit>("steps"));
    QVERIFY(bench.value(5, "steps") == ParamValue(int64_t(21)));
}

void InspectorTest::saysWhenThereIsNothing()
{
    InspectorBench bench(Graph{});
    QVERIFY(bench.isReady());
    QCOMPARE(bench.inspector->tabText(0), QString("Node"));
    QVERIFY(bench.page()->findChild<QLabel*>()->text().contains("Space"));
    bench.document.reset(onlyNode("note"));
    QVERIFY(bench.page()->findChild<QLabel*>()->text().contains("Select"));
    Graph unknown;
    addNode(unknown, Node{.type = "from_tomorrow"});
    bench.document.reset(unknown);
    bench.document.select({1});
    QVERIFY(bench.page()->findChildren<ParamRow*>().isEmpty());
}

void InspectorTest::readOnlyShowsTheOldValue()
{
    InspectorBench bench;
    bench.document.reset(usualGraph(), {}, true);
    bench.document.select({5});
    QVERIFY(bench.isReady());
    QSignalSpy refused(&bench.document, &GraphDocument::refused);
    retype(bench.in<FieldEdit>("steps"), "33");
    QCOMPARE(refused.size(), 1);
    QCOMPARE(bench.in<FieldEdit>("steps")->text(), QString("20"));
    QTest::mouseClick(bench.in<SwitchButton>("add_noise"), Qt::LeftButton);
    QVERIFY(bench.in<SwitchButton>("add_noise")->isChecked());
}

ATHANOR_WINDOW_TEST(InspectorTest)
#include "inspector_test.moc"
