// Texts that tell of workflows, told apart by what they hold (J15), and the chunk of a picture that tells most.
#include "inference/formats/workflow_text.h"

#include "inference/formats/infotext.h"
#include "tests/support/comfy_graph.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

Q_DECLARE_METATYPE(athanor::WorkflowKind)

namespace {

const std::string infotext =
    "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 1, Size: 64x64";

}

class WorkflowTextTest : public QObject {
    Q_OBJECT
private slots:
    void kindsAreToldApart_data();
    void kindsAreToldApart();
    void opensEach();
    void takesTheBestChunk();
};

void WorkflowTextTest::kindsAreToldApart_data()
{
    using enum WorkflowKind;
    QTest::addColumn<std::string>("text");
    QTest::addColumn<WorkflowKind>("kind");
    const auto row = [](const char* name, const std::string& text, WorkflowKind kind) {
        QTest::newRow(name) << text << kind;
    };
    row("own", writeWorkflow(Graph()), Athanor);
    row("own, keys in another order", R"({"nodes": [], "format": "athanor workflow"})", Athanor);
    for (const char* name : {"text_to_image.json", "text_to_image_v1.json", "two_passes.json", "subgraphs.json"})
        row(name, fileText(testDataPath(std::string("comfyui/") + name)), ComfyUi);
    for (const char* name : {"text_to_image_api.json", "controlnet_api.json"})
        row(name, fileText(testDataPath(std::string("comfyui/") + name)), ComfyApi);
    row("API as it is sent", R"({"client_id": "x", "prompt": {"1": {"class_type": "A", "inputs": {}}}})", ComfyApi);
    row("bare NaN", R"({"is": NaN, "1": {"class_type": "A", "is_changed": [NaN]}})", ComfyApi);
    row("byte order mark", "\xef\xbb\xbf {\"nodes\": []}", ComfyUi);
    row("broken behind its nodes", R"({"nodes": [{"id": 1,}]})", ComfyUi);
    row("infotext", infotext, Metadata);
    row("infotext in braces", "{a|b} cat\nSteps: 20, Sampler: Euler, Seed: 1", Metadata);
    row("JSON as a prompt", "{\"nodes\": 5}\nSteps: 20, Sampler: Euler, Seed: 1", Metadata);
    row("prompt alone", "a cat, Steps: 5", Unknown);
    row("other JSON", R"({"tool": "x", "text": "class_type"})", Unknown);
    row("a class type deep inside", R"({"a": {"b": {"c": {"class_type": "A"}}}})", Unknown);
    row("a list", "[]", Unknown);
    row("nothing", "", Unknown);
    row("deep", std::string(100'000, '{'), Unknown);
}

void WorkflowTextTest::kindsAreToldApart()
{
    QFETCH(std::string, text);
    QTEST(workflowKind(text), "kind");
}

void WorkflowTextTest::opensEach()
{
    Graph own;
    own.nodes[1].type = "note";
    own.nextId = 2;
    QVERIFY(openWorkflow(writeWorkflow(own), "a").graph == own);
    QCOMPARE(openWorkflow(fileText(testDataPath("comfyui/text_to_image.json")), "a").graph.nodes.size(), size_t(7));
    QCOMPARE(openWorkflow(fileText(testDataPath("comfyui/text_to_image_api.json")), "a").graph.nodes.size(), size_t(7));
    QCOMPARE(
        openWorkflow(R"({"prompt": {"1": {"class_type": "Note", "inputs": {"text": "x"}}}})", "a").graph.nodes.size(),
        size_t(1));
    QVERIFY(openWorkflow(infotext, "a").graph.nodes.size() >= 7);
    const auto says = [](const std::string& text) { return refusal([&] { openWorkflow(text, "a.txt"); }); };
    QCOMPARE(says("hello"),
        std::string("a.txt: is no workflow: neither Athanor's or ComfyUI's JSON nor the parameters of a picture"));
    QVERIFY(says("{\n \"format\": \"athanor workflow\", x}").starts_with("a.txt: line 2"));
    QVERIFY(says("{\"a\": 1}").starts_with("a.txt: "));
}

void WorkflowTextTest::takesTheBestChunk()
{
    const std::string own = writeWorkflow(Graph()), ui = R"({"nodes": []})", api = R"({"1": {"class_type": "A"}})";
    std::map<std::string, std::string> chunks{{"Title", "x"}, {"parameters", infotext}};
    QCOMPARE(*workflowChunk(chunks), infotext);
    chunks["prompt"] = api;
    QCOMPARE(*workflowChunk(chunks), api);
    chunks["workflow"] = ui;
    QCOMPARE(*workflowChunk(chunks), ui);
    chunks["athanor"] = own;
    QCOMPARE(*workflowChunk(chunks), own);
    chunks["athanor"] = chunks["workflow"] = "damaged";
    QCOMPARE(*workflowChunk(chunks), api);
    QVERIFY(!workflowChunk({{"Software", "x"}, {"prompt", "a cat"}}));
}

ATHANOR_TEST(WorkflowTextTest)
#include "workflow_text_test.moc"
