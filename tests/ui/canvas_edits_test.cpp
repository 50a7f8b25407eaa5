// What the canvas does to graphs: reconnecting, reroutes, aligning and laying out; how nodes are found and described.
#include "inference/graph/workflow_json.h"
#include "tests/support/test_program.h"
#include "ui/canvas/canvas_edits.h"
#include "ui/canvas/fuzzy.h"
#include "ui/canvas/node_search.h"
#include "ui/canvas/text_block.h"
#include "ui/document/clipboard.h"
#include "ui/document/labels.h"

#include <QTest>

using namespace athanor;

class CanvasEditsTest : public QObject {
    Q_OBJECT

private slots:
    void deletingLeadsLinksPast();
    void deletingWhatPassesNothingOnTakesItsLinks();
    void aRerouteTakesOverTheLink();
    void aFreeNodeGoesIntoALink();
    void alignsAndDistributes();
    void layoutPutsNodesBehindWhatFeedsThemWithoutOverlap();
    void fuzzyFindsByInitials();
    void everyNodeIsFoundByItsTitle();
    void promptsLoseTheirSigns();
    void wrappingKeepsWithinTheLines();
    void clipboardKeepsTheGraph();
    void newNodesLinkToTheOpenEnd();
};

namespace {

Node nodeOf(std::string_view type, double x = 0, double y = 0, double width = 0, double height = 0)
{
    Node node = makeNode(*findNodeType(type));
    node.rect = {x, y, width, height};
    return node;
}

// load_image (1) → invert_image (2) → preview_image (3)
Graph chain()
{
    Graph graph;
    for (const char* type : {"load_image", "invert_image", "preview_image"})
        addNode(graph, nodeOf(type));
    graph = connected(graph, {1, "image"}, {2, "image"});
    return connected(graph, {2, "image"}, {3, "image"});
}

bool feeds(const Graph& graph, const PortRef& from, const PortRef& to)
{
    const Link* link = linkInto(graph, to.node, to.port);
    return link && link->from == from;
}

}

void CanvasEditsTest::deletingLeadsLinksPast()
{
    const Graph graph = removedAndReconnected(chain(), {2});
    QVERIFY(!graph.nodes.contains(2));
    QCOMPARE(graph.links.size(), size_t(1));
    QVERIFY(feeds(graph, {1, "image"}, {3, "image"}));
}

void CanvasEditsTest::deletingWhatPassesNothingOnTakesItsLinks()
{
    const Graph graph = removedAndReconnected(chain(), {1});
    QCOMPARE(graph.links.size(), size_t(1));
    QVERIFY(removedAndReconnected(chain(), {1, 2, 3}).nodes.empty());
}

void CanvasEditsTest::aRerouteTakesOverTheLink()
{
    const Graph before = chain();
    const Graph graph = withReroute(before, before.links.begin()->first, 100, 50);
    QCOMPARE(graph.nodes.size(), size_t(4));
    const NodeId reroute = graph.nodes.rbegin()->first;
    QCOMPARE(graph.nodes.at(reroute).type, std::string("reroute"));
    QVERIFY(feeds(graph, {1, "image"}, {reroute, "value"}));
    QVERIFY(feeds(graph, {reroute, "value"}, {2, "image"}));
    QCOMPARE(removedAndReconnected(graph, {reroute}).links.size(), size_t(2));
    QVERIFY(withReroute(before, 9999, 0, 0) == before);
}

void CanvasEditsTest::aFreeNodeGoesIntoALink()
{
    Graph graph = chain();
    const LinkId link = graph.links.rbegin()->first; // 2 → 3
    const NodeId flip = addNode(graph, nodeOf("flip_image")), encode = addNode(graph, nodeOf("encode_prompt"));
    const Graph inserted = insertedIntoLink(graph, flip, link);
    QVERIFY(feeds(inserted, {2, "image"}, {flip, "image"}));
    QVERIFY(feeds(inserted, {flip, "image"}, {3, "image"}));
    QVERIFY(insertedIntoLink(graph, encode, link) == graph); // fits no picture
    QVERIFY(insertedIntoLink(graph, 1, link) == graph); // has links
}

void CanvasEditsTest::alignsAndDistributes()
{
    Graph graph;
    addNode(graph, nodeOf("note", 0, 10, 100, 50));
    addNode(graph, nodeOf("note", 40, 100, 60, 20));
    addNode(graph, nodeOf("note", 300, 400, 80, 100));
    const Ids all{1, 2, 3};
    QCOMPARE(aligned(graph, all, Edge::Left).nodes.at(3).rect.x, 0.0);
    QCOMPARE(aligned(graph, all, Edge::Right).nodes.at(1).rect.x, 280.0);
    QCOMPARE(aligned(graph, all, Edge::Top).nodes.at(2).rect.y, 10.0);
    QCOMPARE(aligned(graph, all, Edge::Bottom).nodes.at(2).rect.y, 480.0);
    QVERIFY(aligned(graph, {1}, Edge::Right) == graph);
    const Graph even = distributed(graph, all, false);
    const auto bottom = [&](NodeId id) { return even.nodes.at(id).rect.y + even.nodes.at(id).rect.height; };
    QCOMPARE(even.nodes.at(2).rect.y - bottom(1), even.nodes.at(3).rect.y - bottom(2));
    QCOMPARE(even.nodes.at(3).rect.y, 400.0);
}

void CanvasEditsTest::layoutPutsNodesBehindWhatFeedsThemWithoutOverlap()
{
    Graph graph;
    for (int i = 0; i < 40; ++i)
        addNode(graph, nodeOf(i % 4 == 0 ? "load_image" : "blend_images", 7 * i, 13, 216, 120 + i));
    for (NodeId id = 1; id <= 40; ++id)
        if (id % 4 != 1) {
            graph = connected(std::move(graph), {id - 1, "image"}, {id, "a"});
            if (id > 8)
                graph = connected(std::move(graph), {id - 5, "image"}, {id, "b"});
        }
    const Graph laid = laidOut(graph, {});
    for (const auto& [id, link] : laid.links) {
        const Rect &from = laid.nodes.at(link.from.node).rect, &to = laid.nodes.at(link.to.node).rect;
        QVERIFY(from.x + from.width < to.x);
    }
    for (const auto& [a, first] : laid.nodes)
        for (const auto& [b, second] : laid.nodes) {
            const Rect &r = first.rect, &s = second.rect;
            QVERIFY(a == b || !QRectF(r.x, r.y, r.width, r.height).intersects(QRectF(s.x, s.y, s.width, s.height)));
        }
    QVERIFY(laidOut(graph, {}) == laid); // nothing is left to chance
    QVERIFY(laidOut(Graph(), {}) == Graph());
}

void CanvasEditsTest::fuzzyFindsByInitials()
{
    QVERIFY(fuzzyScore("ldck", "Load checkpoint") > 0);
    QVERIFY(fuzzyScore("kcdl", "Load checkpoint") < 0);
    QVERIFY(fuzzyScore("lc", "Load checkpoint") > fuzzyScore("lc", "Blend circle"));
    QVERIFY(fuzzyScore("sam", "Sample") > fuzzyScore("sam", "Choose sampler"));
    QCOMPARE(fuzzyScore("", "Sample"), 0);
    QVERIFY(fuzzyScore("a", "") < 0);
}

void CanvasEditsTest::everyNodeIsFoundByItsTitle()
{
    for (const NodeType& type : nodeTypes()) {
        const QString title = toText(type.title);
        for (const NodeType& other : nodeTypes())
            if (&other != &type)
                QVERIFY2(fuzzyScore(title, title) >= fuzzyScore(title, toText(other.title)), qPrintable(title));
    }
}

void CanvasEditsTest::promptsLoseTheirSigns()
{
    const std::vector<PromptRun> expected{{"a ", 0}, {"red", 1}, {" ", 0}, {"old", -1}, {" (x) end", 0}};
    QVERIFY(promptRuns("a (red:1.3) [old] \\(x\\)\nend") == expected);
    QVERIFY(promptRuns("").empty());
}

void CanvasEditsTest::wrappingKeepsWithinTheLines()
{
    const CanvasFonts fonts = canvasFonts();
    const QString words = QString("word ").repeated(80);
    const std::vector<TextPiece> pieces = wrapped({{words, 0}}, {12, 40}, 192, 3, fonts);
    QVERIFY(!pieces.empty());
    QVERIFY(pieces.back().text.endsWith(u'…'));
    for (const TextPiece& piece : pieces) {
        QVERIFY(piece.at.x() + QFontMetricsF(fonts.text).horizontalAdvance(piece.text) <= 12 + 192 + 1);
        QVERIFY(piece.at.y() > 40 && piece.at.y() < 40 + 3 * canvas::lineHeight);
    }
    QCOMPARE(wrapped({{"short", 0}}, {0, 0}, 192, 3, fonts).size(), size_t(1));
    QVERIFY(wrapped({{QString("x").repeated(400), 0}}, {0, 0}, 100, 2, fonts).front().text.size() < 100);
}

void CanvasEditsTest::clipboardKeepsTheGraph()
{
    Graph graph = chain();
    addComment(graph, {"ä \"quoted\"", {1, 2, 300, 40}, "#112233"});
    const std::unique_ptr<QMimeData> data(clipOf(graph));
    QVERIFY(clipFrom(data.get()) == graph);
    for (const char* text : {"", "hello", "{\"a\": 1}", "{"}) {
        QMimeData other;
        other.setText(text);
        QVERIFY(!clipFrom(&other));
    }
    QVERIFY(!clipFrom(nullptr));
}

void CanvasEditsTest::newNodesLinkToTheOpenEnd()
{
    Graph graph;
    const NodeId latent = addNode(graph, nodeOf("empty_latent"));
    const Graph linked =
        withNode(graph, *findNodeType("decode_latent"), {5, 6}, {{latent, "latent"}, true, PortType::Latent});
    QVERIFY(feeds(linked, {latent, "latent"}, {linked.nodes.rbegin()->first, "latent"}));
    QCOMPARE(linked.nodes.rbegin()->second.rect.x, 5.0);
    QCOMPARE(fittingPort(*findNodeType("sample"), {{}, true, PortType::Int}), std::string("seed"));
    QVERIFY(fittingPort(*findNodeType("load_image"), {{1, ""}, true, PortType::Model}).empty());
    QCOMPARE(fittingPort(*findNodeType("load_checkpoint"), {{}, false, PortType::Vae}), std::string("vae"));
}

ATHANOR_WINDOW_TEST(CanvasEditsTest)
#include "canvas_edits_test.moc"
