// Subgraphs: what a selection becomes, that it runs as before, and that it comes apart again.
#include "inference/graph/subgraph.h"

#include "inference/graph/validate.h"
#include "tests/support/graph_types.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

namespace {

// The links of a flat graph by the paths of their ends, so that graphs with other ids compare: "1.image>2.image".
QString linksOf(const FlatGraph& flat)
{
    const auto end = [&](const PortRef& port) {
        QStringList path;
        for (const NodeId id : flat.paths.at(port.node))
            path << QString::number(id);
        return path.join('/') + "." + QString::fromStdString(port.port);
    };
    QStringList all;
    for (const auto& [id, link] : flat.graph.links)
        all << end(link.from) + ">" + end(link.to);
    all.sort();
    return all.join(' ');
}

// What a graph does, whatever its ids and subgraphs: for each output the types along its longest way.
QStringList shape(const Graph& graph)
{
    const FlatGraph flat = flatten(graph, testType);
    QStringList links;
    for (const auto& [id, link] : flat.graph.links)
        links << QString::fromStdString(flat.graph.nodes.at(link.from.node).type + "." + link.from.port + ">"
            + flat.graph.nodes.at(link.to.node).type + "." + link.to.port);
    links.sort();
    return links;
}

// picture 1 → cut 2 → blend 3 (a, b from 2; mask from 2) → show 4; number 5 → blur 6.amount; 3 → blur 6 → show 7
Graph largerGraph()
{
    Graph graph;
    for (const char* type : {"picture", "cut", "blend", "show", "number", "blur", "show"})
        addNode(graph, testNode(type));
    graph.nodes.at(5).params["value"] = int64_t(4);
    graph = connected(graph, {1, "image"}, {2, "image"});
    graph = connected(graph, {2, "image"}, {3, "a"});
    graph = connected(graph, {2, "image"}, {3, "b"});
    graph = connected(graph, {2, "mask"}, {3, "mask"});
    graph = connected(graph, {3, "image"}, {4, "image"});
    graph = connected(graph, {5, "value"}, {6, "amount"});
    graph = connected(graph, {3, "image"}, {6, "image"});
    return connected(graph, {6, "image"}, {7, "image"});
}

// Whether a node that is not chosen is on a way from one that is to another.
bool leavesOneOutBetween(const Graph& graph, const Ids& chosen)
{
    std::set<std::pair<NodeId, NodeId>> ways;
    for (size_t i = 0; i < graph.nodes.size(); ++i)
        for (const auto& [id, link] : graph.links) {
            ways.emplace(link.from.node, link.to.node);
            for (const auto& [other, node] : graph.nodes)
                if (ways.contains({other, link.from.node}))
                    ways.emplace(other, link.to.node);
        }
    return std::ranges::any_of(graph.nodes, [&](const auto& entry) {
        const auto isWay = [&](NodeId from, NodeId to) { return ways.contains({from, to}); };
        const auto into = [&](NodeId id) { return isWay(id, entry.first); };
        const auto outOf = [&](NodeId id) { return isWay(entry.first, id); };
        return !chosen.contains(entry.first) && std::ranges::any_of(chosen, into) && std::ranges::any_of(chosen, outOf);
    });
}

std::string names(const std::vector<Exposed>& list)
{
    std::string all;
    for (const Exposed& exposed : list)
        all += exposed.name + " ";
    return all;
}

}

class SubgraphTest : public QObject {
    Q_OBJECT
private slots:
    void makesOneOfASelection();
    void exposesWhatIsNeeded();
    void runsAsBefore_data();
    void runsAsBefore();
    void refusesCircles();
    void exposesMore();
    void changesItsBody();
    void keepsToItsDepth();
    void survivesItsLibraryFile();
    void flattens();
    void leadsPastBypassedNodes();
    void leavesOutMutedNodes();
    void flattensWhatIsOdd();
};

void SubgraphTest::makesOneOfASelection()
{
    const MadeSubgraph made = intoSubgraph(largerGraph(), {3, 6}, "Blend and blur", testType);
    const Node& node = made.graph.nodes.at(made.node);
    QCOMPARE(names(node.subgraph->inputs), std::string("a mask "));
    QCOMPARE(node.subgraph->inputs[0].inner.size(), size_t(2)); // one output outside feeds both
    QCOMPARE(names(node.subgraph->params), std::string("amount "));
    QCOMPARE(names(node.subgraph->outputs), std::string("image image_2 "));
    QCOMPARE(made.graph.nodes.size(), size_t(6));
    QCOMPARE(problemsOf(made.graph), std::string());
    NodeType type = subgraphType(node, testType);
    QCOMPARE(type.title, std::string_view("Blend and blur"));
    QVERIFY(type.inputs[0].type == PortType::Image && !type.inputs[0].optional && type.inputs[1].optional);
    QVERIFY(type.outputs[1].type == PortType::Image && type.params[0].kind == ParamKind::Float);
    QVERIFY(whyNot(made.graph, {5, "value"}, {made.node, "amount"}, testType).empty());
    QVERIFY(!whyNot(made.graph, {5, "value"}, {made.node, "mask"}, testType).empty());
}

void SubgraphTest::exposesWhatIsNeeded()
{
    Graph graph;
    addNode(graph, testNode("blend")); // nothing linked: the required inputs and the output
    const MadeSubgraph made = intoSubgraph(graph, {1}, "", testType);
    const Subgraph& subgraph = *made.graph.nodes.at(made.node).subgraph;
    QCOMPARE(names(subgraph.inputs), std::string("a b "));
    QCOMPARE(names(subgraph.outputs), std::string("image "));
    QVERIFY(refusal([&] { intoSubgraph(graph, {99}, "", testType); }).find("no nodes") != std::string::npos);
}

void SubgraphTest::runsAsBefore_data()
{
    QTest::addColumn<int>("nodes");
    for (int nodes = 1; nodes < 128; ++nodes)
        QTest::newRow(qPrintable(QString::number(nodes, 2))) << nodes;
}

// Every selection of the seven nodes, where it is possible: the same links flow, and apart it is as it was.
void SubgraphTest::runsAsBefore()
{
    QFETCH(int, nodes);
    const Graph graph = largerGraph();
    Ids chosen;
    for (int i = 0; i < 7; ++i)
        if (nodes & 1 << i)
            chosen.insert(i + 1);
    MadeSubgraph made;
    const std::string why = refusal([&] { made = intoSubgraph(graph, chosen, "x", testType); });
    QCOMPARE(why.empty(), !leavesOneOutBetween(graph, chosen));
    if (!why.empty())
        return;
    QCOMPARE(problemsOf(made.graph), std::string());
    QCOMPARE(shape(made.graph), shape(graph));
    const MadeSubgraph nested = intoSubgraph(made.graph, {made.node}, "y", testType);
    QCOMPARE(shape(nested.graph), shape(graph));
    const Graph apart = outOfSubgraph(made.graph, made.node).graph;
    QCOMPARE(apart.nodes.size(), graph.nodes.size());
    QCOMPARE(apart.links.size(), graph.links.size());
    QCOMPARE(shape(apart), shape(graph));
    QCOMPARE(shape(outOfSubgraph(nested.graph, nested.node).graph), shape(graph));
}

void SubgraphTest::refusesCircles()
{
    const std::string why = refusal([] { intoSubgraph(smallGraph(), {1, 3}, "", testType); });
    QCOMPARE(why,
        std::string("blur (node 2) is fed by the chosen nodes and feeds them, so the subgraph would be in a circle; "
                    "choose it too"));
}

void SubgraphTest::exposesMore()
{
    MadeSubgraph made = intoSubgraph(smallGraph(), {2}, "", testType);
    Graph graph =
        withExposed(made.graph, made.node, Side::Params, "image", {2, "amount"}, testType); // the name is taken
    QCOMPARE(names(graph.nodes.at(made.node).subgraph->params), std::string("image_2 "));
    QVERIFY(withExposed(graph, made.node, Side::Params, "again", {2, "amount"}, testType) == graph);
    QVERIFY(withExposed(graph, 1, Side::Params, "x", {2, "amount"}, testType) == graph); // no subgraph
    const auto refused = [&](Side side, const PortRef& inner) {
        return refusal([&] { withExposed(graph, made.node, side, "x", inner, testType); });
    };
    QVERIFY(refused(Side::Params, {77, "amount"}).starts_with("\"amount\" of node 77 is not there"));
    QVERIFY(refused(Side::Inputs, {2, "amount"}).starts_with("\"amount\" of blur (node 2) is not there"));
    const MadeSubgraph both = intoSubgraph(smallGraph(), {1, 2}, "", testType);
    QVERIFY(refusal([&] {
        withExposed(both.graph, both.node, Side::Inputs, "x", {2, "image"}, testType);
    }).find("is linked inside")
        != std::string::npos);
    addNode(graph, testNode("number"));
    graph = connected(graph, {graph.nodes.rbegin()->first, "value"}, {made.node, "image_2"});
    QVERIFY(linksOf(flatten(graph, testType)).contains(QString(".value>%1/2.amount").arg(made.node)));
    graph = withoutExposed(graph, made.node, Side::Params, "image_2");
    QVERIFY(graph.nodes.at(made.node).subgraph->params.empty());
    QCOMPARE(graph.links.size(), size_t(2));
    QCOMPARE(problemsOf(graph), std::string());
}

void SubgraphTest::changesItsBody()
{
    const MadeSubgraph inner = intoSubgraph(smallGraph(), {2}, "", testType);
    const MadeSubgraph outer = intoSubgraph(inner.graph, {inner.node}, "", testType);
    const NodePath path{outer.node, inner.node};
    QCOMPARE(bodyAt(outer.graph, path)->nodes.size(), size_t(1));
    QVERIFY(!bodyAt(outer.graph, {1}) && !bodyAt(outer.graph, {99}) && bodyAt(outer.graph, {}) == &outer.graph);

    Graph body = *bodyAt(outer.graph, path);
    body.nodes.at(2).params["amount"] = 9.0;
    const Graph changed = withBody(outer.graph, path, body);
    QVERIFY(bodyAt(changed, path)->nodes.at(2).params.at("amount") == ParamValue(9.0));
    QCOMPARE(problemsOf(changed), std::string());
    QVERIFY(bodyAt(outer.graph, path)->nodes.at(2).params.at("amount") == ParamValue(1.5));

    // What a node exposed that is gone is no longer exposed, at any level, and its links are gone.
    const Graph emptied = withBody(outer.graph, path, {});
    QVERIFY(emptied.links.empty());
    QVERIFY(emptied.nodes.at(outer.node).subgraph->inputs.empty());
    QVERIFY(bodyAt(emptied, {outer.node})->nodes.at(inner.node).subgraph->outputs.empty());
    QVERIFY(withBody(outer.graph, {}, body) == body);

    // What is linked inside is no longer fed from outside.
    const NodeId source = addNode(body, testNode("picture"));
    const Graph fed = withBody(outer.graph, path, connected(body, {source, "image"}, {2, "image"}));
    QVERIFY(fed.nodes.at(outer.node).subgraph->inputs.empty());
    QVERIFY(!linkInto(fed, outer.node, "image"));
    QCOMPARE(problemsOf(fed), std::string());
}

void SubgraphTest::keepsToItsDepth()
{
    Graph graph = smallGraph();
    NodeId node = 2;
    NodePath path;
    for (int i = 0; i < maxSubgraphDepth; ++i) {
        const MadeSubgraph made = intoSubgraph(graph, {node}, "", testType);
        graph = made.graph;
        node = made.node;
        path.insert(path.begin(), node);
    }
    QCOMPARE(problemsOf(graph), std::string());
    QCOMPARE(shape(graph), shape(smallGraph()));
    QVERIFY(
        refusal([&] { intoSubgraph(graph, {node}, "", testType); }).find("deeper than 32 levels") != std::string::npos);
    QVERIFY(intoSubgraph(graph, {1}, "", testType).node > 0); // beside it
    const Graph small = intoSubgraph(smallGraph(), {2}, "", testType).graph;
    QVERIFY(refusal([&] { withBody(graph, path, small); }).find("deeper than 32 levels") != std::string::npos);
}

void SubgraphTest::survivesItsLibraryFile()
{
    const MadeSubgraph made = intoSubgraph(largerGraph(), {3, 6}, "Blend", testType);
    const Node& node = made.graph.nodes.at(made.node);
    QVERIFY(readLibraryNode(writeLibraryNode(node), "blend.json") == node);
    const std::string why =
        refusal([] { readLibraryNode(R"({"format": "athanor workflow", "version": "1.0"})", "b.json"); });
    QVERIFY(why.starts_with("b.json: a node of the library is a workflow of one node, this one has 0"));
}

void SubgraphTest::flattens()
{
    QCOMPARE(linksOf(flatten(smallGraph(), testType)), QString("1.image>2.image 2.image>3.image"));
    const MadeSubgraph inner = intoSubgraph(smallGraph(), {2}, "", testType); // node 6
    const MadeSubgraph outer = intoSubgraph(inner.graph, {inner.node}, "", testType); // node 9
    const FlatGraph flat = flatten(outer.graph, testType);
    QCOMPARE(linksOf(flat), QString("1.image>9/6/2.image 9/6/2.image>3.image"));
    QVERIFY(flat.graph.nodes.contains(1) && flat.graph.nodes.contains(3)); // these keep their ids
    for (const auto& [id, node] : flat.graph.nodes)
        QVERIFY(id < flat.graph.nextId && node.type != "subgraph");
}

void SubgraphTest::leadsPastBypassedNodes()
{
    const auto bypassing = [](const Ids& ids) {
        return linksOf(flatten(withMode(largerGraph(), ids, NodeMode::Bypassed), testType));
    };
    // Of blend's two pictures the first goes on.
    QCOMPARE(
        bypassing({3}), QString("1.image>2.image 2.image>4.image 2.image>6.image 5.value>6.amount 6.image>7.image"));
    // cut has no mask to hand on.
    QCOMPARE(bypassing({2}),
        QString("1.image>3.a 1.image>3.b 3.image>4.image 3.image>6.image 5.value>6.amount 6.image>7.image"));
    QCOMPARE(bypassing({2, 3, 6}), QString("1.image>4.image 1.image>7.image"));
    const MadeSubgraph made = intoSubgraph(largerGraph(), {3, 6}, "", testType);
    const FlatGraph flat = flatten(withMode(made.graph, {made.node}, NodeMode::Bypassed), testType);
    // Its first picture goes to its first output, which feeds node 4, and, the only one of the type, to the other.
    QCOMPARE(linksOf(flat), QString("1.image>2.image 2.image>4.image 2.image>7.image"));
}

void SubgraphTest::leavesOutMutedNodes()
{
    const auto muting = [](const Ids& ids) {
        return linksOf(flatten(withMode(largerGraph(), ids, NodeMode::Muted), testType));
    };
    QCOMPARE(muting({3}), QString("1.image>2.image"));
    QCOMPARE(muting({5}), QString("1.image>2.image 2.image>3.a 2.image>3.b 2.mask>3.mask 3.image>4.image"));
    QCOMPARE(muting({1}), QString());
    const MadeSubgraph made = intoSubgraph(largerGraph(), {3, 6}, "", testType);
    const FlatGraph flat = flatten(withMode(made.graph, {made.node}, NodeMode::Muted), testType);
    QCOMPARE(linksOf(flat), QString("1.image>2.image"));
    QCOMPARE(flat.graph.nodes.size(), size_t(3)); // with the number, which feeds nothing now
    for (const auto& [id, node] : flat.graph.nodes)
        QVERIFY(node.mode == NodeMode::Normal);
}

// What no edit makes but a file may hold.
void SubgraphTest::flattensWhatIsOdd()
{
    Graph body = smallGraph();
    Node node{.type = "subgraph"};
    const Exposed twice{"in", {{2, "image"}, {2, "image"}, {77, "image"}}};
    node.subgraph = std::make_shared<const Subgraph>(
        Subgraph{std::make_shared<const Graph>(body), {twice, twice}, {{"out", {}}, {"gone", {{88, "image"}}}}, {}});
    Graph graph;
    addNode(graph, testNode("picture"));
    addNode(graph, node);
    addNode(graph, testNode("show"));
    graph.links[10] = {{1, "image"}, {2, "in"}};
    graph.links[11] = {{2, "out"}, {3, "image"}};
    graph.links[12] = {{2, "gone"}, {3, "image"}};
    graph.links[13] = {{2, "never"}, {3, "image"}};
    graph.links[14] = {{55, "x"}, {2, "never"}};
    graph.nextId = 20;
    QCOMPARE(linksOf(flatten(graph, testType)), QString("1.image>2/2.image 2/1.image>2/2.image 2/2.image>2/3.image"));
    const std::string said = problemsOf(graph);
    for (const char* text :
        {"exposes \"in\" twice", "exposes as \"out\" what is not there inside", "is fed twice", "begins at no output"})
        QVERIFY2(said.find(text) != std::string::npos, text);
}

ATHANOR_TEST(SubgraphTest)
#include "subgraph_test.moc"
