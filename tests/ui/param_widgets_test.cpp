// The widgets of parameters with mouse and keys: each kind changes the workflow, undo takes it back, and it shows what
// the workflow says.
#include "tests/support/test_program.h"
#include "tests/ui/inspector_bench.h"
#include "ui/common/flat_button.h"
#include "ui/common/switch_button.h"
#include "ui/common/theme.h"
#include "ui/common/value_slider.h"
#include "ui/document/labels.h"
#include "ui/inspector/field_edit.h"
#include "ui/inspector/prompt_field.h"

#include <QComboBox>
#include <QSignalSpy>
#include <QTest>

using namespace athanor;

class ParamWidgetsTest : public QObject {
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
    void resets();
    void undoesByKey();
    void wheelScrollsUnlessFocused();
    void readOnlyShowsTheOldValue();
};

void ParamWidgetsTest::initTestCase()
{
    applyTheme(*qApp, true);
}

using Act = std::function<void(InspectorBench&)>;
Q_DECLARE_METATYPE(Act)

void ParamWidgetsTest::everyKindEditsAndIsUndone_data()
{
    QTest::addColumn<Graph>("graph");
    QTest::addColumn<QString>("param");
    QTest::addColumn<Act>("act");
    QTest::addColumn<QString>("value");
    const auto row = [](const char* name, const char* type, const char* param, Act act, const char* value) {
        QTest::newRow(name) << graphOf(type) << QString(param) << std::move(act) << QString(value);
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

void ParamWidgetsTest::everyKindEditsAndIsUndone()
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

void ParamWidgetsTest::dragIsOneStep()
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
void ParamWidgetsTest::dragMayRest()
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

void ParamWidgetsTest::typedValuesAreBrought_data()
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

void ParamWidgetsTest::typedValuesAreBrought()
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

void ParamWidgetsTest::escapeTakesBack()
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
void ParamWidgetsTest::commandsTakeWhatWasTyped()
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

void ParamWidgetsTest::slidersReachWhatIsUsual()
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

void ParamWidgetsTest::resets()
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

void ParamWidgetsTest::undoesByKey()
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

void ParamWidgetsTest::wheelScrollsUnlessFocused()
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

void ParamWidgetsTest::readOnlyShowsTheOldValue()
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

ATHANOR_WINDOW_TEST(ParamWidgetsTest)
#include "param_widgets_test.moc"
