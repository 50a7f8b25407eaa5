// What widgets of single kinds have beside a value: lists to search, files, seeds, sizes, curves.
#include "inference/graph/workflow_json.h"
#include "tests/support/test_program.h"
#include "tests/ui/inspector_bench.h"
#include "ui/common/flat_button.h"
#include "ui/common/theme.h"
#include "ui/inspector/choice_box.h"
#include "ui/inspector/curve_plot.h"
#include "ui/inspector/field_edit.h"
#include "ui/inspector/search_popup.h"

#include <QComboBox>
#include <QDropEvent>
#include <QMenu>
#include <QMimeData>
#include <QTest>

using namespace athanor;

class ParamFieldsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void choosesBySearching();
    void takesDroppedFiles();
    void takesListedFiles();
    void throwsTheDice();
    void keepsSeedsOrNot();
    void takesTheLastSeed();
    void swapsTheSize();
    void drawsCurves();
};

void ParamFieldsTest::initTestCase()
{
    applyTheme(*qApp, true);
}

void ParamFieldsTest::choosesBySearching()
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

void ParamFieldsTest::takesDroppedFiles()
{
    InspectorBench bench(graphOf("load_image"));
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

void ParamFieldsTest::takesListedFiles()
{
    InspectorBench bench(graphOf("load_image"));
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

void ParamFieldsTest::throwsTheDice()
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

void ParamFieldsTest::keepsSeedsOrNot()
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

void ParamFieldsTest::takesTheLastSeed()
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

void ParamFieldsTest::swapsTheSize()
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

void ParamFieldsTest::drawsCurves()
{
    InspectorBench bench(graphOf("apply_controlnet"));
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

ATHANOR_WINDOW_TEST(ParamFieldsTest)
#include "param_fields_test.moc"
