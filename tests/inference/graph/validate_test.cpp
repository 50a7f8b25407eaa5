// What keeps a workflow from running: every rule, at both sides, and that nothing is slow or recursive.
#include "inference/graph/validate.h"

#include "inference/graph/flatten.h"
#include "inference/graph/workflow_json.h"
#include "inference/text/prompt_syntax.h"
#include "render/error.h"
#include "tests/support/graph_types.h"
#include "tests/support/test_program.h"

#include <QTest>

#include <cmath>
#include <functional>

using namespace athanor;

namespace {

using GraphEdit = std::function<void(Graph&)>;

GraphEdit withParameter(const std::string& name, ParamValue value)
{
    return [=](Graph& graph) { graph.nodes.at(1).params[name] = value; };
}

GraphEdit link(PortRef from, PortRef to)
{
    return [=](Graph& graph) { graph.links.emplace(graph.nextId++, Link{from, to}); };
}

// Adds a node and links into and out of it.
GraphEdit node(const std::string& type, NodeMode mode = NodeMode::Normal)
{
    return [=](Graph& graph) {
        Node added = testType(type) ? testNode(type) : Node{.type = type};
        added.mode = mode;
        addNode(graph, added);
    };
}

GraphEdit all(std::vector<GraphEdit> changes)
{
    return [=](Graph& graph) {
        for (const GraphEdit& change : changes)
            change(graph);
    };
}

// A ring of so many nodes, all of one type, that feeds a show at the end.
Graph ring(int64_t nodes, const char* type, NodeMode mode = NodeMode::Normal)
{
    const std::string in(testType(type)->inputs.front().name), out(testType(type)->outputs.front().name);
    Graph graph;
    for (int64_t i = 1; i <= nodes; ++i) {
        graph.nodes[i] = testNode(type);
        graph.nodes[i].mode = mode;
        graph.links[nodes + i] = {{i, out}, {i % nodes + 1, in}};
    }
    graph.nextId = 2 * nodes + 1;
    const NodeId show = addNode(graph, testNode("show"));
    graph.links[graph.nextId++] = {{1, out}, {show, "image"}};
    return graph;
}

Node subgraphOf(Graph body)
{
    Node made{.type = "subgraph"};
    made.subgraph =
        std::make_shared<const Subgraph>(Subgraph{std::make_shared<const Graph>(std::move(body)), {}, {}, {}});
    return made;
}

}

Q_DECLARE_METATYPE(GraphEdit)
Q_DECLARE_METATYPE(ParamKind)

class ValidateTest : public QObject {
    Q_OBJECT
private slots:
    void acceptsWhatRuns_data();
    void acceptsWhatRuns();
    void namesWhatIsWrong_data();
    void namesWhatIsWrong();
    void findsCircles_data();
    void findsCircles();
    void saysWhere();
    void goesIntoSubgraphs();
    void limitsWhatItSays();
    void holdsLargeGraphs_data();
    void holdsLargeGraphs();
    void refusesTooMuch();
};

void ValidateTest::acceptsWhatRuns_data()
{
    QTest::addColumn<GraphEdit>("change");
    const auto row = [](const char* name, GraphEdit change) { QTest::newRow(name) << std::move(change); };
    row("as it is", [](Graph&) {});
    row("lowest and highest",
        all({withParameter("width", int64_t(64)), withParameter("height", int64_t(8192)),
            withParameter("strength", 0.0)}));
    row("a whole number as a Float", withParameter("strength", int64_t(1)));
    row("J05 2^53 + 1", withParameter("seed", int64_t(9007199254740993)));
    row("J05 2^63", withParameter("seed", uint64_t(1) << 63));
    row("J05 2^64 - 1", withParameter("seed", UINT64_MAX));
    row("longest prompt", withParameter("prompt", std::string(maxPromptBytes, 'a')));
    row("defaults left out", [](Graph& graph) { graph.nodes.at(1).params.clear(); });
    row("a parameter fed by a link",
        all({node("number"), withParameter("width", int64_t(-1)), link({6, "value"}, {1, "width"})}));
    row("Int as Seed and as Float",
        all({node("number"), [](Graph& graph) { graph.nodes.at(6).params["value"] = int64_t(1); },
            link({6, "value"}, {1, "seed"}), link({6, "value"}, {1, "strength"})}));
    row("muted nonsense", all({node("from_tomorrow", NodeMode::Muted), node("blur", NodeMode::Muted)}));
    row("unfinished beside the way to an output", all({node("blur"), node("blend")}));
    row("bypassed with nonsense in it", [](Graph& graph) {
        graph.nodes.at(2).mode = NodeMode::Bypassed;
        graph.nodes.at(2).params["amount"] = 99.0;
    });
    row("through reroutes", [](Graph& graph) {
        node("reroute")(graph);
        node("reroute")(graph);
        graph = connected(graph, {1, "image"}, {6, "input"});
        graph = connected(graph, {6, "output"}, {7, "input"});
        graph = connected(graph, {7, "output"}, {2, "image"});
    });
    row("an optional input of a muted node", [](Graph& graph) {
        node("cut", NodeMode::Muted)(graph);
        node("blend")(graph);
        for (const char* port : {"a", "b"})
            graph = connected(graph, {1, "image"}, {7, port});
        graph = connected(graph, {6, "mask"}, {7, "mask"});
        graph = connected(graph, {7, "image"}, {3, "image"});
    });
}

void ValidateTest::acceptsWhatRuns()
{
    QFETCH(GraphEdit, change);
    Graph graph = smallGraph();
    change(graph);
    QCOMPARE(problemsOf(graph), std::string());
}

void ValidateTest::namesWhatIsWrong_data()
{
    QTest::addColumn<GraphEdit>("change");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char* name, GraphEdit change, const char* text) {
        QTest::newRow(name) << std::move(change) << QByteArray(text);
    };
    row("below", withParameter("width", int64_t(63)),
        "picture (node 1): width is 63, but must be a whole number from 64 to 8192");
    row("above", withParameter("width", int64_t(8193)), "width is 8193");
    row("Int beyond 2^63", withParameter("width", UINT64_MAX), "width is 18446744073709551615");
    row("Int with a fraction", withParameter("width", 64.5), "width is 64.5, but must be a whole number");
    row("Int as a text", withParameter("width", std::string("512px")),
        "width is \"512px\", but must be a whole number");
    row("Float above", withParameter("strength", 1.1), "strength is 1.1, but must be a number from 0 to 1");
    row("Float below", withParameter("strength", -0.1), "strength is -0.1");
    row("NaN", withParameter("strength", std::nan("")), "strength is nan, but must be a number");
    row("infinite", withParameter("strength", INFINITY), "strength is inf");
    row("J04 NaN as a text", withParameter("strength", std::string("NaN")),
        "strength is \"NaN\", but must be a number from 0 to 1");
    row("J05 -1", withParameter("seed", int64_t(-1)),
        "seed is -1, but must be a whole number from 0 to 18446744073709551615");
    row("J05 1e30", withParameter("seed", 1e30), "seed is 1e+30, but must be a whole number");
    row("J05 0.5", withParameter("seed", 0.5), "seed is 0.5, but must be a whole number");
    row("Bool as a number", withParameter("fast", int64_t(1)), "fast is 1, but must be true or false");
    row("V06 unknown choice", withParameter("sampler", std::string("eulr")),
        "unknown sampler \"eulr\": nearest are euler");
    row("prompt too long", withParameter("prompt", std::string(maxPromptBytes + 1, 'a')), "prompt has 65537 bytes");
    row("a number for a text", withParameter("prompt", 1.0), "prompt is 1, but must be a text");
    row("no file", withParameter("file", std::string()), "file: no file is chosen");
    row("J13 NUL in a file's name", withParameter("file", std::string("a\0b", 3)),
        "no file's name holds control characters");
    row("J13 URL", withParameter("file", std::string("http://x/a.png")), "nothing is ever opened over a network");
    row("J13 UNC share", withParameter("file", std::string("\\\\host\\a")), "nothing is ever opened over a network");
    row("parameter of another type", withParameter("steps", int64_t(1)),
        "picture (node 1): there is no parameter \"steps\"");
    row("taken together", withParameter("width", int64_t(768)), "picture (node 1): a picture must not be square");
    row(
        "newer node", [](Graph& graph) { graph.nodes.at(1).version = 2; }, "made by version 2 of this node type");
    row("J09 unknown type", node("from_tomorrow"),
        "from_tomorrow (node 6): the node type \"from_tomorrow\" is not known to this program; its data is kept");
    row("J07 dangling at the end", link({1, "image"}, {77, "image"}),
        "the link from \"image\" of picture (node 1) to \"image\" of node 77, which is not there, leads to nothing");
    row("J07 dangling at the start", link({77, "image"}, {2, "mask"}), "of node 77, which is not there,");
    row("J07 missing output", link({1, "latent"}, {2, "amount"}), "of blur (node 2) begins at no output");
    row("J07 missing input", link({1, "image"}, {2, "mask"}), "ends at no input or parameter");
    row("J07 output to output", all({node("cut"), link({1, "image"}, {6, "mask"})}), "ends at no input or parameter");
    row("a value brought by a link", all({node("number"), link({6, "value"}, {1, "strength"})}),
        "picture (node 1): strength is 64, but must be a number from 0 to 1; it comes from number (node 6)");
    row("J07 input to input", all({node("picture"), link({6, "width"}, {2, "amount"})}), "begins at no output");
    row("J07 fed twice", link({1, "image"}, {3, "image"}),
        "show (node 3): \"image\" is fed twice, by blur (node 2) and by picture (node 1); delete one link");
    row("J07 self link", all({node("blur"), link({6, "image"}, {6, "image"})}), "blur (node 6) feeds itself");
    row("J07 Image to Latent",
        all({node("decode"), node("show"), link({1, "image"}, {6, "latent"}), link({6, "image"}, {7, "image"})}),
        "decode (node 6): \"latent\" takes Latent, but \"image\" of picture (node 1) gives Image");
    row("Latent for an Int",
        all({node("encode"), node("picture"), link({1, "image"}, {6, "image"}), link({6, "latent"}, {7, "width"})}),
        "picture (node 7): \"width\" takes Int, but \"latent\" of encode (node 6) gives Latent");
    row("wrong type through reroutes",
        all({node("encode"), node("reroute"), node("switch"), node("show"), link({1, "image"}, {6, "image"}),
            link({6, "latent"}, {7, "input"}), link({7, "output"}, {8, "b"}), link({8, "output"}, {9, "image"})}),
        "show (node 9): \"image\" takes Image, but \"output\" of switch (node 8) gives Latent");
    row(
        "input missing",
        [](Graph& graph) {
            graph = disconnected(graph, {2, "image"});
        },
        "blur (node 2): \"image\" is not linked; it takes Image");
    row(
        "input missing behind a bypass",
        [](Graph& graph) {
            graph.nodes.at(2).mode = NodeMode::Bypassed;
            graph = disconnected(graph, {2, "image"});
        },
        "show (node 3): \"image\" is not linked; it takes Image");
    row(
        "all muted", [](Graph& graph) { graph = withMode(graph, {1}, NodeMode::Muted); },
        "nothing that saves or shows a picture is left to run: all that do are muted");
    row(
        "nothing there", [](Graph& graph) { graph = {}; }, "nothing here saves or shows a picture; add a node");
    row(
        "empty subgraph", [](Graph& graph) { addNode(graph, Node{.type = "subgraph"}); },
        "this subgraph holds nothing");
    row(
        "title with a line end",
        [](Graph& graph) {
            graph.nodes.at(1).title = "A\nB";
            graph.nodes.at(1).version = 9;
        },
        "A\\x0aB (node 1): made by");
}

void ValidateTest::namesWhatIsWrong()
{
    QFETCH(GraphEdit, change);
    QFETCH(QByteArray, text);
    Graph graph = smallGraph();
    change(graph);
    const QByteArray said = QByteArray::fromStdString(problemsOf(graph));
    QVERIFY2(said.contains(text), "said: " + said);
    QVERIFY2(said.count('\n') == 1, "said: " + said);
    // J07–J09: such a graph opens all the same.
    const std::string saved = writeWorkflow(graph);
    QCOMPARE(writeWorkflow(readWorkflow(saved, "w.json").graph), saved);
}

void ValidateTest::findsCircles_data()
{
    QTest::addColumn<int>("nodes");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<int>("mode");
    QTest::newRow("of 2") << 2 << QByteArray("blur") << 0;
    QTest::newRow("of 10") << 10 << QByteArray("blur") << 0;
    QTest::newRow("of 11") << 11 << QByteArray("blur") << 0;
    QTest::newRow("of 10,000") << 10'000 << QByteArray("blur") << 0;
    QTest::newRow("of reroutes") << 10'000 << QByteArray("reroute") << 0;
    QTest::newRow("of bypassed nodes") << 10'000 << QByteArray("blur") << 2;
}

// J08
void ValidateTest::findsCircles()
{
    QFETCH(int, nodes);
    QFETCH(QByteArray, type);
    QFETCH(int, mode);
    const Graph graph = ring(nodes, type, NodeMode(mode));
    const std::vector<Problem> problems = validate(graph, testType);
    const auto circle =
        std::ranges::find_if(problems, [](const Problem& problem) { return problem.text.starts_with("a circle of "); });
    QVERIFY(circle != problems.end());
    const QByteArray text = QByteArray::fromStdString(circle->text);
    QVERIFY2(text.startsWith("a circle of " + QByteArray::number(nodes) + " nodes can never run: " + type + " (node "),
        text);
    QCOMPARE(text.count("(node "), std::min(nodes, 10));
    QCOMPARE(text.contains("…"), nodes > 10);
    QCOMPARE(int(findCycle(graph).size()), nodes);
}

void ValidateTest::saysWhere()
{
    Graph graph = smallGraph();
    graph.nodes.at(1).params["width"] = int64_t(1);
    const auto problems = validate(graph, testType);
    QCOMPARE(problems.size(), size_t(1));
    QVERIFY(problems[0].node == NodePath{1});
    QCOMPARE(problems[0].port, std::string("width"));
}

// J08 within a group, and everything else there too.
void ValidateTest::goesIntoSubgraphs()
{
    Graph inner = smallGraph();
    inner.nodes.at(1).params["width"] = int64_t(1);
    inner.links[9] = {{2, "image"}, {2, "amount"}};
    Graph graph;
    addNode(graph, subgraphOf(inner));
    const auto problems = validate(graph, testType);
    QCOMPARE(problems.size(), size_t(2));
    QVERIFY(problems[0].node == (NodePath{1, 1}));
    QVERIFY(problems[0].text.starts_with("picture (node 1/1): width is 1"));
    QVERIFY2(problems[1].text == "blur (node 1/2) feeds itself; delete one of the links", problems[1].text.c_str());
}

void ValidateTest::limitsWhatItSays()
{
    Graph graph = smallGraph();
    for (int i = 0; i < 1500; ++i)
        link({1, "image"}, {100'000 + i, "x"})(graph);
    const auto problems = validate(graph, testType);
    QCOMPARE(problems.size(), size_t(1001));
    QCOMPARE(problems.back().text, std::string("and 500 more problems"));
}

void ValidateTest::holdsLargeGraphs_data()
{
    QTest::addColumn<QByteArray>("middle");
    QTest::addColumn<int>("mode");
    QTest::newRow("chain") << QByteArray("blur") << 0;
    QTest::newRow("bypassed chain") << QByteArray("blur") << 2;
    QTest::newRow("reroutes") << QByteArray("reroute") << 0;
    QTest::newRow("fan") << QByteArray() << 0;
}

void ValidateTest::holdsLargeGraphs()
{
    QFETCH(QByteArray, middle);
    QFETCH(int, mode);
    Graph graph = middle.isEmpty() ? fan(10'000) : chain(10'000, std::string_view(middle.data()));
    for (auto& [id, node] : graph.nodes)
        if (node.type == "blur")
            node.mode = NodeMode(mode);
    QCOMPARE(problemsOf(graph), std::string());
    graph.nodes.at(1).mode = NodeMode::Muted;
    QVERIFY(flatten(graph, testType).graph.nodes.empty());
}

void ValidateTest::refusesTooMuch()
{
    // Bodies that are shared, and so small in memory, would be 2^20 nodes when opened.
    Graph body = smallGraph();
    for (int i = 0; i < 20; ++i) {
        Graph outer;
        const Node node = subgraphOf(body);
        addNode(outer, node);
        addNode(outer, node);
        body = outer;
    }
    QVERIFY(problemsOf(body).starts_with("the workflow has more than 100000 nodes"));

    Graph deep = smallGraph();
    for (int i = 0; i < 33; ++i) {
        Graph outer;
        addNode(outer, subgraphOf(deep));
        deep = outer;
        QCOMPARE(problemsOf(deep), std::string(i < 32 ? "" : "subgraphs are nested deeper than 32 levels\n"));
    }
}

ATHANOR_TEST(ValidateTest)
#include "validate_test.moc"
