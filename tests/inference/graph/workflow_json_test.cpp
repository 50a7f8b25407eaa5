// Our own workflow files: the form they are written in, what opens, and what is refused with which words.
#include "inference/graph/workflow_json.h"

#include "inference/graph/workflow_format.h"
#include "inference/weights/json_text.h"
#include "render/error.h"
#include "tests/support/graph_types.h"
#include "tests/support/model_bytes.h"
#include "tests/support/repeated.h"
#include "tests/support/test_program.h"

#include <QTest>

#include <cmath>

using namespace athanor;

namespace {

// A whole file around what is given of it.
std::string workflowFile(const std::string& rest, const std::string& version = "1.0")
{
    return "{\"format\": \"athanor workflow\", \"version\": \"" + version + "\"" + (rest.empty() ? "" : ", " + rest)
        + "}";
}

std::string nodes(const std::string& list)
{
    return workflowFile("\"nodes\": [" + list + "]");
}

std::string workflowSays(const std::string& text)
{
    return refusal([&] { readWorkflow(text, "w.json"); });
}

// A graph with everything a graph can hold.
Graph fullGraph()
{
    Graph graph = smallGraph();
    Node& node = graph.nodes.at(1);
    node.title = "Ein „Bild“\n<b>\u0001 日本";
    node.params["seed"] = UINT64_MAX;
    node.params["strength"] = 0.1;
    node.params["width"] = int64_t(-5);
    node.mode = NodeMode::Muted;
    node.rect = {-10.25, 1e6, 320, 200};
    node.colour = "#12ab9f";
    node.collapsed = true;
    node.foreign = R"({"b": [1.50, {}], "a": 12345678901234567890123})";
    graph.nodes.at(2).mode = NodeMode::Bypassed;
    graph.foreign = R"({"extra": true})";
    graph.form = {{{2}, "amount"}, {{6, 2}, "amount"}};
    graph.freshSeeds = {{{1}, "seed"}};
    addGroup(graph, {"Group", {1, 2, 3, 4}, "#000000"});
    addComment(graph, {"Comment", {5, 6, 7, 8}, ""});

    Node subgraph;
    subgraph.type = "subgraph";
    subgraph.subgraph = std::make_shared<const Subgraph>(Subgraph{std::make_shared<const Graph>(smallGraph()),
        {{"in", {{2, "image"}, {3, "image"}}}}, {{"out", {{2, "image"}}}}, {{"amount", {{2, "amount"}}}}});
    addNode(graph, subgraph);
    return graph;
}

}

class WorkflowJsonTest : public QObject {
    Q_OBJECT
private slots:
    void writesCanonically();
    void readsBackTheSame();
    void keepsNumbersExactly_data();
    void keepsNumbersExactly();
    void keepsUnknownNodes();
    void opens_data();
    void opens();
    void refuses_data();
    void refuses();
    void refusesEveryPiece();
    void refusesOddEncodings();
    void holdsItsLimits();
    void migrates();
    void opensNewerMinorForReadingOnly();
    void tidiesWhatCannotBeDrawn();
    void writesWhatIsNoJson();
    void holdsLargeGraphs();
};

void WorkflowJsonTest::writesCanonically()
{
    const std::string expected = R"({"comments": [],
"format": "athanor workflow",
"groups": [],
"links": [{"from": [1, "image"], "id": 3, "to": [2, "image"]}],
"next_id": 4,
"nodes": [{"id": 1, "params": {"a": 0.1, "b": 2.0, "c": true, "d": -3, "e": "x\"\n"}, "rect": [1.0, -2.5, 0.0, 0.0], "type": "picture", "version": 1},
{"id": 2, "mode": "muted", "title": "T", "type": "show", "version": 2}],
"version": "1.0"}
)";
    Graph graph;
    graph.nodes[1].type = "picture";
    graph.nodes[1].params = {{"c", true}, {"a", 0.1}, {"d", int64_t(-3)}, {"b", 2.0}, {"e", std::string("x\"\n")}};
    graph.nodes[1].rect = {1, -2.5, 0, 0};
    graph.nodes[2].type = "show";
    graph.nodes[2].title = "T";
    graph.nodes[2].version = 2;
    graph.nodes[2].mode = NodeMode::Muted;
    graph.links[3] = {{1, "image"}, {2, "image"}};
    graph.nextId = 4;
    QCOMPARE(writeWorkflow(graph), expected);
}

void WorkflowJsonTest::readsBackTheSame()
{
    const Graph graph = fullGraph();
    const std::string text = writeWorkflow(graph);
    const LoadedWorkflow loaded = readWorkflow(text, "w.json");
    QVERIFY(loaded.graph == graph);
    QVERIFY(loaded.warnings.empty() && !loaded.readOnly);
    QCOMPARE(writeWorkflow(loaded.graph), text);
    QVERIFY(readWorkflow(writeWorkflow({}), "w.json").graph == Graph());
}

void WorkflowJsonTest::keepsNumbersExactly_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551615",
             "-9223372036854775808", "0", "0.1", "5e-324", "1.7976931348623157e+308", "-0.0", "0.30000000000000004",
             "1e+22", "123456.7", "true", "\"18446744073709551616\""})
        QTest::newRow(text) << QByteArray(text);
}

// J05: seeds to the last digit, and floats in their shortest form.
void WorkflowJsonTest::keepsNumbersExactly()
{
    QFETCH(QByteArray, text);
    const std::string before =
        nodes("{\"id\": 1, \"type\": \"x\", \"params\": {\"value\": " + text.toStdString() + "}}");
    const std::string after = writeWorkflow(readWorkflow(before, "w.json").graph);
    QVERIFY2(after.find("{\"value\": " + text.toStdString() + "}") != after.npos, after.c_str());
}

// J09
void WorkflowJsonTest::keepsUnknownNodes()
{
    const std::string text = nodes(R"({"id": 1, "type": "from_tomorrow", "version": 7, "params": {"x": 0.5},
        "foreign": "{\"z\": 1,  \"a\": [NULL]}"})");
    QVERIFY(workflowSays(text).find("\"foreign\" must be the text of a JSON object") != std::string::npos);

    const LoadedWorkflow loaded = readWorkflow(nodes(R"({"id": 1, "type": "from_tomorrow", "version": 7,
        "params": {"x": 0.5}, "foreign": "{\"z\": 1,  \"a\": [null]}"},
        {"id": 2, "type": "y", "sparkle": {"size": [1, 2]}})"),
        "w.json");
    QCOMPARE(loaded.graph.nodes.at(1).foreign, std::string("{\"z\": 1,  \"a\": [null]}"));
    QCOMPARE(loaded.graph.nodes.at(2).foreign, std::string("{\"sparkle\":{\"size\":[1,2]}}"));
    QCOMPARE(loaded.warnings.size(), size_t(1));
    QVERIFY(loaded.warnings[0].starts_with("node 2: \"sparkle\" is not known here; it is kept"));
    const std::string saved = writeWorkflow(loaded.graph);
    QVERIFY(readWorkflow(saved, "w.json").graph == loaded.graph);
    const LoadedWorkflow dropped = readWorkflow(workflowFile(R"("groups": [{"id": 1, "sparkle": 2}])"), "w.json");
    QCOMPARE(dropped.warnings.at(0), std::string("a group: \"sparkle\" is not known here, and is left out"));
    QCOMPARE(writeWorkflow(readWorkflow(saved, "w.json").graph), saved);
}

void WorkflowJsonTest::opens_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char* name, const std::string& text) {
        QTest::newRow(name) << QByteArray::fromStdString(text);
    };
    row("nothing in it", workflowFile(""));
    row("J01 byte order mark", "\xEF\xBB\xBF" + workflowFile(""));
    row("J17 CRLF", "{\r\n\"format\": \"athanor workflow\",\r\n\"version\": \"1.0\"\r\n}\r\n");
    row("largest id", nodes(R"({"id": 1099511627775, "type": "x"})"));
    row("J07 dangling link", workflowFile(R"("links": [{"id": 1, "from": [8, "a"], "to": [9, "b"]}])"));
    row("J07 self link, no such ports", workflowFile(R"("nodes": [{"id": 1, "type": "x"}], "links": [
        {"id": 2, "from": [1, "a"], "to": [1, "b"]}, {"id": 3, "from": [1, "a"], "to": [1, "b"]}])"));
    row("subgraph without a body's nodes", nodes(R"({"id": 1, "type": "subgraph", "subgraph": {"body": {}}})"));
    row("J05 a seed that is none", nodes(R"({"id": 1, "type": "x", "params": {"seed": 1e30}})"));
    row("next_id too low", workflowFile(R"("next_id": 1, "nodes": [{"id": 7, "type": "x"}])"));
}

void WorkflowJsonTest::opens()
{
    QFETCH(QByteArray, text);
    const std::string first = writeWorkflow(readWorkflow(text.toStdString(), "w.json").graph);
    QCOMPARE(writeWorkflow(readWorkflow(first, "w.json").graph), first);
    QVERIFY(readWorkflow(first, "w.json").graph.nextId > 0);
}

void WorkflowJsonTest::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("sentence");
    const auto row = [](const char* name, const std::string& text, const char* sentence) {
        QTest::newRow(name) << QByteArray::fromStdString(text) << QByteArray(sentence);
    };
    row("J01 empty", "", "line 1, column 1: not valid JSON");
    row("J01 null", "null", "line 1, column 1: a workflow must be an object");
    row("J01 5", " 5", "line 1, column 2: a workflow must be an object");
    row("J01 list", "\n\n [1]", "line 3, column 2: a workflow must be an object");
    row("J01 trailing text", workflowFile("") + "\n x", "line 2, column 2: not valid JSON");
    row("J02 nested 257 deep", std::string(257, '['), "line 1, column 257: is nested deeper than 256 levels");
    row("J02 nested 1,000,000 deep", std::string(1'000'000, '['), "nested deeper than 256 levels");
    row("J03 key twice", "{\"a\": 1,\n \"é\": 2,\n  \"a\": 3}", "line 3, column 3: the key \"a\" is there twice");
    row("J03 parameter twice", nodes(R"({"id": 1, "type": "x", "params": {"seed": 1, "seed": 2}})"),
        "the key \"seed\" is there twice");
    row("J04 NaN", nodes("{\"id\": 1, \"type\": \"x\",\n\"params\": {\"cfg\": NaN}}"),
        "line 2, column 19: not valid JSON");
    row("J04 1e999", nodes("{\"id\": 1, \"type\": \"x\",\n\"params\": {\"cfg\": 1e999}}"), "line 2");
    row("null as a parameter", nodes("{\"id\": 4, \"type\": \"x\",\n\"params\": {\"cfg\": null}}"),
        "line 2, column 19: node 4: \"cfg\" must be true, false, a number or a text");
    row("J06 node twice", nodes(R"({"id": 1, "type": "x"}, {"id": 1, "type": "x"})"), "the id 1 is there twice");
    row("J06 link with a node's id",
        workflowFile(R"("nodes": [{"id": 1, "type": "x"}], "links": [{"id": 1, "from": [1, "a"], "to": [1, "b"]}])"),
        "the id 1 is there twice");
    row("J06 negative", nodes(R"({"id": -1, "type": "x"})"), "the id must be a whole number from 1 to 1099511627775");
    row("J06 zero", nodes(R"({"id": 0, "type": "x"})"), "the id must be");
    row("J06 text", nodes(R"({"id": "1", "type": "x"})"), "the id must be");
    row("J06 2^40", nodes(R"({"id": 1099511627776, "type": "x"})"), "the id must be");
    row("J06 2^64 - 1", nodes(R"({"id": 18446744073709551615, "type": "x"})"), "the id must be");
    row("J06 with a fraction", nodes(R"({"id": 1.0, "type": "x"})"), "the id must be");
    row("J07 slot 2^31 for a port", workflowFile(R"("links": [{"id": 1, "from": [1, 2147483648], "to": [1, "b"]}])"),
        "the port must be a text");
    row("no type", nodes(R"({"id": 1})"), "node 1 has no \"type\"");
    row("no id", nodes(R"({"type": "x"})"), "a node has no \"id\"");
    row("mode", nodes(R"({"id": 1, "type": "x", "mode": "asleep"})"), "the mode must be normal, muted or bypassed");
    row("form of no places", workflowFile(R"("form": [[4, "seed"]])"),
        "an entry of \"form\" must be the numbers of a node");
    row("form of no node", workflowFile(R"("form": [[[], "seed"]])"), "must be the numbers of a node and a parameter");
    row("form, node 0", workflowFile(R"("form": [[[0], "seed"]])"), "the node's number must be a whole number from 1");
    row("form, no name", workflowFile(R"("fresh_seeds": [[[1], 5]])"), "an entry of \"fresh_seeds\": the parameter");
    row("form too deep", workflowFile("\"form\": [[[1" + repeated(", 1", 40) + "], \"seed\"]]"), "must be the numbers");
    row("form too long", workflowFile("\"form\": [[[1], \"a\"]" + repeated(", [[1], \"a\"]", 1000) + "]"),
        "\"form\" has 1001 entries, the limit is 1000");
    row("rect", nodes(R"({"id": 1, "type": "x", "rect": [1, 2, 3]})"), "\"rect\" must be four numbers");
    row("J12 position null", nodes(R"({"id": 1, "type": "x", "rect": [null, 2, 3, 4]})"),
        "\"rect\" must be four numbers");
    row("params as a list", nodes(R"({"id": 1, "type": "x", "params": []})"), "\"params\" must be an object");
    row("nodes as an object", workflowFile(R"("nodes": {})"), "\"nodes\" must be a list");
    row("collapsed", nodes(R"({"id": 1, "type": "x", "collapsed": 1})"), "\"collapsed\" must be true or false");
    row("body missing", nodes(R"({"id": 1, "type": "subgraph", "subgraph": {}})"), "the subgraph has no \"body\"");
    row("foreign as an object", nodes(R"({"id": 1, "type": "x", "foreign": {}})"), "\"foreign\" must be a text");
    row("J10 no version", R"({"format": "athanor workflow"})", "a workflow has no \"version\"");
    row("J10 version abc", workflowFile("", "abc"), "\"version\" is \"abc\", but must be two numbers");
    row("J10 version 1", workflowFile("", "1"), "must be two numbers");
    row("J10 version 1.0.0", workflowFile("", "1.0.0"), "must be two numbers");
    row("J10 version -1.0", workflowFile("", "-1.0"), "must be two numbers");
    row("J10 version 1.-1", workflowFile("", "1.-1"), "must be two numbers");
    row("J10 version 99999999999.0", workflowFile("", "99999999999.0"), "must be two numbers");
    row("J10 newer major", workflowFile("", "2.0"), "the workflow is of version 2.0, this program reads up to 1.x");
    row("another format", R"({"format": "xyz", "version": "1.0"})",
        "line 1, column 12: this is no workflow of Athanor");
    row("ComfyUI's format", R"({"last_node_id": 9, "nodes": []})", "this is no workflow of Athanor");
    row("J17 merge conflict", "{\n<<<<<<< ours\n\"a\": 1}", "line 2, column 1: not valid JSON");
    row("J17 comma too many", "{\n\"a\": 1,\n}", "line 3, column 1: not valid JSON");
    row("J17 hand edit", nodes("{\"id\": 1, \"type\": \"x\"},\n  {\"id\": 2, \"type\": 5}"),
        "line 2, column 21: node 2: the type must be a text");
}

void WorkflowJsonTest::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, sentence);
    const QByteArray said = QByteArray::fromStdString(workflowSays(text.toStdString()));
    QVERIFY2(said.startsWith("w.json: line ") && said.contains(sentence), "said: " + said);
    QVERIFY(!said.contains('\n') && said.size() < 400);
    try {
        readWorkflow(text.toStdString(), "w.json");
    } catch (const Error& error) {
        QCOMPARE(error.kind, ErrorKind::BadFile);
    }
}

// J01: a file that ends anywhere before its end is refused.
void WorkflowJsonTest::refusesEveryPiece()
{
    std::string text = writeWorkflow(fullGraph());
    text.pop_back(); // the line end, which may be missing
    for (size_t length = 0; length < text.size(); ++length) {
        const std::string said = workflowSays(text.substr(0, length));
        QVERIFY2(said.starts_with("w.json: line "), qPrintable(QString::number(length)));
    }
}

void WorkflowJsonTest::refusesOddEncodings()
{
    const std::string good = workflowFile("");
    std::string wide = "\xFF\xFE"; // UTF-16
    for (const char c : good)
        wide += {c, '\0'};
    QVERIFY(workflowSays(wide).find("line 1, column") != std::string::npos);
    QVERIFY(!workflowSays(nodes("{\"id\": 1, \"type\": \"\xff\"}")).empty());
    QVERIFY(!workflowSays(nodes(R"({"id": 1, "type": "\ud800"})")).empty()); // half a pair
    QVERIFY(!workflowSays(good + std::string(1, '\0')).empty());
}

// J11: both sides of each limit.
void WorkflowJsonTest::holdsItsLimits()
{
    const auto manyNodes = [](size_t count) {
        std::string list;
        for (size_t i = 1; i <= count; ++i)
            list.append(i > 1 ? "," : "").append("{\"id\":").append(std::to_string(i)).append(",\"type\":\"x\"}");
        return nodes(list);
    };
    QCOMPARE(workflowSays(manyNodes(maxWorkflowNodes)), std::string());
    QVERIFY(
        workflowSays(manyNodes(maxWorkflowNodes + 1)).find("more than 100000 nodes; split it") != std::string::npos);

    const auto manyLinks = [](size_t count) { // counted before they are looked at
        std::string list;
        for (size_t i = 0; i < count; ++i)
            list += i ? ",0" : "0";
        return workflowFile("\"links\": [" + list + "]");
    };
    QVERIFY(workflowSays(manyLinks(maxWorkflowLinks)).find("a link must be an object") != std::string::npos);
    QVERIFY(
        workflowSays(manyLinks(maxWorkflowLinks + 1)).find("more than 1000000 links; split it") != std::string::npos);

    const auto textOf = [](size_t bytes) {
        return nodes("{\"id\": 1, \"type\": \"" + std::string(bytes - 3, 'a') + "\"}"); // quotes and a blank
    };
    QCOMPARE(workflowSays(textOf(maxJsonString)), std::string());
    QVERIFY(
        workflowSays(textOf(maxJsonString + 1)).find("holds a text of more than 8388608 bytes") != std::string::npos);

    std::string large = workflowFile("");
    large.resize(maxJsonBytes, ' ');
    QVERIFY(workflowSays(large + " ").find("has 67108865 bytes, the limit for a workflow is 67108864")
        != std::string::npos);

    const auto nested = [](int levels) {
        std::string text = "{\"id\": 1, \"type\": \"x\"}";
        for (int i = 0; i < levels; ++i)
            text = "{\"id\": 1, \"type\": \"subgraph\", \"subgraph\": {\"body\": {\"nodes\": [" + text + "]}}}";
        return nodes(text);
    };
    QCOMPARE(workflowSays(nested(32)), std::string());
    QVERIFY(workflowSays(nested(33)).find("nested deeper than 32 levels") != std::string::npos);

    const auto exposing = [](int count) {
        std::string list;
        for (int i = 0; i < count; ++i)
            list += std::string(i ? "," : "") + "{\"name\": \"p\", \"inner\": []}";
        return nodes("{\"id\": 1, \"type\": \"subgraph\", \"subgraph\": {\"body\": {}, \"inputs\": [" + list + "]}}");
    };
    QCOMPARE(workflowSays(exposing(1000)), std::string());
    QVERIFY(
        workflowSays(exposing(1001)).find("exposes 1001 ports of one kind, the limit is 1000") != std::string::npos);
}

// J10
void WorkflowJsonTest::migrates()
{
    const std::string rest = R"("nodes": [{"id": 1, "type": "a"}, {"id": 2, "type": "b"}], "links": )";
    const LoadedWorkflow old = readWorkflow(workflowFile(rest + R"([[3, 1, "x", 2, "y"]])", "0.9"), "w.json");
    QVERIFY(!old.readOnly && old.warnings.empty());
    QVERIFY(old.graph.links.at(3) == (Link{{1, "x"}, {2, "y"}}));
    QVERIFY(writeWorkflow(old.graph).find("\"version\": \"1.0\"") != std::string::npos);
    QVERIFY(!workflowSays(workflowFile(rest + R"([[3, 1, "x", 2, "y"]])", "1.0")).empty());
    QVERIFY(workflowSays(workflowFile(rest + R"([[3, 1, "x", 2]])", "0.9")).starts_with("w.json: line 1, column "));
}

void WorkflowJsonTest::opensNewerMinorForReadingOnly()
{
    const LoadedWorkflow loaded =
        readWorkflow(workflowFile(R"("sound": 1, "nodes": [{"id": 1, "type": "a", "new": []}])", "1.1"), "w.json");
    QVERIFY(loaded.readOnly);
    QCOMPARE(loaded.warnings.size(), size_t(1));
    QVERIFY(loaded.warnings[0].find("version 1.1, this one writes 1.0") != std::string::npos);
    QCOMPARE(loaded.graph.nodes.at(1).foreign, std::string("{\"new\":[]}"));
    QCOMPARE(loaded.graph.foreign, std::string("{\"sound\":1}"));
}

// J12
void WorkflowJsonTest::tidiesWhatCannotBeDrawn()
{
    const LoadedWorkflow loaded = readWorkflow(nodes(R"(
        {"id": 1, "type": "x", "rect": [1e308, -1e308, -5, 1e9]}, {"id": 2, "type": "x", "colour": "red"},
        {"id": 3, "type": "x", "colour": "#FFaa00"}, {"id": 4, "type": "x", "rect": [0, 0, 0, 0]})"),
        "w.json");
    QVERIFY(loaded.graph.nodes.at(1).rect == (Rect{1e7, -1e7, 0, 1e7}));
    QCOMPARE(loaded.graph.nodes.at(2).colour, std::string());
    QCOMPARE(loaded.graph.nodes.at(3).colour, std::string("#ffaa00"));
    QCOMPARE(loaded.warnings.size(), size_t(1));
    QVERIFY(loaded.warnings[0].starts_with("2 positions, sizes or colours"));
}

// A graph in memory may hold what no file does; the file must still open and be stable.
void WorkflowJsonTest::writesWhatIsNoJson()
{
    Graph graph = smallGraph();
    graph.nodes.at(1).params["strength"] = std::nan("");
    graph.nodes.at(1).params["prompt"] = std::string("a\xff z");
    graph.nodes.at(2).params["amount"] = -INFINITY;
    graph.nodes.at(2).rect = {std::nan(""), INFINITY, -1, 0};
    graph.nodes.at(2).colour = "red";
    const std::string text = writeWorkflow(graph);
    const Graph read = readWorkflow(text, "w.json").graph;
    QCOMPARE(writeWorkflow(read), text);
    QVERIFY(read.nodes.at(1).params.at("prompt") == ParamValue(std::string("a\uFFFD z")));
    QVERIFY(problemsOf(read).find("strength is \"nan\", but must be a number from 0 to 1") != std::string::npos);
}

void WorkflowJsonTest::holdsLargeGraphs()
{
    for (const Graph& graph : {chain(10'000), fan(10'000)}) {
        const std::string text = writeWorkflow(graph);
        QVERIFY(readWorkflow(text, "w.json").graph == graph);
    }
}

ATHANOR_TEST(WorkflowJsonTest)
#include "workflow_json_test.moc"
