// The paint view by mouse, pen and keys: what is drawn is the node's value, stroke by stroke, and every stroke can be
// undone. Its pixels are the node's.
#include "inference/graph/workflow_json.h"
#include "inference/run/node_run.h"
#include "tests/support/fake_run_host.h"
#include "tests/support/test_program.h"
#include "ui/common/theme.h"
#include "ui/common/value_slider.h"
#include "ui/paint/paint_canvas.h"
#include "ui/paint/paint_view.h"
#include "ui/paint/value_editors.h"

#include <QComboBox>
#include <QPointingDevice>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabletEvent>
#include <QTest>
#include <QWheelEvent>

#include <random>

using namespace athanor;

namespace {

struct PaintBench {
    PaintBench()
    {
        Node node = makeNode(*findNodeType("draw"));
        Graph graph;
        addNode(graph, node);
        document.reset(graph);
        editors.resize(900, 700);
        QObject::connect(
            &editors, &ValueEditors::openChanged, &editors, [this](bool open) { editors.setVisible(open); });
        document.openEditor({{1}, "drawing"});
        if (!QTest::qWaitForWindowExposed(&editors))
            qFatal("the window does not open");
        canvas().setBrush({.size = 12 * unitsPerPixel});
        QObject::connect(&document, &GraphDocument::refused, &editors, [this](const QString& why) { refused << why; });
    }

    PaintCanvas& canvas() { return editors.paint().canvas(); }
    std::string value() const { return std::get<std::string>(document.graph().nodes.at(1).params.at("drawing")); }
    Drawing drawing() const { return readDrawing(value()); }
    QPoint at(double x, double y) { return canvas().toWidget({x, y}).toPoint(); }
    // With the left button, from point to point of the sheet.
    void stroke(const QList<QPointF>& points, Qt::KeyboardModifiers keys = {})
    {
        QTest::mousePress(&canvas(), Qt::LeftButton, keys, at(points[0].x(), points[0].y()));
        for (const QPointF& point : points.mid(1))
            QTest::mouseMove(&canvas(), at(point.x(), point.y()));
        QTest::mouseRelease(&canvas(), Qt::LeftButton, keys, at(points.last().x(), points.last().y()));
    }
    int inkAt(int x, int y) { return canvas().ink()[size_t(y * canvas().drawing().width + x)]; }

    GraphDocument document;
    QImage last;
    QStringList refused;
    ValueEditors editors{document,
        {[this] { return last; }, [](const QString&, const std::function<void(QImage)>& answer) { answer({}); }},
        [](const QString&, const QByteArray&, const std::function<void(QString)>& answer) { answer({}); }};
};

void sendTablet(PaintCanvas& canvas, QEvent::Type type, QPointF at, double pressure, bool eraser = false)
{
    static const QPointingDevice pen("pen", 1, QInputDevice::DeviceType::Stylus, QPointingDevice::PointerType::Pen,
        QInputDevice::Capability::Position | QInputDevice::Capability::Pressure, 1, 3);
    static const QPointingDevice rubber("rubber", 2, QInputDevice::DeviceType::Stylus,
        QPointingDevice::PointerType::Eraser, QInputDevice::Capability::Position | QInputDevice::Capability::Pressure,
        1, 3);
    const Qt::MouseButton button = type == QEvent::TabletMove ? Qt::NoButton : Qt::LeftButton;
    QTabletEvent event(type, eraser ? &rubber : &pen, at, canvas.mapToGlobal(at), pressure, 0, 0, 0, 0, 0,
        Qt::NoModifier, button, type == QEvent::TabletRelease ? Qt::NoButton : Qt::LeftButton);
    QApplication::sendEvent(&canvas, &event);
    QVERIFY(event.isAccepted());
}

}

class PaintViewTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { applyTheme(*qApp, true); }
    void mouseDraws();
    void thePixelsAreTheNodes();
    void penDrawsWithPressure();
    void theOtherEndErases();
    void keysChooseTheTool();
    void slidersChooseTheTool();
    void undoAndRedoStrokeByStroke();
    void aStrokeIsOneStep();
    void escapeCancelsThenLeaves();
    void shiftDrawsStraightOn();
    void clearAndResizeCanBeUndone();
    void zoomsAtThePointerAndMoves();
    void showsWhatIsUnderneath();
    void looksDiffer();
    void onlyTheDabIsPaintedAgain();
    void aHostileDrawingIsTold();
    void manyStrokesUndoneAndRedone();
    void leavesWhenTheNodeGoes();
    void opensForDrawnParametersOnly();
};

void PaintViewTest::mouseDraws()
{
    PaintBench bench;
    QVERIFY(bench.editors.isVisible());
    bench.stroke({{100, 100}, {200, 100}, {200, 300}});
    const Drawing drawing = bench.drawing();
    QCOMPARE(drawing.strokes.size(), size_t(1));
    const Stroke& stroke = drawing.strokes[0];
    QCOMPARE(stroke.points.size(), size_t(3));
    for (const auto& [index, x, y] : {std::tuple(0, 100, 100), {1, 200, 100}, {2, 200, 300}}) {
        QVERIFY(std::abs(stroke.points[size_t(index)].x - x * 8) <= 8); // a pixel of the screen
        QVERIFY(std::abs(stroke.points[size_t(index)].y - y * 8) <= 8);
        QCOMPARE(stroke.points[size_t(index)].pressure, 255);
    }
    QCOMPARE(bench.inkAt(150, 100), 255);
    QCOMPARE(bench.inkAt(200, 200), 255);
    QCOMPARE(bench.inkAt(150, 200), 0);
    QCOMPARE(bench.document.undoStack().undoText(), QString("Brush Stroke"));
}

void PaintViewTest::thePixelsAreTheNodes()
{
    PaintBench bench;
    bench.stroke({{100, 100}, {200, 150}, {140, 300}});
    QTest::keyClick(&bench.canvas(), Qt::Key_E);
    bench.stroke({{90, 180}, {250, 170}});
    FakeRunHost host;
    const Node& node = bench.document.graph().nodes.at(1);
    NodeRun run(host, {}, {node.params.begin(), node.params.end()}, {});
    const Values values = findNodeType("draw")->run(run);
    const RgbImage& image = std::get<Shared<ImageValue>>(values.at(0))->images.at(0);
    const std::vector<uint8_t>& ink = bench.canvas().ink();
    QCOMPARE(image.pixels.size(), ink.size() * 3);
    int drawn = 0;
    for (size_t i = 0; i < ink.size(); ++i) {
        QCOMPARE(image.pixels[3 * i], ink[i]);
        drawn += ink[i] > 0;
    }
    QVERIFY(drawn > 1'000);
}

void PaintViewTest::penDrawsWithPressure()
{
    PaintBench bench;
    const QPointF from = bench.at(100, 200), to = bench.at(400, 200);
    sendTablet(bench.canvas(), QEvent::TabletPress, from, 0.2);
    sendTablet(bench.canvas(), QEvent::TabletMove, (from + to) / 2, 0.6);
    sendTablet(bench.canvas(), QEvent::TabletMove, to, 1);
    sendTablet(bench.canvas(), QEvent::TabletRelease, to, 0);
    const Drawing drawing = bench.drawing();
    QCOMPARE(drawing.strokes.size(), size_t(1));
    QCOMPARE(drawing.strokes[0].points.size(), size_t(3));
    QCOMPARE(drawing.strokes[0].points[0].pressure, 51);
    QCOMPARE(drawing.strokes[0].points[1].pressure, 153);
    QCOMPARE(drawing.strokes[0].points[2].pressure, 255);
    const auto wide = [&](int x) {
        int count = 0;
        for (int y = 0; y < 512; ++y)
            count += bench.inkAt(x, y) > 127;
        return count;
    };
    QVERIFY(wide(110) < wide(250));
    QVERIFY(wide(250) < wide(390));
}

void PaintViewTest::theOtherEndErases()
{
    PaintBench bench;
    bench.stroke({{100, 200}, {400, 200}});
    QCOMPARE(bench.inkAt(250, 200), 255);
    const QPointF from = bench.at(250, 150), to = bench.at(250, 250);
    sendTablet(bench.canvas(), QEvent::TabletPress, from, 1, true);
    sendTablet(bench.canvas(), QEvent::TabletMove, to, 1, true);
    sendTablet(bench.canvas(), QEvent::TabletRelease, to, 0, true);
    QVERIFY(bench.drawing().strokes.at(1).brush.erases);
    QCOMPARE(bench.inkAt(250, 200), 0);
    QVERIFY(!bench.canvas().brush().erases); // the pen draws on
    QCOMPARE(bench.document.undoStack().undoText(), QString("Erase"));
}

void PaintViewTest::keysChooseTheTool()
{
    PaintBench bench;
    PaintCanvas& canvas = bench.canvas();
    QTest::keyClick(&canvas, Qt::Key_E);
    QVERIFY(canvas.brush().erases);
    QTest::keyClick(&canvas, Qt::Key_B);
    QVERIFY(!canvas.brush().erases);
    const int size = canvas.brush().size;
    QTest::keyClick(&canvas, Qt::Key_BracketRight);
    QVERIFY(canvas.brush().size > size);
    for (int i = 0; i < 100; ++i)
        QTest::keyClick(&canvas, Qt::Key_BracketLeft);
    QCOMPARE(canvas.brush().size, unitsPerPixel);
    for (int i = 0; i < 100; ++i)
        QTest::keyClick(&canvas, Qt::Key_BracketRight);
    QCOMPARE(canvas.brush().size, widestBrush * unitsPerPixel);
}

void PaintViewTest::slidersChooseTheTool()
{
    PaintBench bench;
    bench.editors.findChild<ValueSlider*>("size")->setValue(100);
    QCOMPARE(bench.canvas().brush().size, 512 * unitsPerPixel);
    bench.editors.findChild<ValueSlider*>("size")->setValue(0);
    QCOMPARE(bench.canvas().brush().size, unitsPerPixel);
    bench.editors.findChild<ValueSlider*>("hardness")->setValue(25);
    QCOMPARE(bench.canvas().brush().hardness, 25);
    QCOMPARE(bench.canvas().brush().size, unitsPerPixel); // not touched by the other's move
}

void PaintViewTest::undoAndRedoStrokeByStroke()
{
    PaintBench bench;
    std::vector<std::vector<uint8_t>> states{bench.canvas().ink()};
    for (int i = 0; i < 5; ++i) {
        bench.stroke({{50.0 + 60 * i, 60}, {100.0 + 50 * i, 300}});
        states.push_back(bench.canvas().ink());
    }
    for (size_t i = 5; i-- > 0;) {
        bench.document.undoStack().undo();
        QVERIFY(bench.canvas().ink() == states[i]);
    }
    for (size_t i = 1; i <= 5; ++i) {
        bench.document.undoStack().redo();
        QVERIFY(bench.canvas().ink() == states[i]);
    }
}

void PaintViewTest::aStrokeIsOneStep()
{
    PaintBench bench;
    bench.stroke({{50, 60}, {100, 60}, {150, 90}, {200, 300}});
    bench.stroke({{50, 90}, {100, 90}});
    QCOMPARE(bench.document.undoStack().count(), 2);
    const size_t points = bench.drawing().strokes[0].points.size();
    QCOMPARE(points, size_t(4)); // and the release, at the same place, adds none
}

void PaintViewTest::escapeCancelsThenLeaves()
{
    PaintBench bench;
    QTest::mousePress(&bench.canvas(), Qt::LeftButton, {}, bench.at(100, 100));
    QTest::mouseMove(&bench.canvas(), bench.at(200, 200));
    QCOMPARE(bench.inkAt(150, 150), 255);
    QTest::keyClick(&bench.canvas(), Qt::Key_Escape);
    QCOMPARE(bench.inkAt(150, 150), 0);
    QTest::mouseRelease(&bench.canvas(), Qt::LeftButton, {}, bench.at(200, 200));
    QCOMPARE(bench.document.undoStack().count(), 0);
    QVERIFY(bench.editors.isOpen());
    QTest::keyClick(&bench.canvas(), Qt::Key_Escape);
    QVERIFY(!bench.editors.isOpen() && !bench.editors.isVisible());
}

void PaintViewTest::shiftDrawsStraightOn()
{
    PaintBench bench;
    bench.stroke({{100, 100}, {101, 101}});
    bench.stroke({{300, 100}}, Qt::ShiftModifier);
    QCOMPARE(bench.inkAt(200, 100), 255);
    bench.document.undoStack().undo();
    QCOMPARE(bench.inkAt(200, 100), 0);
}

void PaintViewTest::clearAndResizeCanBeUndone()
{
    PaintBench bench;
    bench.stroke({{100, 100}, {200, 100}});
    const std::string drawn = bench.value();
    const std::vector<uint8_t> ink = bench.canvas().ink();
    QTest::mouseClick(bench.editors.findChild<QPushButton*>("clear"), Qt::LeftButton);
    QCOMPARE(bench.value(), std::string("drawing 1 512 512"));
    QCOMPARE(bench.inkAt(150, 100), 0);
    bench.document.undoStack().undo();
    QCOMPARE(bench.value(), drawn);
    auto* sheet = bench.editors.findChild<QComboBox*>("sheet");
    const int large = sheet->findData(QSize(1024, 1024));
    sheet->setCurrentIndex(large);
    emit sheet->activated(large);
    QCOMPARE(bench.drawing().width, 1024);
    QCOMPARE(bench.canvas().sheetSize(), QSize(1024, 1024));
    QCOMPARE(bench.inkAt(150, 100), 255); // strokes keep their place
    bench.document.undoStack().undo();
    QVERIFY(bench.canvas().ink() == ink);
}

void PaintViewTest::zoomsAtThePointerAndMoves()
{
    PaintBench bench;
    PaintCanvas& canvas = bench.canvas();
    const QPointF place(300, 200);
    const QPointF fixed = canvas.toSheet(place);
    const double before = canvas.zoom();
    QWheelEvent wheel(
        place, canvas.mapToGlobal(place), {}, {0, 360}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&canvas, &wheel);
    QVERIFY(canvas.zoom() > before * 1.5);
    QVERIFY((canvas.toSheet(place) - fixed).manhattanLength() < 2);
    QTest::mousePress(&canvas, Qt::MiddleButton, {}, {300, 200});
    QTest::mouseMove(&canvas, {340, 230});
    QTest::mouseRelease(&canvas, Qt::MiddleButton, {}, {340, 230});
    QVERIFY((canvas.toSheet(QPointF(340, 230)) - fixed).manhattanLength() < 2);
    QTest::keyPress(&canvas, Qt::Key_Space);
    QTest::mousePress(&canvas, Qt::LeftButton, {}, {340, 230});
    QTest::mouseMove(&canvas, {320, 230});
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, {320, 230});
    QTest::keyRelease(&canvas, Qt::Key_Space);
    QVERIFY((canvas.toSheet(QPointF(320, 230)) - fixed).manhattanLength() < 2);
    QCOMPARE(bench.document.undoStack().count(), 0); // nothing was drawn
    QTest::keyClick(&canvas, Qt::Key_F);
    QCOMPARE(canvas.zoom(), before);
}

void PaintViewTest::showsWhatIsUnderneath()
{
    PaintBench bench;
    bench.stroke({{100, 250}, {200, 250}});
    QImage blue(64, 64, QImage::Format_RGB32);
    blue.fill(QColor(0, 0, 200));
    bench.editors.paint().underlay().setPicture(blue);
    bench.editors.findChild<ValueSlider*>("opacity")->setValue(50);
    const QImage shown = bench.canvas().grab().toImage();
    const QColor ground = shown.pixelColor(bench.at(300, 400)), line = shown.pixelColor(bench.at(150, 250));
    QVERIFY(ground.red() == 0 && std::abs(ground.blue() - 100) <= 2);
    QVERIFY(line.red() > 250 && line.blue() > 250);
    const std::string value = bench.value();
    bench.editors.findChild<ValueSlider*>("opacity")->setValue(100);
    QCOMPARE(bench.value(), value); // it is no part of the drawing
}

void PaintViewTest::looksDiffer()
{
    PaintBench bench;
    bench.stroke({{100, 250}, {200, 250}});
    const std::string value = bench.value();
    const auto colours = [&](PaintCanvas::Look look) {
        bench.canvas().setLook(look);
        const QImage shown = bench.canvas().grab().toImage();
        return std::pair(shown.pixelColor(bench.at(150, 250)), shown.pixelColor(bench.at(300, 400)));
    };
    QVERIFY(colours(PaintCanvas::Look::WhiteOnBlack) == std::pair(QColor(Qt::white), QColor(Qt::black)));
    QVERIFY(colours(PaintCanvas::Look::BlackOnWhite) == std::pair(QColor(Qt::black), QColor(Qt::white)));
    const auto mask = colours(PaintCanvas::Look::Mask);
    QVERIFY(mask.first.red() > mask.first.blue() + 60);
    QCOMPARE(bench.value(), value);
}

void PaintViewTest::onlyTheDabIsPaintedAgain()
{
    struct Watch : QObject {
        QRegion painted;
        bool eventFilter(QObject*, QEvent* event) override
        {
            if (event->type() == QEvent::Paint)
                painted += static_cast<QPaintEvent*>(event)->region();
            return false;
        }
    } watch;
    PaintBench bench;
    PaintCanvas& canvas = bench.canvas();
    QTest::mousePress(&canvas, Qt::LeftButton, {}, bench.at(100, 100));
    QCoreApplication::processEvents();
    canvas.installEventFilter(&watch);
    QTest::mouseMove(&canvas, bench.at(110, 104));
    QTRY_VERIFY(!watch.painted.isEmpty());
    const QRect rect = watch.painted.boundingRect();
    QVERIFY2(
        rect.width() < 60 && rect.height() < 60, qPrintable(QString("%1 × %2").arg(rect.width()).arg(rect.height())));
    QVERIFY(rect.contains(bench.at(110, 104)));
    canvas.removeEventFilter(&watch);
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, bench.at(110, 104));
}

void PaintViewTest::aHostileDrawingIsTold()
{
    PaintBench bench;
    bench.document.edit("Hostile", withParam(bench.document.body(), 1, "drawing", std::string("drawing 1 99999 64")));
    QVERIFY(bench.canvas().problem().contains("8192"));
    bench.stroke({{100, 100}, {200, 100}}); // does nothing
    QCOMPARE(bench.value(), std::string("drawing 1 99999 64"));
    QTest::mouseClick(bench.editors.findChild<QPushButton*>("clear"), Qt::LeftButton);
    QCOMPARE(bench.value(), std::string("drawing 1 512 512"));
    QVERIFY(bench.canvas().problem().isEmpty());
}

void PaintViewTest::manyStrokesUndoneAndRedone()
{
    constexpr int strokes = 2'000;
    PaintBench bench;
    const std::string empty = writeWorkflow(bench.document.graph());
    std::mt19937 random(5);
    const auto below = [&](int n) { return double(random() % uint32_t(n)); };
    std::vector<size_t> hashes;
    const auto hash = [&] {
        return std::hash<std::string_view>()(
            {reinterpret_cast<const char*>(bench.canvas().ink().data()), bench.canvas().ink().size()});
    };
    for (int i = 0; i < strokes; ++i) {
        QTest::keyClick(&bench.canvas(), random() % 4 ? Qt::Key_B : Qt::Key_E);
        QList<QPointF> points;
        for (int j = 2 + int(below(6)); j > 0; --j)
            points << QPointF(below(512), below(512));
        bench.stroke(points);
        if (i % 100 == 0)
            hashes.push_back(hash());
    }
    QCOMPARE(bench.drawing().strokes.size(), size_t(strokes));
    const std::string full = writeWorkflow(bench.document.graph());
    const std::vector<uint8_t> ink = bench.canvas().ink();
    const size_t kept = bench.document.undoBytes();
    qInfo("%d strokes: value %zu bytes, undo keeps %zu bytes", strokes, bench.value().size(), kept);
    QVERIFY(kept < size_t(strokes) * 4'000); // and not the whole text for each
    for (int i = strokes; i-- > 0;) {
        if (i % 100 == 0)
            QTRY_VERIFY(!bench.canvas().isBusy());
        if (i % 100 == 0)
            QCOMPARE(hash(), hashes[size_t(i / 100)]);
        bench.document.undoStack().undo();
    }
    QVERIFY(!bench.document.undoStack().canUndo());
    QCOMPARE(writeWorkflow(bench.document.graph()), empty);
    QTRY_VERIFY(!bench.canvas().isBusy());
    QVERIFY(bench.canvas().ink() == std::vector<uint8_t>(512 * 512));
    while (bench.document.undoStack().canRedo())
        bench.document.undoStack().redo();
    QCOMPARE(writeWorkflow(bench.document.graph()), full);
    QTRY_VERIFY(!bench.canvas().isBusy());
    QVERIFY(bench.canvas().ink() == ink);
}

void PaintViewTest::leavesWhenTheNodeGoes()
{
    PaintBench bench;
    bench.document.edit("Delete", removed(bench.document.body(), {1}));
    QVERIFY(!bench.editors.isOpen());
    bench.document.undoStack().undo();
    QVERIFY(!bench.editors.isOpen()); // it does not come back by itself
}

void PaintViewTest::opensForDrawnParametersOnly()
{
    PaintBench bench;
    bench.editors.close();
    bench.document.openEditor({{1}, "colours"});
    QVERIFY(!bench.editors.isOpen());
    bench.document.openEditor({{99}, "drawing"});
    QVERIFY(!bench.editors.isOpen());
    QVERIFY(ValueEditors::drawnParam(bench.document.graph(), {1}) == (ParamPlace{{1}, "drawing"}));
    QVERIFY(!ValueEditors::drawnParam(bench.document.graph(), {99}));
    QVERIFY(!ValueEditors::drawnParam(bench.document.graph(), {}));
}

ATHANOR_WINDOW_TEST(PaintViewTest)
#include "paint_view_test.moc"
