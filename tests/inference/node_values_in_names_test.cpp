// "%KSampler.seed%" in names of files.
#include "inference/run/node_values_in_names.h"

#include "inference/formats/comfyui_json.h"
#include "inference/graph/subgraph.h"
#include "tests/support/comfy_graph.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

namespace {

Graph sampling()
{
    return readComfyWorkflow(R"({"nodes": [
        {"id": 3, "type": "KSampler", "widgets_values": [7, "fixed", 20, 5.5, "uni_pc_bh2", "normal", 1]},
        {"id": 4, "type": "KSamplerAdvanced", "title": "Second",
         "widgets_values": ["enable", 8, "fixed", 30, 6, "euler", "normal", 0, 10000, "disable"]},
        {"id": 5, "type": "EmptyLatentImage", "widgets_values": [256, 128, 1],
         "properties": {"Node name for S&R": "Size"}},
        {"id": 6, "type": "CLIPTextEncode", "title": "Evil", "widgets_values": ["../../a:b\n*c"]},
        {"id": 7, "type": "CLIPTextEncode", "title": "Dots", "widgets_values": [".."]},
        {"id": 8, "type": "Magic", "widgets_values": {"power": 3}},
        {"id": 9, "type": "PrimitiveInt", "widgets_values": [99]},
        {"id": 10, "type": "RepeatLatentBatch", "inputs": [{"name": "amount", "type": "INT", "link": 1,
         "widget": {"name": "amount"}}], "widgets_values": [2]}],
        "links": [[1, 9, 0, 10, 0, "INT"]]})",
        "w")
        .graph;
}

}

class NodeValuesInNamesTest : public QObject {
    Q_OBJECT
private slots:
    void replaces_data();
    void replaces();
    void reachesIntoSubgraphs();
};

void NodeValuesInNamesTest::replaces_data()
{
    QTest::addColumn<std::string>("pattern");
    QTest::addColumn<std::string>("name");
    QTest::addColumn<std::string>("unknown");
    const auto row = [](const char* pattern, const char* name, const char* unknown = "") {
        QTest::newRow(pattern) << std::string(pattern) << std::string(name) << std::string(unknown);
    };
    row("x", "x");
    row("%KSampler.seed%_%KSampler.cfg%", "7_5.5");
    row("%KSampler.sampler_name%", "uni_pc_bh2");
    row("%KSamplerAdvanced.noise_seed%", "8");
    row("%Second.steps%", "30");
    row("%Size.width%x%Size.height%", "256x128"); // as the file calls the node
    row("%EmptyLatentImage.width%", "%EmptyLatentImage.width%", "EmptyLatentImage.width"); // it calls it something else
    row("%Evil.text%", ".._.._a_b__c");
    row("%Dots.text%/x", "__/x");
    row("%Magic.power%", "3");
    row("%RepeatLatentBatch.amount%", "99");
    row("%sample.steps%", "20");
    row("%3.steps%", "20");
    row("%Sky.seed%", "%Sky.seed%", "Sky.seed");
    row("%KSampler.sky%", "%KSampler.sky%", "KSampler.sky");
    row("%seed%_%date:yyyy.MM%", "%seed%_%date:yyyy.MM%");
    row("100%", "100%");
    row("100%%KSampler.seed%", "100%7");
    row("%a.b.c%", "%a.b.c%");
}

void NodeValuesInNamesTest::replaces()
{
    QFETCH(std::string, pattern);
    QFETCH(std::string, name);
    QFETCH(std::string, unknown);
    const NameWithValues made = withNodeValues(pattern, sampling());
    QCOMPARE(made.name, name);
    QCOMPARE(joined(made.unknown), unknown);
}

void NodeValuesInNamesTest::reachesIntoSubgraphs()
{
    const MadeSubgraph made = intoSubgraph(sampling(), {3, 5}, "Draw");
    QCOMPARE(withNodeValues("%KSampler.seed%", made.graph).name, std::string("7"));
    Graph shown = withExposed(made.graph, made.node, Side::Params, "steps", {3, "steps"});
    QCOMPARE(withNodeValues("%Draw.steps%", shown).name, std::string("20"));
}

ATHANOR_TEST(NodeValuesInNamesTest)
#include "node_values_in_names_test.moc"
