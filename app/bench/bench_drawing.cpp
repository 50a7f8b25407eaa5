#include "app/bench/bench_drawing.h"

#include "app/bench/bench_application.h"
#include "app/bench/frame_times.h"
#include "ui/paint/paint_canvas.h"
#include "ui/paint/paint_view.h"
#include "ui/paint/value_editors.h"

#include <QMouseEvent>

#include <cmath>
#include <cstdio>

namespace athanor {

namespace {

constexpr int side = 2048, movesEach = 200, strokes = 2'000;

void send(QWidget& widget, QEvent::Type type, QPointF at)
{
    const bool moves = type == QEvent::MouseMove;
    QMouseEvent event(type, at, widget.mapToGlobal(at), moves ? Qt::NoButton : Qt::LeftButton,
        type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&widget, &event);
}

// Along a curve over the whole sheet, about as far apart as a mouse's moves are.
QPointF placeOf(const PaintCanvas& canvas, int move)
{
    const double turn = 0.05 * move;
    return canvas.toWidget({side * (0.5 + 0.42 * std::cos(turn)), side * (0.5 + 0.42 * std::sin(1.7 * turn))});
}

void benchBrush(PaintCanvas& canvas, int pixels, int hardness, const char* what, int repeats)
{
    canvas.setBrush({.size = pixels * unitsPerPixel, .hardness = hardness});
    FrameTimes times;
    for (int repeat = 0; repeat < repeats; ++repeat) {
        send(canvas, QEvent::MouseButtonPress, placeOf(canvas, 0));
        for (int move = 1; move <= movesEach; ++move)
            times.add([&] {
                send(canvas, QEvent::MouseMove, placeOf(canvas, move));
                canvas.repaint(0, 0, 1, 1); // with all that has to be painted, now
            });
        send(canvas, QEvent::MouseButtonRelease, placeOf(canvas, movesEach));
        QCoreApplication::processEvents();
    }
    times.print(what);
}

void benchStrokes(PaintCanvas& canvas, GraphDocument& document)
{
    constexpr int pointsEach = 40;
    canvas.setBrush({});
    FrameTimes ends, undos;
    for (int stroke = 0; stroke < strokes; ++stroke) {
        const int from = stroke * 37 % 5'000;
        send(canvas, QEvent::MouseButtonPress, placeOf(canvas, from));
        for (int move = 1; move < pointsEach; ++move)
            send(canvas, QEvent::MouseMove, placeOf(canvas, from + move));
        ends.add([&] { send(canvas, QEvent::MouseButtonRelease, placeOf(canvas, from + pointsEach)); });
        if (stroke % 100 == 0)
            QCoreApplication::processEvents();
    }
    const size_t bytes = canvas.text().size();
    std::printf("  %d strokes of %d points: %.2f MiB in the workflow, %.2f MiB in undo\n", strokes, pointsEach,
        double(bytes) / (1 << 20), double(document.undoBytes()) / (1 << 20));
    ends.print("the end of a stroke");
    while (document.undoStack().canUndo())
        undos.add([&] { document.undoStack().undo(); });
    undos.print("undo of a stroke");
}

}

void runDrawingBench(int repeats)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const BenchApplication application;
    GraphDocument document;
    Graph graph;
    Node node = makeNode(*findNodeType("draw"));
    node.params["drawing"] = writeDrawing({side, side, {}});
    const NodeId id = addNode(graph, node);
    document.reset(graph);
    ValueEditors editors(document, {[] { return QImage(); }, {}}, {});
    editors.resize(1600, 1000);
    document.openEditor({{id}, "drawing"});
    editors.show();
    QCoreApplication::processEvents();
    PaintCanvas& canvas = editors.paint().canvas();
    std::printf("Sheet of %d×%d in a view of %d×%d, off-screen; from a move to the painted sheet\n", side, side,
        canvas.width(), canvas.height());
    benchBrush(canvas, 4, 100, "4 pixels, hard", repeats);
    benchBrush(canvas, 64, 100, "64 pixels, hard", repeats);
    benchBrush(canvas, 64, 0, "64 pixels, soft", repeats);
    benchBrush(canvas, 256, 100, "256 pixels, hard", repeats);
    benchBrush(canvas, 512, 0, "512 pixels, soft", repeats);
    benchStrokes(canvas, document);
}

}
