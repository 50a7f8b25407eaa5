// Edits of graphs: what may be linked and why not, and that each edit does what it says and nothing else.
#include "inference/graph/graph_edit.h"

#include "inference/graph/subgraph.h"
#include "tests/support/graph_types.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

class GraphEditTest : public QObject {
    Q_OBJECT
private slots:
    void saysWhyNot_data();
    void saysWhyNot();
    void connects();
    void removes();
    void copiesAndPastes();
    void groups();
    void moves();
    void setsParameters();
    void setsParametersInside();
    void drawsSeeds();
    void forgetsPlacesOfWhatIsGone();
    void isFastAtAnySize();
};

void GraphEditTest::saysWhyNot_data()
{
    QTest::addColumn<PortRef>("from");
    QTest::addColumn<PortRef>("to");
    QTest::addColumn<QByteArray>("why"); // empty: it can be linked
    const auto row = [](const char* name, PortRef from, PortRef to, const char* why) {
        QTest::newRow(name) << std::move(from) << std::move(to) << QByteArray(why);
    };
    // picture 1 → blur 2 → show 3; encode 6 ← 2; reroute 7 → show 8; number 9; decode 10; unknown 11
    row("same type", {1, "image"}, {3, "image"}, "");
    row("what is linked already", {1, "image"}, {2, "image"}, "");
    row("Int into a Float parameter", {9, "value"}, {2, "amount"}, "");
    row("anything into a reroute", {1, "image"}, {7, "input"}, "");
    row("a reroute that has nothing", {7, "output"}, {2, "image"}, "");
    row("no such node", {99, "image"}, {3, "image"}, "there is no node 99");
    row("no such target", {1, "image"}, {98, "image"}, "there is no node 98");
    row("no such output", {1, "latent"}, {3, "image"}, "picture (node 1) has no output \"latent\"");
    row("no such input", {1, "image"}, {3, "latent"}, "show (node 3) has no input or parameter \"latent\"");
    row("another type", {6, "latent"}, {3, "image"},
        "\"image\" of show (node 3) takes Image, but \"latent\" of encode (node 6) gives Latent");
    row("a picture into a number", {1, "image"}, {2, "amount"}, "\"amount\" of blur (node 2) takes Float");
    row("past a reroute", {6, "latent"}, {7, "input"},
        "\"image\" of show (node 8) takes Image, but \"latent\" of encode (node 6) gives Latent");
    row("unknown type", {11, "x"}, {3, "image"}, "from_tomorrow (node 11) is of a type that is not known");
    row("itself", {2, "image"}, {2, "image"}, "blur (node 2) feeds itself");
    row("a circle", {8, "x"}, {2, "image"}, "show (node 8) has no output");
    row("a circle of three", {10, "image"}, {2, "image"},
        "a circle of 3 nodes can never run: blur (node 2) → encode (node 6) → decode (node 10) → the first again");
}

void GraphEditTest::saysWhyNot()
{
    QFETCH(PortRef, from);
    QFETCH(PortRef, to);
    QFETCH(QByteArray, why);
    Graph graph = smallGraph();
    for (const char* type : {"encode", "reroute", "show", "number", "decode"})
        addNode(graph, testNode(type));
    addNode(graph, Node{.type = "from_tomorrow"});
    graph = connected(std::move(graph), {2, "image"}, {6, "image"});
    graph = connected(std::move(graph), {6, "latent"}, {10, "latent"});
    graph = connected(std::move(graph), {7, "output"}, {8, "image"});
    const QByteArray said = QByteArray::fromStdString(whyNot(graph, from, to, testType));
    QVERIFY2(why.isEmpty() ? said.isEmpty() : said.contains(why), "said: " + said);
}

void GraphEditTest::connects()
{
    const Graph before = smallGraph();
    const Graph after = connected(before, {1, "image"}, {3, "image"});
    QCOMPARE(after.links.size(), size_t(2)); // one input, one link
    QVERIFY(after.links.rbegin()->second == (Link{{1, "image"}, {3, "image"}}));
    QVERIFY(after.links.rbegin()->first == before.nextId && after.nextId == before.nextId + 1);
    QVERIFY(linkInto(disconnected(after, {3, "image"}), 3, "image") == nullptr);
    QVERIFY(disconnected(after, {3, "other"}) == after);
}

void GraphEditTest::removes()
{
    Graph graph = smallGraph();
    const int64_t group = addGroup(graph, {}), comment = addComment(graph, {});
    const Graph without = removed(graph, {2, comment, 12345});
    QCOMPARE(without.nodes.size(), size_t(2));
    QVERIFY(without.links.empty() && without.comments.empty() && without.groups.contains(group));
    QCOMPARE(without.nextId, graph.nextId); // ids are not used again
    QCOMPARE(removed(graph, {graph.links.begin()->first}).links.size(), size_t(1));
    QVERIFY(removed(graph, {}) == graph);
}

void GraphEditTest::copiesAndPastes()
{
    Graph graph = smallGraph();
    addComment(graph, {"note", {10, 20, 30, 40}, ""});
    const Graph clip = copied(graph, {1, 2, 6});
    QCOMPARE(clip.nodes.size(), size_t(2));
    QCOMPARE(clip.links.size(), size_t(1));
    const Pasted pasted = athanor::pasted(graph, clip, 100, 50);
    QCOMPARE(pasted.ids.size(), size_t(3));
    QCOMPARE(*pasted.ids.begin(), graph.nextId);
    QVERIFY(pasted.graph.nodes.at(8).type == "blur" && pasted.graph.links.at(10) == (Link{{7, "image"}, {8, "image"}}));
    QVERIFY(pasted.graph.comments.at(9).rect == (Rect{110, 70, 30, 40}));
    QVERIFY(removed(pasted.graph, pasted.ids).nodes == graph.nodes);
    QVERIFY(athanor::pasted({}, graph, 0, 0).graph.links.size() == graph.links.size());
    Graph large = chain(60'000);
    QVERIFY(refusal([&] { athanor::pasted(large, large, 0, 0); }).find("more than 100000 nodes") != std::string::npos);
}

void GraphEditTest::groups()
{
    Graph graph = smallGraph();
    graph.nodes.at(1).rect = {100, 200, 50, 60};
    graph.nodes.at(2).rect = {-40, 250, 100, 100};
    const Graph grouped = withGroup(graph, {1, 2}, "Title");
    QVERIFY(grouped.groups.at(6) == (Group{"Title", {-60, 150, 230, 220}, ""}));
    QVERIFY(grouped.nodes == graph.nodes);
}

void GraphEditTest::moves()
{
    const Graph graph = moved(smallGraph(), {1, 3}, 5, -7);
    QVERIFY(graph.nodes.at(1).rect == (Rect{5, -7, 0, 0}) && graph.nodes.at(2).rect == Rect());
    const Graph muted = withMode(graph, {2}, NodeMode::Muted);
    QVERIFY(muted.nodes.at(2).mode == NodeMode::Muted && muted.nodes.at(1).mode == NodeMode::Normal);
}

void GraphEditTest::setsParameters()
{
    const Graph graph = withParam(smallGraph(), 2, "amount", 3.5);
    QVERIFY(graph.nodes.at(2).params.at("amount") == ParamValue(3.5));
    QVERIFY(withParam(graph, 99, "amount", 1.0) == graph);
    for (const auto& [length, letter] : {std::pair(maxParamText, '\n'), std::pair(maxPlainParamText, 'a')}) {
        const std::string longest(length, letter);
        QVERIFY(withParam(graph, 1, "prompt", longest).nodes.at(1).params.at("prompt") == ParamValue(longest));
        QVERIFY(refusal([&] { withParam(graph, 1, "prompt", longest + "a"); }).find("the limit for a text")
            != std::string::npos);
    }
}

// The value lives in the nodes inside, however deep; other subgraphs of the same body keep theirs.
void GraphEditTest::setsParametersInside()
{
    MadeSubgraph inner = intoSubgraph(smallGraph(), {2}, "Inner", testType);
    Graph graph = withExposed(inner.graph, inner.node, Side::Params, "strength", {2, "amount"}, testType);
    const MadeSubgraph outer = intoSubgraph(graph, {inner.node}, "Outer", testType);
    graph = withExposed(outer.graph, outer.node, Side::Params, "depth", {inner.node, "strength"}, testType);
    const Graph copy = pasted(graph, copied(graph, {outer.node}), 0, 0).graph;
    const Graph changed = withParam(copy, outer.node, "depth", 7.0);
    QVERIFY(bodyAt(changed, {outer.node, inner.node})->nodes.at(2).params.at("amount") == ParamValue(7.0));
    const NodeId other = copy.nodes.rbegin()->first;
    QVERIFY(other != outer.node);
    QVERIFY(bodyAt(changed, {other, inner.node})->nodes.at(2).params.at("amount") == ParamValue(1.5));
    QVERIFY(withParam(changed, outer.node, "no such", 1.0) == changed);
    NodeType made;
    const NodeType* type = typeOf(changed.nodes.at(outer.node), made, testType);
    QVERIFY(findParam(*type, "depth")->value == ParamValue(7.0) && findParam(*type, "depth")->highest == 10);
}

// Each place gets a seed of its own; one that is not there is passed over.
void GraphEditTest::drawsSeeds()
{
    const MadeSubgraph made = intoSubgraph(smallGraph(), {2}, "Inner", testType);
    Graph graph = made.graph;
    graph.freshSeeds = {{{1}, "seed"}, {{made.node, 2}, "seed"}, {{99}, "seed"}, {{1, 2}, "seed"}, {{}, "seed"}};
    uint64_t next = UINT64_MAX;
    const Graph drawn = withDrawnSeeds(graph, [&] { return next--; });
    QVERIFY(drawn.nodes.at(1).params.at("seed") == ParamValue(UINT64_MAX));
    QVERIFY(bodyAt(drawn, {made.node})->nodes.at(2).params.at("seed") == ParamValue(UINT64_MAX - 1));
    QCOMPARE(next, UINT64_MAX - 2);
    graph.freshSeeds = {{{1}, "seed"}};
    QVERIFY(withDrawnSeeds(graph, [] { return uint64_t(7); }).nodes.at(1).params.at("seed") == ParamValue(int64_t(7)));
}

void GraphEditTest::forgetsPlacesOfWhatIsGone()
{
    Graph graph = smallGraph();
    graph.form = {{{1}, "amount"}, {{2}, "amount"}, {{2, 7}, "amount"}};
    graph.freshSeeds = {{{2}, "seed"}, {{3}, "seed"}};
    const Graph left = removed(graph, {2});
    QVERIFY((left.form == std::vector<ParamPlace>{{{1}, "amount"}}));
    QVERIFY((left.freshSeeds == std::vector<ParamPlace>{{{3}, "seed"}}));
}

// No recursion: the way of 10,000 nodes is followed to its end.
void GraphEditTest::isFastAtAnySize()
{
    const Graph graph = chain(10'000);
    QCOMPARE(whyNot(graph, {9'999, "image"}, {9'998, "amount"}, testType).substr(0, 7), std::string("\"amount"));
    const std::string why = whyNot(graph, {9'999, "image"}, {2, "image"}, testType);
    QVERIFY2(why.starts_with("a circle of 9998 nodes"), why.c_str());
    QVERIFY(whyNot(chain(10'000, "reroute"), {1, "image"}, {10'000, "image"}, testType).empty());
}

ATHANOR_TEST(GraphEditTest)
#include "graph_edit_test.moc"
