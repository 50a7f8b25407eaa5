// Thousands of nodes: what the window does with them takes time in proportion to their number. Four times the nodes may
// take at most `most` times as long, where what looks at every pair takes sixteen times.
#include "inference/graph/graph_edit.h"
#include "inference/graph/subgraph.h"
#include "tests/support/growth.h"
#include "tests/support/test_program.h"
#include "tests/ui/fake_studio.h"
#include "ui/canvas/canvas_edits.h"
#include "ui/canvas/graph_view.h"
#include "ui/canvas/link_list.h"
#include "ui/common/runs.h"
#include "ui/common/theme.h"
#include "ui/document/clipboard.h"
#include "ui/inspector/inspector.h"
#include "ui/inspector/problem_watch.h"
#include "ui/inspector/prompt_sources.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QTest>

using namespace athanor;

namespace {

NodeId add(Graph& graph, const char* type, double x, double y)
{
    Node node = makeNode(*findNodeType(type));
    node.rect = {x, y, 0, 0};
    return addNode(graph, std::move(node));
}

void link(Graph& graph, const PortRef& from, const PortRef& to)
{
    graph.links.emplace(graph.nextId++, Link{from, to});
}

// A picture that goes through as many reroutes to be shown.
Graph chain(int count)
{
    Graph graph;
    PortRef at{add(graph, "load_image", 0, 0), "image"};
    for (int i = 0; i < count; ++i) {
        const NodeId id = add(graph, "reroute", 300 + 60 * (i % 100), 40 * (i / 100));
        link(graph, at, {id, "value"});
        at = {id, "value"};
    }
    link(graph, at, {add(graph, "preview_image", 7000, 0), "image"});
    return graph;
}

// One node that feeds as many others, each of which has a group around it.
Graph fan(int count)
{
    Graph graph;
    const NodeId source = add(graph, "load_checkpoint", 0, 0);
    for (int i = 0; i < count; ++i) {
        const double x = 300 + 300 * (i % 50), y = 200 * (i / 50);
        const NodeId id = add(graph, "encode_prompt", x, y);
        graph.nodes.at(id).params["prompt"] = "number " + std::to_string(i);
        link(graph, {source, "text_encoder"}, {id, "text_encoder"});
        addGroup(graph, {"group", {x - 20, y - 20, 280, 190}, ""});
    }
    return graph;
}

// A picture that goes to many reroutes, each with a node that shows it.
Graph comb(int count)
{
    Graph graph;
    const NodeId source = add(graph, "load_image", 0, 0);
    for (int i = 0; i < count; ++i) {
        const NodeId reroute = add(graph, "reroute", 300, 40 * i), shown = add(graph, "preview_image", 400, 40 * i);
        link(graph, {source, "image"}, {reroute, "value"});
        link(graph, {reroute, "value"}, {shown, "image"});
    }
    return graph;
}

// Nodes without links.
Graph heap(int count, const char* type)
{
    Graph graph;
    for (int i = 0; i < count; ++i)
        add(graph, type, 300 * (i % 50), 250 * (i / 50));
    return graph;
}

Ids allOf(const std::map<NodeId, Node>& nodes, std::string_view type)
{
    Ids ids;
    for (const auto& [id, node] : nodes)
        if (node.type == type)
            ids.insert(id);
    return ids;
}

struct Desk {
    GraphDocument document;
    RunState runs;
    FakeStudio studio;
    GraphView view{document, runs};
    Inspector inspector{document, runs, studio};

    explicit Desk(Graph graph)
    {
        view.resize(1200, 800);
        view.setAnimated(false);
        document.reset(std::move(graph));
        QCoreApplication::processEvents();
    }
    // Without an event loop nobody else deletes what is to be deleted later, which still asks the studio.
    ~Desk() { QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); }
    // Does what was put off.
    void settle()
    {
        inspector.findChild<ProblemWatch*>()->look();
        QCoreApplication::processEvents();
    }
    void act(const char* name) { view.action(QString::fromLatin1(name))->trigger(); }
    const Graph& graph() const { return document.graph(); }
};

using Work = std::function<void(Desk&)>;

// What is measured, on a graph of `count` parts that `prepare` has made ready.
struct Case {
    const char* name;
    int count;
    Graph (*graph)(int count);
    Work prepare, work;
};

Graph prompts(int count)
{
    return heap(count, "encode_prompt");
}
Graph sizes(int count)
{
    return heap(count, "empty_latent");
}
// Samplers that one model feeds.
Graph samplers(int count)
{
    Graph graph = heap(count, "sample");
    const NodeId model = add(graph, "load_checkpoint", -400, 0);
    for (NodeId id = 1; id <= count; ++id)
        link(graph, {model, "model"}, {id, "model"});
    return graph;
}

void selectAll(Desk& desk)
{
    desk.act("select all");
}

void selectPrompts(Desk& desk)
{
    desk.document.select(allOf(desk.graph().nodes, "encode_prompt"));
}

void selectReroutes(Desk& desk)
{
    desk.document.select(allOf(desk.graph().nodes, "reroute"));
}

void selectComb(Desk& desk)
{
    Ids ids = allOf(desk.graph().nodes, "reroute");
    ids.merge(allOf(desk.graph().nodes, "preview_image"));
    desk.document.select(ids);
}

void copyAll(Desk& desk)
{
    selectAll(desk);
    desk.act("copy");
}

void runAll(Desk& desk)
{
    for (const auto& [id, node] : desk.graph().nodes)
        for (const RunEvent::Kind kind :
            {RunEvent::Kind::NodeStarted, RunEvent::Kind::Warning, RunEvent::Kind::NodeDone}) {
            RunMessage message{1, {}, {}};
            message.event.kind = kind;
            message.event.node = {id};
            message.event.text = "something";
            desk.runs.apply(message);
        }
}

void dragAll(Desk& desk)
{
    const QPoint from =
        desk.view.mapFromScene(desk.view.graphScene().frames().begin()->second->rect().topLeft()) + QPoint(4, 4);
    QTest::mousePress(desk.view.viewport(), Qt::LeftButton, {}, from);
    for (const QPoint by : {QPoint(40, 0), QPoint(80, 0)}) {
        QMouseEvent event(QEvent::MouseMove, from + by, desk.view.viewport()->mapToGlobal(from + by), Qt::NoButton,
            Qt::LeftButton, {});
        QCoreApplication::sendEvent(desk.view.viewport(), &event);
    }
    QTest::mouseRelease(desk.view.viewport(), Qt::LeftButton, {}, from + QPoint(80, 0));
}

void linkList(Desk& desk)
{
    const Ids reroutes = allOf(desk.graph().nodes, "reroute");
    QVERIFY(!linkChoices(desk.view, *std::next(reroutes.begin(), ptrdiff_t(reroutes.size() / 2))).empty());
}

const std::vector<Case> cases = {
    {"open reroutes", 125, chain, {}, [](Desk& desk) { desk.document.reset(Graph(desk.graph())); }},
    {"select reroutes", 500, chain, {}, selectReroutes},
    {"change a chain", 125, chain, {},
        [](Desk& desk) { desk.document.edit("Rename", withMode(desk.graph(), {1}, NodeMode::Muted)); }},
    {"paste reroutes", 125, chain, copyAll, [](Desk& desk) { desk.act("paste"); }},
    {"paste with links", 125, fan,
        [](Desk& desk) {
            selectPrompts(desk);
            desk.act("copy");
        },
        [](Desk& desk) { desk.act("paste with links"); }},
    {"paste nodes", 125, prompts, copyAll, [](Desk& desk) { desk.act("paste"); }},
    {"duplicate", 125, fan, selectPrompts, [](Desk& desk) { desk.act("duplicate"); }},
    {"delete and reconnect", 400, chain, selectReroutes, [](Desk& desk) { desk.act("delete"); }},
    {"delete and undo", 125, fan, selectPrompts,
        [](Desk& desk) {
            desk.act("delete with links");
            desk.document.undoStack().undo();
        }},
    {"into a subgraph and out", 125, chain, selectReroutes,
        [](Desk& desk) {
            desk.act("into subgraph");
            desk.act("out of subgraph");
        }},
    {"a comb into a subgraph and out", 125, comb, selectComb,
        [](Desk& desk) {
            desk.act("into subgraph");
            desk.act("out of subgraph");
        }},
    {"bypass", 125, chain, selectReroutes, [](Desk& desk) { desk.act("bypass"); }},
    {"lay out", 500, chain, {}, [](Desk& desk) { desk.act("auto layout"); }},
    {"select sizes", 400, sizes, {}, selectAll},
    {"move groups", 250, fan, selectAll, dragAll},
    {"list of links", 125, chain, {}, linkList},
    {"events of a run", 300, fan, {}, runAll},
    {"remember prompts", 125, fan, {}, [](Desk& desk) { desk.inspector.setLastRun(desk.graph()); }},
    {"one run of a batch", 250, samplers, {}, [](Desk& desk) { batchGraph(desk.graph(), 1); }},
    {"problems", 125, samplers, {}, [](Desk& desk) { desk.runs.setProblems(validate(desk.graph())); }},
};

// In seconds.
double timeOf(const Case& work, int count)
{
    Desk desk(work.graph(count));
    if (work.prepare)
        work.prepare(desk);
    desk.settle();
    const double start = processorSeconds();
    work.work(desk);
    desk.settle();
    return processorSeconds() - start;
}

}

class LargeGraphTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { applyTheme(*qApp, true); }
    void growsWithTheNodes_data();
    void growsWithTheNodes();
};

void LargeGraphTest::growsWithTheNodes_data()
{
    QTest::addColumn<int>("index");
    for (size_t i = 0; i < cases.size(); ++i)
        QTest::newRow(cases[i].name) << int(i);
}

void LargeGraphTest::growsWithTheNodes()
{
    QFETCH(int, index);
    constexpr double most = 8;
    constexpr int tries = 4;
    const Case& work = cases[size_t(index)];
    const int asked = qEnvironmentVariableIntValue("ATHANOR_LARGE_GRAPH"); // to look at larger ones by hand
    const int count = asked > 0 ? asked : work.count;
    double few = 0, many = 0;
    for (int i = 0; i < tries; ++i) {
        few = timeOf(work, count);
        many = timeOf(work, 4 * count);
        if (asked > 0)
            qInfo("%d: %.3f s, %d: %.3f s", count, few, 4 * count, many);
        if (asked > 0 || many <= most * few)
            return;
    }
    QFAIL(qPrintable(QStringLiteral("%1 s for %2, %3 s for %4").arg(few).arg(count).arg(many).arg(4 * count)));
}

ATHANOR_WINDOW_TEST(LargeGraphTest)
#include "large_graph_test.moc"
