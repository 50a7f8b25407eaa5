// ComfyUI's workflows as they come from elsewhere: wrapped by its server, numbers as texts, links and values that are
// out of date.
#include "inference/formats/workflow_text.h"
#include "inference/graph/validate.h"
#include "tests/support/comfy_graph.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

namespace {

std::string api(int steps)
{
    return R"({"3": {"class_type": "KSampler", "inputs": {"steps": )" + std::to_string(steps) + "}}}";
}

std::string ui(int steps)
{
    return R"({"nodes": [{"id": 3, "type": "KSampler", "widgets_values": [0, "fixed", )" + std::to_string(steps)
        + R"(]}], "links": []})";
}

std::string queueEntry(int number, const std::string& workflow, const std::string& more = "{}")
{
    return "[" + std::to_string(number) + R"(, "id-)" + std::to_string(number) + "\", " + workflow + ", " + more
        + R"(, ["9"]])";
}

}

class ComfyuiLooseTest : public QObject {
    Q_OBJECT
private slots:
    void isUnwrapped_data();
    void isUnwrapped();
    void historyOpens();
    void textsAreNumbersWhereNumbersBelong_data();
    void textsAreNumbersWhereNumbersBelong();
    void onlyTheLinkThatIsNamedCounts();
    void valuesOfUnknownPlacesAreNotNamed();
    void oldNamesOfSamplersAreRead();
    void promptsOfSdxlOpen();
    void loadersThatDoNotRunArePlaceholders();
    void valuesBroughtByLinksAreChecked();
};

void ComfyuiLooseTest::isUnwrapped_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<int>("steps");
    QTest::addColumn<std::string>("warning");
    const auto row = [](const char* name, const std::string& text, int steps, const char* warning = "") {
        QTest::newRow(name) << text << steps << std::string(warning);
    };
    row("as sent", R"({"client_id": "x", "prompt": )" + api(5) + "}", 5);
    row("of the window", R"({"output": )" + api(4) + R"(, "workflow": )" + ui(5) + "}", 5);
    row("output alone", R"({"output": )" + api(5) + "}", 5);
    row("workflow empty", R"({"output": )" + api(5) + R"(, "workflow": {}})", 5);
    row("workflow without nodes", R"({"output": )" + api(5) + R"(, "workflow": {"nodes": []}})", 5);
    row("history", R"({"a": {"prompt": )" + queueEntry(1, api(5)) + R"(, "outputs": {}}})", 5);
    row("history with its window's form",
        R"({"a": {"prompt": )" + queueEntry(1, api(4), R"({"extra_pnginfo": {"workflow": )" + ui(5) + "}}") + "}}", 5);
    row("history of three",
        R"({"a": {"prompt": )" + queueEntry(1, api(1)) + R"(}, "b": {"prompt": )" + queueEntry(12, api(5))
            + R"(}, "c": {"prompt": )" + queueEntry(7, api(2)) + "}}",
        5, "it holds 3 runs; the newest, id-12, is opened");
    row("queue", R"({"queue_running": [)" + queueEntry(3, api(5)) + R"(], "queue_pending": []})", 5);
}

void ComfyuiLooseTest::isUnwrapped()
{
    QFETCH(std::string, text);
    QFETCH(int, steps);
    QFETCH(std::string, warning);
    QVERIFY(workflowKind(text) == WorkflowKind::ComfyApi || workflowKind(text) == WorkflowKind::ComfyUi);
    const LoadedWorkflow loaded = openWorkflow(text, "w.json");
    QCOMPARE(joined(loaded.warnings), warning);
    QCOMPARE(loaded.graph.nodes.size(), size_t(1));
    QCOMPARE(loaded.graph.nodes.begin()->second.params.at("steps"), ParamValue(int64_t(steps)));
}

void ComfyuiLooseTest::historyOpens()
{
    const LoadedWorkflow loaded = openWorkflow(caseText("20_history"), "h.json");
    QCOMPARE(joined(loaded.warnings), std::string());
    QCOMPARE(loaded.graph.nodes.size(), size_t(7));
    QVERIFY(validate(loaded.graph).empty());
}

void ComfyuiLooseTest::textsAreNumbersWhereNumbersBelong_data()
{
    QTest::addColumn<QString>("inputs");
    QTest::addColumn<QString>("param");
    QTest::addColumn<QString>("value");
    const auto row = [](const char* inputs, const char* param, const char* value) {
        QTest::newRow(inputs) << QString(inputs) << QString(param) << QString(value);
    };
    row(R"("steps": "2")", "steps", "2");
    row(R"("steps": " 2.0 ")", "steps", "2");
    row(R"("cfg": "7.5")", "cfg", "7.5");
    row(R"("cfg": "1e1")", "cfg", "10");
    row(R"("seed": "18446744073709551615")", "seed", "18446744073709551615");
    row(R"("denoise": "+0.5")", "strength", "0.5");
    row(R"("steps": "many")", "steps", "many"); // validation says so
    row(R"("steps": "nan")", "steps", "nan");
    row(R"("sampler_name": "euler")", "sampler", "euler");
}

void ComfyuiLooseTest::textsAreNumbersWhereNumbersBelong()
{
    QFETCH(QString, inputs);
    QFETCH(QString, param);
    QFETCH(QString, value);
    const std::string text = R"({"3": {"class_type": "KSampler", "inputs": {)" + inputs.toStdString() + R"(}},
            "6": {"class_type": "CLIPTextEncode", "inputs": {"text": 1984}}})";
    const Graph graph = readComfyWorkflow(text, "w.json").graph;
    const ParamValue& read = graph.nodes.at(3).params.at(param.toStdString());
    QCOMPARE(valueText(read), value.toStdString());
    bool isNumber = false;
    (void)value.toDouble(&isNumber);
    QCOMPARE(std::holds_alternative<std::string>(read), !isNumber || value == "nan");
    QCOMPARE(graph.nodes.at(6).params.at("text"), ParamValue(std::string("1984")));
    const std::vector<Problem> of30 = validate(readComfyWorkflow(caseText("30_numbers_as_text"), "w").graph);
    QVERIFY2(of30.empty(), of30.empty() ? "" : of30[0].text.c_str());
}

void ComfyuiLooseTest::onlyTheLinkThatIsNamedCounts()
{
    const Graph graph = readComfyWorkflow(caseText("duplicate_links"), "w").graph;
    const Graph& body = *graph.nodes.at(2).subgraph->body;
    QCOMPARE(linksText(body), std::string("2.latent>1.latent"));
}

void ComfyuiLooseTest::valuesOfUnknownPlacesAreNotNamed()
{
    const Graph graph = readComfyWorkflow(caseText("converted_widget"), "w").graph;
    QCOMPARE(nodeText(graph.nodes.at(1)),
        std::string("comfyui:SamplerCustom widget_0=true widget_1=22 widget_2=fixed "
                    "widget_3=3.5"));
}

void ComfyuiLooseTest::oldNamesOfSamplersAreRead()
{
    const std::string text = R"({"3": {"class_type": "KSampler", "inputs": {"sampler_name": "sample_dpmpp_2m"}},
                                 "4": {"class_type": "KSampler", "inputs": {"sampler_name": "sample_uni_pc_bh2"}}})";
    const Graph graph = readComfyWorkflow(text, "w").graph;
    QCOMPARE(valueText(graph.nodes.at(3).params.at("sampler")), std::string("dpmpp_2m"));
    QCOMPARE(valueText(graph.nodes.at(4).params.at("sampler")), std::string("unipc"));
}

void ComfyuiLooseTest::promptsOfSdxlOpen()
{
    const std::string text =
        R"json({"1": {"class_type": "CLIPTextEncodeSDXL", "inputs": {"width": 4096, "height": 4096, "crop_w": 8, "crop_h": 0,
               "target_width": 1024, "target_height": 768, "text_g": "a (cat:1.2)", "text_l": "fur"}},
               "2": {"class_type": "CLIPTextEncodeSDXLRefiner",
               "inputs": {"ascore": 6.5, "width": 1024, "height": 1024, "text": "a cat"}}})json";
    const Graph graph = readComfyWorkflow(text, "w").graph;
    QCOMPARE(nodeText(graph.nodes.at(1)),
        std::string("encode_prompt_xl crop_left=8 crop_top=0 first_text=fur original_height=4096 original_width=4096 "
                    "syntax=comfyui target_height=768 target_width=1024 text=a (cat:1.2)"));
    QCOMPARE(nodeText(graph.nodes.at(2)),
        std::string("encode_prompt_xl aesthetic_score=6.5 original_height=1024 original_width=1024 syntax=comfyui "
                    "text=a cat"));
}

void ComfyuiLooseTest::loadersThatDoNotRunArePlaceholders()
{
    QCOMPARE(joined(readComfyWorkflow(caseText("18_lora_loader"), "w").warnings), std::string()); // that one does
    std::string other = caseText("18_lora_loader");
    for (size_t at; (at = other.find("LoraLoader")) != other.npos;)
        other.replace(at, 10, "HypernetworkLoader");
    const LoadedWorkflow loaded = readComfyWorkflow(other, "w");
    QCOMPARE(joined(loaded.warnings),
        std::string("not known here, kept as placeholders that cannot run: HypernetworkLoader"));
    std::string all;
    for (const Problem& problem : validate(loaded.graph))
        all += problem.text;
    QVERIFY2(all.find("HypernetworkLoader (node 20)") != std::string::npos, all.c_str());
    QVERIFY(writeComfyApi(loaded.graph).find(R"("lora_name": "x.safetensors")") != std::string::npos);
}

// Before anything runs.
void ComfyuiLooseTest::valuesBroughtByLinksAreChecked()
{
    const std::string text = R"({"nodes": [{"id": 1, "type": "PrimitiveString", "widgets_values": ["dpm_adaptive"]},
        {"id": 2, "type": "PrimitiveInt", "widgets_values": [5000]},
        {"id": 3, "type": "KSampler", "inputs": [{"name": "sampler_name", "widget": {"name": "sampler_name"},
         "link": 1}, {"name": "steps", "widget": {"name": "steps"}, "link": 2}]}],
        "links": [[1, 1, 0, 3, 0, "STRING"], [2, 2, 0, 3, 1, "INT"]]})";
    std::string all;
    for (const Problem& problem : validate(readComfyWorkflow(text, "w").graph))
        all += problem.text + '\n';
    for (const char* words : {"unknown sampler \"dpm_adaptive\"", "all are euler", "it comes from Text (node 1)",
             "steps is 5000, but must be a whole number from 1 to 1000; it comes from"})
        QVERIFY2(all.find(words) != std::string::npos, all.c_str());
}

ATHANOR_TEST(ComfyuiLooseTest)
#include "comfyui_loose_test.moc"
