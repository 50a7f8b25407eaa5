// Damaged, strange and hostile ComfyUI files: what opens with which warning, and what is refused with which words.
#include "inference/graph/validate.h"
#include "inference/weights/json_text.h"
#include "tests/support/comfy_graph.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

namespace {

// A checkpoint (1), a latent (2), a sampler (3) and a decoder (4), with the nodes and links given beside.
std::string comfyText(const std::string& links, const std::string& moreNodes = "")
{
    return R"({"nodes": [{"id": 1, "type": "CheckpointLoaderSimple"}, {"id": 2, "type": "EmptyLatentImage"},
        {"id": 3, "type": "KSampler", "inputs": [{"name": "model"}, {"name": "positive"}, {"name": "negative"},
        {"name": "latent_image"}]}, {"id": 4, "type": "VAEDecode"})"
        + moreNodes + "],\n \"links\": [" + links + "], \"version\": 0.4}";
}

std::string listOf(const std::string& one, int times)
{
    std::string all = one;
    for (int i = 1; i < times; ++i)
        all += "," + one;
    return all;
}

std::string subgraphFile(const std::string& definitions, const std::string& nodes)
{
    return R"({"nodes": [)" + nodes + R"(], "links": [], "definitions": {"subgraphs": [)" + definitions + "]}}";
}

// A subgraph of so many nodes of a type.
std::string definition(const std::string& id, const std::string& type, int nodes)
{
    return R"({"id": ")" + id + R"(", "name": "S", "inputNode": {"id": -10}, "outputNode": {"id": -20}, "inputs": [],
        "outputs": [], "links": [], "nodes": [)"
        + listOf(R"({"type": ")" + type + "\"}", nodes) + "]}";
}

std::string comfySays(const std::string& text)
{
    return athanor::refusal([&] { readComfyWorkflow(text, "w.json"); });
}

}

class ComfyuiCasesTest : public QObject {
    Q_OBJECT
private slots:
    void refuses_data();
    void refuses();
    void opensWithWarnings_data();
    void opensWithWarnings();
    void linksThatCannotBeAreShown_data();
    void linksThatCannotBeAreShown();
    void ringsOpen();
    void placesAreBroughtIntoRange_data();
    void placesAreBroughtIntoRange();
    void warningsAreCounted();
    void apiLeavesOutWhatFeedsNothing();
};

void ComfyuiCasesTest::refuses_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("words");
    const auto row = [](const char* name, const std::string& text, const std::string& words) {
        QTest::newRow(name) << text << words;
    };
    const std::string good = comfyText("");
    row("J01 empty", "", "line 1, column 1");
    row("J01 null", "null", "is no workflow of ComfyUI");
    row("J01 number", "5", "is no workflow of ComfyUI");
    row("J01 list", "[]", "is no workflow of ComfyUI");
    row("J01 UTF-16", std::string("\xff\xfe{\0}\0", 6), "line 1, column ");
    row("J01 trailing text", good + "x", "not valid JSON");
    row("J02 deep", R"({"nodes": )" + std::string(300, '[') + std::string(300, ']') + "}", "nested deeper than 256");
    row("J03 key twice", R"({"nodes": [], "nodes": []})", "\"nodes\" is there twice");
    row("no nodes", R"({"links": []})", "no node with a \"class_type\"");
    row("nodes are no list", R"({"nodes": {}})", "its nodes are not a list");
    row("J04 NaN", comfyText("", R"(,{"id": 9, "type": "KSampler", "widgets_values": [1, "fixed", 20, NaN]})"),
        "w.json: KSampler (node 9), cfg: NaN is not a number");
    row("J04 infinity", R"({"9": {"class_type": "KSampler", "inputs": {"denoise": -Infinity}}})",
        "w.json: KSampler (node 9), denoise: Infinity is not a number");
    row("J04 too large", R"({"9": {"class_type": "KSampler", "inputs": {"denoise": 1e999}}})", "not valid JSON");
    row("J11 nodes", R"({"nodes": [)" + listOf("{}", 100'001) + "]}", "it has 100001 nodes; 100000 are possible");
    row("J11 links", comfyText(listOf("0", 1'000'001)), "it has 1000001 links; 1000000 are possible");
    row(
        "J11 nodes of the API",
        [] {
            std::string text = R"({"a": {"class_type": "Note"})";
            for (int i = 1; i <= 100'000; ++i)
                text += ",\"" + std::to_string(i) + "\":{}";
            return text + "}";
        }(),
        "it has 100001 nodes");
    row("J17 merge marks", "{\"nodes\": [\n<<<<<<< HEAD\n{\"id\": 1}\n", "line 2, column 1");
    row("J17 hand edit", "{\"nodes\": [\r\n{\"id\": 1,}\r\n]}", "line 2, column 10");
    row("subgraphs beyond number",
        subgraphFile(definition("a", "Note", 1000) + ',' + definition("b", "a", 1000), R"({"type": "b"})"),
        "more than 100000 nodes");
    std::string nested = definition("0", "Note", 1);
    for (int i = 1; i <= 40; ++i)
        nested += ',' + definition(std::to_string(i), std::to_string(i - 1), 1);
    row("subgraphs too deep", subgraphFile(nested, R"({"type": "40"})"), "nested deeper than 32 levels");
}

void ComfyuiCasesTest::refuses()
{
    QFETCH(std::string, text);
    QFETCH(std::string, words);
    const std::string refused = comfySays(text);
    QVERIFY2(
        refused.starts_with("w.json: ") && refused.find(words) != std::string::npos, refused.substr(0, 300).c_str());
}

void ComfyuiCasesTest::opensWithWarnings_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("warnings");
    QTest::addColumn<std::string>("links");
    QTest::addColumn<QString>("ids");
    const auto row = [](const char* name, const std::string& text, const std::string& warnings,
                         const std::string& links,
                         const char* ids = "1 2 3 4") { QTest::newRow(name) << text << warnings << links << ids; };
    const std::string link = "[1, 2, 0, 3, 3, \"LATENT\"]", linked = "2.latent>3.latent";
    row("as it should be", comfyText(link), "", linked);
    row("J01 byte order mark", "\xef\xbb\xbf" + comfyText(link), "", linked);
    row(
        "J17 CRLF",
        [&] {
            std::string text = comfyText(link);
            text.replace(text.find('\n'), 1, "\r\n");
            return text;
        }(),
        "", linked);
    row("J04 bare numbers in metadata",
        comfyText(link, R"(,{"id": 9, "type": "Note", "properties": {"a": NaN, "b": [Infinity, -Infinity]}})"), "",
        linked, "1 2 3 4 9");
    row("J04 NaN in a text", comfyText("", R"(,{"id": 9, "type": "Note", "widgets_values": ["NaN, -Infinity"]})"), "",
        "", "1 2 3 4 9");
    row("J06 node twice", comfyText(link, R"(,{"id": 2, "type": "VAELoader"})"),
        "1 node is renumbered: the id 2, there twice, becomes 5", linked, "1 2 3 4 5");
    row("J06 negative", comfyText("[1, -7, 0, 3, 3]", R"(,{"id": -7, "type": "EmptyLatentImage"})"),
        "1 node is renumbered: the id -7 becomes 5", "5.latent>3.latent", "1 2 3 4 5");
    row("J06 text", comfyText("[1, \"12:5\", 0, 3, 3]", R"(,{"id": "12:5", "type": "EmptyLatentImage"})"),
        "1 node is renumbered: the id 12:5 becomes 5", "5.latent>3.latent", "1 2 3 4 5");
    row("J06 2^40",
        comfyText("", R"(,{"id": 1099511627776, "type": "Note"},{"id": 1e3, "type": "Note"},{"type": "Note"})"),
        "3 nodes are renumbered: the id 1099511627776 becomes 5", "", "1 2 3 4 5 6 7");
    row("J06 number in quotes", comfyText("[1, 12, 0, 3, 3]", R"(,{"id": "12", "type": "EmptyLatentImage"})"), "",
        "12.latent>3.latent", "1 2 3 4 12");
    row("J06 link twice", comfyText(link + ",[1, 1, 0, 3, 0]"), "the id of link 1 is there twice",
        "1.model>3.model 2.latent>3.latent");
    row("J07 no such node", comfyText("[1, 8, 0, 3, 3], [2, 2, 0, 77, 0]"),
        "link 1 is left out: the node 8 is not there\nlink 2 is left out: the node 77 is not there", "");
    row("J07 no link", comfyText("[4, 2, 0, 3]"), "a link that is neither a list nor an object is left out", "");
    row("J07 null for a link", comfyText("null"), "", "");
    row("J07 no such link",
        comfyText("", R"(,{"id": 9, "type": "VAEDecode", "inputs": [{"name": "vae", "link": 44}]})"),
        "node 9: the link 44 into one of its inputs is not there", "", "1 2 3 4 9");
    row("nothing takes it",
        comfyText("[5, 1, 2, 9, 0]",
            R"(,{"id": 9, "type": "ControlNetApplyAdvanced", "inputs": [{"name": "vae", "link": 5}]})"),
        "link 5 is left out: node 9 has no use for it here", "", "1 2 3 4 9");
    row("the input names its link",
        comfyText("[5, 1, 2, 9, 0]",
            R"(,{"id": 9, "type": "VAEDecode", "inputs": [{"name": "samples"}, {"name": "vae", "link": 5}]})"),
        "", "1.vae>9.vae", "1 2 3 4 9");
    row("J09 no type", comfyText("", R"(,{"id": 9})"),
        "not known here, kept as placeholders that cannot run: (no type)", "", "1 2 3 4 9");
    row("J09 no node at all", comfyText("", ",5, null"),
        "2 nodes are renumbered: the id of a node that has none becomes 5\n"
        "not known here, kept as placeholders that cannot run: (no type) (2 nodes)",
        "", "1 2 3 4 5 6");
    row("subgraph in itself",
        subgraphFile(definition("a", "b", 1) + ',' + definition("b", "a", 1), R"({"id": 1, "type": "a"})"),
        "2 subgraphs contain themselves and are left out\nnot known here, kept as placeholders that cannot run: a", "",
        "1");
    row("a value that is none", comfyText("", R"(,{"id": 9, "type": "CLIPTextEncode", "widgets_values": [{"a": 1}]})"),
        "CLIPTextEncode (node 9), text: has no value that can be read; the usual one is taken", "", "1 2 3 4 9");
}

void ComfyuiCasesTest::opensWithWarnings()
{
    QFETCH(std::string, text);
    QFETCH(std::string, warnings);
    QFETCH(std::string, links);
    QFETCH(QString, ids);
    const LoadedWorkflow loaded = readComfyWorkflow(text, "w.json");
    QCOMPARE(joined(loaded.warnings), warnings);
    QCOMPARE(linksText(loaded.graph), links);
    QStringList found;
    for (const auto& [id, node] : loaded.graph.nodes)
        found << QString::number(id);
    QCOMPARE(found.join(' '), ids);
    QVERIFY(readWorkflow(writeWorkflow(loaded.graph), "own.json").graph == loaded.graph);
}

// J07: they open, and keep the workflow from running with words that name both nodes.
void ComfyuiCasesTest::linksThatCannotBeAreShown_data()
{
    QTest::addColumn<std::string>("links");
    QTest::addColumn<std::string>("opened");
    QTest::addColumn<QStringList>("words");
    const auto row = [](const char* name, const std::string& links, const std::string& opened,
                         const QStringList& words) { QTest::newRow(name) << links << opened << words; };
    const QStringList both{"(node 2)", "(node 3)"};
    row("missing slot", "[1, 2, 5, 3, 3]", "2.slot_5>3.latent", both);
    row("slot 2^31", "[1, 2, 0, 3, 2147483648]", "2.latent>3.slot_2147483648", both);
    row("slot -1", "[1, 2, -1, 3, 3]", "2.slot_-1>3.latent", both);
    row("slot of text", "[1, 2, \"a\", 3, 3]", "2.slot_unknown>3.latent", both);
    row("fed twice", "[1, 2, 0, 3, 3], [2, 2, 0, 3, 3]", "2.latent>3.latent 2.latent>3.latent", both);
    row("itself", "[1, 3, 0, 3, 3]", "3.latent>3.latent", {"(node 3)"});
    row("image into model", "[1, 4, 0, 3, 0]", "4.image>3.model", {"(node 4)", "(node 3)"});
}

void ComfyuiCasesTest::linksThatCannotBeAreShown()
{
    QFETCH(std::string, links);
    QFETCH(std::string, opened);
    QFETCH(QStringList, words);
    const Graph graph = readComfyWorkflow(comfyText(links), "w.json").graph;
    QCOMPARE(linksText(graph), opened);
    QString problems;
    bool named = false;
    for (const Problem& problem : validate(graph)) {
        const QString text = QString::fromStdString(problem.text);
        problems += text + '\n';
        named |= std::ranges::all_of(words, [&](const QString& word) { return text.contains(word); });
    }
    QVERIFY2(named, qPrintable(problems));
}

// J08: a ring through a reroute, too.
void ComfyuiCasesTest::ringsOpen()
{
    const Graph graph =
        readComfyWorkflow(comfyText("[1, 3, 0, 9, 0], [2, 9, 0, 3, 3]", R"(,{"id": 9, "type": "Reroute"})"), "w").graph;
    QCOMPARE(linksText(graph), std::string("3.latent>9.value 9.value>3.latent"));
    QVERIFY(!validate(graph).empty());
    const std::string api = R"({"1": {"class_type": "Reroute2", "inputs": {"a": ["2", 0]}},
                                "2": {"class_type": "Reroute2", "inputs": {"a": ["1", 0]}}})";
    QCOMPARE(linksText(readComfyWorkflow(api, "w").graph), std::string("1.slot_0>2.a 2.slot_0>1.a"));
}

void ComfyuiCasesTest::placesAreBroughtIntoRange_data()
{
    QTest::addColumn<std::string>("looks");
    QTest::addColumn<QList<double>>("rect");
    QTest::addColumn<std::string>("colour");
    const auto row = [](const char* looks, const QList<double>& rect, const char* colour) {
        QTest::newRow(looks) << std::string(looks) << rect << std::string(colour);
    };
    row(R"("pos": [NaN, 1e308], "size": [0, -5])", {0, 1e6, 0, 0}, "");
    row(R"("pos": [-Infinity, -1e308], "size": [1e9, Infinity])", {0, -1e6, 1e5, 0}, "");
    row(R"("pos": {"0": 1.5, "1": 2}, "size": {"0": 3})", {1.5, 2, 3, 0}, "");
    row(R"("pos": 5, "size": null)", {0, 0, 0, 0}, "");
    row(R"("pos": ["a", {}], "color": "red")", {0, 0, 0, 0}, "");
    row(R"("color": "#12G", "bgcolor": "#ABCDEF")", {0, 0, 0, 0}, "#abcdef");
    row(R"("color": "#aB3", "bgcolor": "#000")", {0, 0, 0, 0}, "#aabb33");
    row(R"("color": 5, "bgcolor": "#12345")", {0, 0, 0, 0}, "");
}

void ComfyuiCasesTest::placesAreBroughtIntoRange()
{
    QFETCH(std::string, looks);
    QFETCH(QList<double>, rect);
    QFETCH(std::string, colour);
    const Graph graph = readComfyWorkflow(R"({"nodes": [{"id": 1, "type": "Note", )" + looks
            + R"(}], "groups": [{"bounding": [NaN, 1, 2]}, {"bounding": [1, 2, -3, 4], "color": "x"}, 5]})",
        "w")
                            .graph;
    const Node& node = graph.nodes.at(1);
    QVERIFY((node.rect == Rect{rect[0], rect[1], rect[2], rect[3]}));
    QCOMPARE(node.colour, colour);
    QCOMPARE(graph.groups.size(), size_t(3));
    QVERIFY((std::next(graph.groups.begin())->second == Group{"", {1, 2, 0, 4}, ""}));
}

void ComfyuiCasesTest::warningsAreCounted()
{
    const auto warnings = readComfyWorkflow(comfyText(listOf("[1, 8, 0, 3, 3]", 250)), "w.json").warnings;
    QCOMPARE(warnings.size(), size_t(101));
    QCOMPARE(warnings.back(), std::string("and 399 warnings more")); // each but the first has its id twice as well
}

// Links from notes, and from values that no one typed in.
void ComfyuiCasesTest::apiLeavesOutWhatFeedsNothing()
{
    const Graph graph = readComfyWorkflow(comfyText("[1, 9, 0, 3, 3], [2, 8, 0, 3, 4]",
                                              R"(,{"id": 9, "type": "Note"}, {"id": 8, "type": "PrimitiveNode"})"),
        "w")
                            .graph;
    const std::string api = writeComfyApi(graph, [](std::string_view) -> const NodeType* { return nullptr; });
    QVERIFY(api.find("latent_image") == std::string::npos && api.find("null") == std::string::npos);
}

ATHANOR_TEST(ComfyuiCasesTest)
#include "comfyui_cases_test.moc"
