// Pictures of other programs, whose settings are read into a workflow: nothing of them becomes a prompt, and what is
// not used is told.
#include "app/commands/inspect.h"
#include "app/engine/workflow_file.h"
#include "app/window/picture_details.h"
#include "inference/formats/infotext_graph.h"
#include "inference/formats/workflow_text.h"
#include "render/error.h"
#include "tests/support/comfy_graph.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

namespace {

std::string metadataPath(const QString& name)
{
    return sourcePath("tests/data/metadata/" + name.toStdString());
}

const Node* nodeOfType(const Graph& graph, const std::string& type, const std::string& title = "")
{
    for (const auto& [id, node] : graph.nodes)
        if (node.type == type && (title.empty() || node.title == title))
            return &node;
    return nullptr;
}

QString textOf(const Graph& graph, const std::string& type, const char* param, const std::string& title = "")
{
    const Node* node = nodeOfType(graph, type, title);
    const auto value = node ? node->params.find(param) : std::map<std::string, ParamValue>::const_iterator();
    return node && value != node->params.end() ? QString::fromStdString(valueText(value->second)) : QString("none");
}

LoadedWorkflow ofParameters(const std::string& text)
{
    const MetadataTexts texts{{"parameters", text}};
    return metadataWorkflow(*readMetadata(texts, "x.png"), texts);
}

}

class MetadataTest : public QObject {
    Q_OBJECT
private slots:
    void readsEveryProgram_data();
    void readsEveryProgram();
    void tellsTheRest_data();
    void tellsTheRest();
    void refusesOtherJson_data();
    void refusesOtherJson();
    void aPromptAloneIsTold();
    void readsTextFiles();
    void readsNovelAiWeights();
    void readsTheCommandOfInvoke();
    void readsEasyDiffusionJson();
    void saysWhoWroteIt();
};

void MetadataTest::readsEveryProgram_data()
{
    QTest::addColumn<QString>("sample");
    QTest::addColumn<QString>("others"); // prompt | negative prompt | size | model
    QTest::addColumn<QString>("warnings");
    const auto row = [](const char* file, const char* sample, const char* others, const char* warnings = "") {
        QTest::newRow(file) << sample << others << warnings;
    };
    row("template_newline.png", "sample cfg=5 noise=philox sampler=euler schedule=normal seed=7 steps=2",
        "a red house | blurry | 256x256 | starter", "not taken over: Template, Negative Template");
    row("fields_wrapped.png", "sample cfg=5 noise=philox sampler=euler schedule=normal seed=7 steps=2",
        "a red house | blurry | 256x256 | starter");
    row("swarm_json.png", "sample cfg=5 noise=cpu sampler=euler schedule=normal seed=7 steps=2",
        "a red house | blurry | 256x256 | starter");
    row("swarmui.png", "sample cfg=7 noise=cpu sampler=dpmpp_2m schedule=karras seed=1234 steps=20",
        "a red house | blurry | 512x512 | OfficialStableDiffusion/sd_xl_base_1.0");
    row("fooocus.png",
        "sample cfg=4 noise=cpu sampler=dpmpp_2m_sde_gpu schedule=karras seed=2566404417576318893 steps=30",
        "a red house | blurry | 512x512 | juggernautXL_v8Rundiffusion",
        "the sampler dpmpp_2m_sde_gpu is not known here; choose another\n"
        "not taken over: adm_guidance, full_negative_prompt, full_prompt, loras, performance, sharpness, styles");
    row("fooocus.jpg",
        "sample cfg=4 noise=cpu sampler=dpmpp_2m_sde_gpu schedule=karras seed=2566404417576318893 steps=30",
        "a red house | blurry | 512x512 | juggernautXL_v8Rundiffusion",
        "the sampler dpmpp_2m_sde_gpu is not known here; choose another\n"
        "not taken over: adm_guidance, full_negative_prompt, full_prompt, loras, performance, sharpness, styles");
    row("fooocus_a1111.jpg",
        "sample cfg=4 noise=cpu sampler=DPM++ 2M SDE Karras schedule=karras seed=2566404417576318893 steps=30",
        "a red house | blurry | 512x512 | juggernautXL_v8Rundiffusion",
        "the sampler DPM++ 2M SDE Karras is not known here; choose another\n"
        "not taken over: Sharpness, ADM Guidance, Performance");
    row("novelai.png", "sample cfg=5 noise=philox sampler=euler_ancestral schedule=karras seed=2301577439 steps=28",
        "a red house | blurry | 832x1216 | NovelAI Diffusion V4");
    row("novelai_old.png", "sample cfg=5 noise=philox sampler=euler schedule=normal seed=7 steps=2",
        "(a red house:1.05) | blurry | 256x256 | Stable Diffusion", "not taken over: noise, strength");
    row("invokeai2.png", "sample cfg=7.5 noise=philox sampler=k_lms schedule=normal seed=42 steps=20",
        "a red house | blurry | 512x512 | stable diffusion", "the sampler k_lms is not known here; choose another");
    row("invokeai5.png", "sample cfg=7.5 noise=cpu sampler=dpmpp_2m schedule=karras seed=1872142 steps=30",
        "a red house | blurry | 512x512 | stable-diffusion-v1-5",
        "InvokeAI's own graph is not read; the workflow is made of its settings");
    row("drawthings.png", "sample cfg=7.5 noise=philox sampler=dpmpp_2m schedule=karras seed=4242 steps=20",
        "a red house | blurry | 512x512 | sd_v1.5_f16.ckpt", "not taken over: seed_mode, v2");
    row("krita.png", "sample cfg=5 noise=cpu sampler=euler schedule=karras seed=98765 steps=20",
        "a red house | blurry | 1024x1024 | dreamshaper_8.safetensors");
    row("easydiffusion.png", "sample cfg=7.5 noise=philox sampler=euler_ancestral schedule=normal seed=42 steps=25",
        "a red house | blurry | 512x512 | sd-v1-4");
    row("easydiffusion2.png", "sample cfg=5 noise=philox sampler=euler schedule=normal seed=7 steps=2",
        "a red house | blurry | 256x256 | starter");
    row("sdcpp.png", "sample cfg=7 noise=philox sampler=euler_ancestral schedule=karras seed=42 steps=20",
        "a lovely cat | blurry | 512x512 | sd-v1-4.ckpt", "not taken over: Guidance");
    row("sdcpp_eta0.png", "sample cfg=5 noise=philox sampler=euler schedule=normal seed=7 steps=2",
        "a red house |  | 256x256 | starter", "not taken over: Guidance");
    row("sdcpp_rng_cpu.txt", "sample cfg=7 noise=cpu sampler=euler_ancestral schedule=normal seed=42 steps=20",
        "a cat |  | 512x512 | m.ckpt", "not taken over: Guidance");
}

void MetadataTest::readsEveryProgram()
{
    QFETCH(QString, sample);
    QFETCH(QString, others);
    QFETCH(QString, warnings);
    const LoadedWorkflow loaded = openWorkflow(metadataPath(QTest::currentDataTag())).loaded;
    const Graph& graph = loaded.graph;
    QVERIFY(nodeOfType(graph, "sample"));
    QCOMPARE(QString::fromStdString(nodeText(*nodeOfType(graph, "sample"))), sample);
    QCOMPARE(textOf(graph, "encode_prompt", "text", "Prompt") + " | "
            + textOf(graph, "encode_prompt", "text", "Negative prompt") + " | " + textOf(graph, "empty_latent", "width")
            + 'x' + textOf(graph, "empty_latent", "height") + " | " + textOf(graph, "load_checkpoint", "file"),
        others);
    QCOMPARE(QString::fromStdString(joined(loaded.warnings)), warnings);
}

void MetadataTest::tellsTheRest_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("warnings");
    const auto row = [](const char* name, const char* text, const char* warnings) {
        QTest::newRow(name) << QByteArray(text) << warnings;
    };
    row("between the fields", "a\nSteps: 2, Sampler: Euler, odd words, CFG scale: 5, more, Seed: 7",
        "not understood: \"odd words, more\"");
    row("RNG", "a\nSteps: 2, Sampler: Euler, Seed: 7, RNG: std_default",
        "the noise of RNG std_default is not known here; philox, as a GPU makes it, is taken");
    row("Eta of a sampler without", "a\nSteps: 2, Sampler: Euler, Seed: 7, Eta: 0.5",
        "Eta is 0.5, but the sampler Euler has none; it is left out");
    row("Eta that is its own", "a\nSteps: 2, Sampler: Euler, Seed: 7, Eta: 0.0", "");
    row("uni_pc", "a\nSteps: 2, Sampler: uni_pc, Seed: 7",
        "uni_pc becomes unipc, which is uni_pc_bh2; the picture will differ slightly");
    row("JSON in a field",
        "a\nSteps: 2, Sampler: euler, Seed: 7, Version: stable-diffusion.cpp, SDCPP: {\"a\": 1, \"b\": 2}", "");
    row("SwarmUI", R"({"sui_image_params": {"prompt": "a", "loras": ["x"], "variationseed": 3}, "sui_new": {"b": 1}})",
        "not taken over: loras, variationseed, sui_new");
}

void MetadataTest::tellsTheRest()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, warnings);
    const LoadedWorkflow loaded = ofParameters(text.toStdString());
    QCOMPARE(QString::fromStdString(joined(loaded.warnings)), warnings);
    QCOMPARE(textOf(loaded.graph, "encode_prompt", "text", "Prompt"), QString("a"));
    QVERIFY(textOf(loaded.graph, "sample", "eta") == "none");
}

void MetadataTest::refusesOtherJson_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* text, const char* says) {
        QTest::newRow(name) << QByteArray(text) << says;
    };
    row("unknown", R"({"tool": "x", "prompt": "a", "c": 1, "d": 2, "e": 3, "f": 4})",
        "x.png: \"parameters\" is JSON with the keys \"c\", \"d\", \"e\", \"f\", \"prompt\" and 1 others, which no "
        "format "
        "known here has; nothing of it is taken over");
    row("damaged", R"({"sui_image_params": {"prompt": "a)",
        "x.png: \"parameters\" begins as JSON but is damaged or too large; nothing of it is taken over");
    for (const char* text :
        {"[\"a\"]", "[{\"prompt\": \"a\"}]", "{'prompt': 'a'}", "['a']", "<?xml version='1.0'?><a/>"})
        row(text, text,
            "x.png: \"parameters\" is the data of another program, in no format known here; nothing of it is taken "
            "over");
}

void MetadataTest::refusesOtherJson()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    try {
        ofParameters(text.toStdString());
        QFAIL("it was read");
    } catch (const Error& error) {
        QCOMPARE(int(error.kind), int(ErrorKind::BadFile));
        QCOMPARE(QString(error.what()), says);
    }
}

void MetadataTest::aPromptAloneIsTold()
{
    for (const char* prompt : {"a cat", "{a|b} house, Steps: 5", "[a|b]", "[{a|b}:c:0.5]", "<hypernet:x:1> a"}) {
        const LoadedWorkflow loaded = ofParameters(prompt);
        QCOMPARE(textOf(loaded.graph, "encode_prompt", "text", "Prompt"), QString(prompt));
        QCOMPARE(joined(loaded.warnings), std::string("the text holds no settings; all of it is taken as the prompt"));
    }
}

void MetadataTest::readsTextFiles()
{
    const std::string swarm = R"({"sui_image_params": {"prompt": "a cat", "steps": 3}})";
    QCOMPARE(int(workflowKind(swarm)), int(WorkflowKind::Metadata));
    QCOMPARE(textOf(openWorkflow(swarm, "x.json").graph, "encode_prompt", "text", "Prompt"), QString("a cat"));
    QCOMPARE(textOf(ofParameters("\xef\xbb\xbf" + swarm).graph, "encode_prompt", "text", "Prompt"), QString("a cat"));
}

void MetadataTest::readsNovelAiWeights()
{
    const auto prompt = [](const char* text) {
        const MetadataTexts texts{{"Software", "NovelAI"}, {"Comment", R"({"prompt": ")" + std::string(text) + "\"}"}};
        return readMetadata(texts, "x.png")->info.prompt;
    };
    QCOMPARE(prompt("{{a}} [b] c"), std::string("((a:1.05):1.05) (b:0.9524) c"));
    QCOMPARE(prompt("(a) {b"), std::string("\\(a\\) (b:1.05)"));
    QCOMPARE(prompt("a} b] {c]}"), std::string("a} b] (c]:1.05)"));
}

void MetadataTest::readsTheCommandOfInvoke()
{
    const MetadataTexts texts{
        {"Dream", "\"a -s house [blurry] by [dark]\" -s 20 -S 42 -W 512 -H 768 -C 7.5 -A k_euler -U 2"}};
    const Metadata made = *readMetadata(texts, "x.png");
    QCOMPARE(made.info.prompt, std::string("a -s house by"));
    QCOMPARE(made.info.negativePrompt, std::string("blurry dark"));
    QCOMPARE(fieldValue(made.info, "Size"), std::string_view("512x768"));
    QCOMPARE(fieldValue(made.info, "Steps"), std::string_view("20"));
    QCOMPARE(fieldValue(made.info, "Sampler"), std::string_view("k_euler"));
    QCOMPARE(joined(made.notes), std::string("not taken over: -U 2"));
}

void MetadataTest::readsEasyDiffusionJson()
{
    const LoadedWorkflow loaded = ofParameters(
        R"({"prompt": "a red house", "seed": 7, "num_inference_steps": 2, "clip_skip": true, "use_lora_model": "x"})");
    QCOMPARE(textOf(loaded.graph, "sample", "steps"), QString("2"));
    QCOMPARE(textOf(loaded.graph, "set_clip_skip", "layer"), QString("2"));
    QCOMPARE(joined(loaded.warnings), std::string("not taken over: use_lora_model"));
}

void MetadataTest::saysWhoWroteIt()
{
    QCOMPARE(howMade(metadataPath("swarmui.png")).maker, std::string("SwarmUI"));
    const MadeOf easy = howMade(metadataPath("easydiffusion.png"));
    QCOMPARE(easy.maker, std::string("Easy Diffusion"));
    QVERIFY(easy.hasWorkflow);
    QCOMPARE(easy.info.prompt, std::string("a red house"));
    QCOMPARE(fieldValue(easy.info, "Seed"), std::string_view("42"));
    QCOMPARE(joined(easy.warnings), std::string());
    const auto report = inspect(metadataPath("invokeai5.png"));
    QCOMPARE(report["parameters"].value("written by", ""), std::string("InvokeAI"));
    QCOMPARE(report["parameters"].value("Seed", ""), std::string("1872142"));
}

ATHANOR_TEST(MetadataTest)
#include "metadata_test.moc"
