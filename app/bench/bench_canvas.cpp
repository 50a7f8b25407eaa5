#include "app/bench/bench_canvas.h"

#include "app/bench/bench_application.h"
#include "app/bench/frame_times.h"
#include "ui/canvas/graph_view.h"

#include <cmath>
#include <cstdio>
#include <string_view>

namespace athanor {

namespace {

constexpr int columns = 40, rows = 25, framesEach = 60;

Node nodeAt(std::string_view type, int column, int row)
{
    Node node = makeNode(*findNodeType(type));
    node.rect = {column * 300.0, row * 280.0, 0, 0};
    return node;
}

// Columns of nodes, each fed by the one before it and half of them by another row's too.
Graph largeGraph()
{
    Graph graph;
    for (int column = 0; column < columns; ++column)
        for (int row = 0; row < rows; ++row)
            addNode(graph,
                nodeAt(column == 0        ? "load_image"
                        : column % 5 == 4 ? "sample"
                                          : "blend_images",
                    column, row));
    const auto id = [](int column, int row) { return NodeId(1 + column * rows + row % rows); };
    const auto link = [&](NodeId from, NodeId to, const char* output, const char* input) {
        graph.links.emplace(graph.nextId++, Link{{from, output}, {to, input}});
    };
    for (int column = 1; column < columns; ++column)
        for (int row = 0; row < rows; ++row) {
            const bool samples = column % 5 == 4, fromSample = column % 5 == 0 && column > 0;
            link(id(column - 1, row), id(column, row), fromSample ? "latent" : "image", samples ? "latent" : "a");
            if (graph.links.size() < 1'500 && (row + column) % 2 == 0)
                link(
                    id(column - 1, row + 3), id(column, row), fromSample ? "latent" : "image", samples ? "model" : "b");
        }
    for (int row = 0; graph.links.size() < 1'500; ++row)
        link(id(row % 30, row), id(row % 30 + 8, row + 5), "image", "mask");
    return graph;
}

// Paints what has to be painted again, now.
void paint(GraphView& view)
{
    view.viewport()->repaint(0, 0, 1, 1);
}

void benchPan(GraphView& view, const char* what, double zoom, int repeats)
{
    view.zoomTo(zoom, QPointF(960, 540));
    view.centerOn(view.graphScene().contents().center());
    paint(view);
    FrameTimes times;
    for (int i = 0; i < framesEach * repeats; ++i) {
        const double angle = 0.1 * i;
        times.add([&] {
            view.pan({int(18 * std::cos(angle)), int(18 * std::sin(angle))});
            paint(view);
        });
        QCoreApplication::processEvents(); // what comes later, as in the program
    }
    times.print(what);
}

void benchZoom(GraphView& view, const char* what, double from, double to, int repeats)
{
    FrameTimes times;
    for (int i = 0; i < framesEach * repeats; ++i) {
        const double share = 0.5 - 0.5 * std::cos(0.1 * i);
        times.add([&] {
            view.zoomTo(from * std::pow(to / from, share), QPointF(700, 500));
            paint(view);
        });
        QCoreApplication::processEvents();
    }
    times.print(what);
}

}

void runCanvasBench(int repeats)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const BenchApplication application;
    GraphDocument document;
    RunState runs;
    const Graph graph = largeGraph();
    FrameTimes opening;
    GraphView view(document, runs);
    view.resize(1920, 1080);
    view.show();
    opening.add([&] {
        document.reset(graph);
        view.fitAll();
        paint(view);
    });
    std::printf("Canvas of %zu nodes and %zu links, 1920×1080, off-screen\n", graph.nodes.size(), graph.links.size());
    std::printf("  %-34s %.1f ms\n", "open", opening.milliseconds.front());
    benchPan(view, "pan, everything in view", 0.14, repeats);
    benchPan(view, "pan at 35 %", 0.35, repeats);
    benchPan(view, "pan at 100 %", 1, repeats);
    benchZoom(view, "zoom, everything to 35 %", 0.14, 0.35, repeats);
    benchZoom(view, "zoom, 35 % to 150 %", 0.35, 1.5, repeats);
}

}
