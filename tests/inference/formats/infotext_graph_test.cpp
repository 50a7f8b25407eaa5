// A1111's parameters as workflows: every value of the text stands in a node, and the rest is told.
#include "inference/formats/infotext_graph.h"

#include "inference/graph/validate.h"
#include "tests/support/comfy_graph.h"
#include "tests/support/test_program.h"

#include <QTest>
#include <map>
#include <set>

using namespace athanor;

namespace {

const Node& only(const Graph& graph, const std::string& type, const std::string& title = "")
{
    for (const auto& [id, node] : graph.nodes)
        if (node.type == type && node.title == title)
            return node;
    qFatal("there is no %s \"%s\"", type.c_str(), title.c_str());
}

LoadedWorkflow openedText(const std::string& fields, const std::string& prompt = "a cat")
{
    return infotextWorkflow(prompt + "\nNegative prompt: dog\nSteps: 20, " + fields + ", Seed: 7");
}

std::string paramText(const Graph& graph, const char* type, const char* name, const char* title = "")
{
    const auto& params = only(graph, type, title).params;
    const auto at = params.find(name);
    return at == params.end() ? "none" : valueText(at->second);
}

}

class InfotextGraphTest : public QObject {
    Q_OBJECT
private slots:
    void everyValueIsTakenOver();
    void namesAreMapped_data();
    void namesAreMapped();
    void secondPass_data();
    void secondPass();
    void pictureToPicture_data();
    void pictureToPicture();
    void controlsAreTakenOver();
    void oldControlsAreTakenOver();
    void controlsOfAnyKind_data();
    void controlsOfAnyKind();
    void lorasBecomeNodes();
    void tellsWhatIsLeft();
    void tellsOfSettingsInAPrompt();
    void promptsAreExact_data();
    void promptsAreExact();
    void opensAnything_data();
    void opensAnything();
};

void InfotextGraphTest::everyValueIsTakenOver()
{
    const LoadedWorkflow loaded = infotextWorkflow(
        "a cat, (best:1.2)\nsecond line\nNegative prompt: dog\n"
        "Steps: 25, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 18446744073709551615, "
        "Size: 512x768, Model hash: 6ce0161689, Model: dream, VAE: fine.vae.pt, Clip skip: 2, RNG: CPU, Version: "
        "v1.9.3");
    const Graph& graph = loaded.graph;
    QCOMPARE(joined(loaded.warnings), std::string());
    QCOMPARE(nodeText(only(graph, "sample")),
        std::string("sample cfg=6.5 noise=cpu sampler=dpmpp_2m schedule=karras seed=18446744073709551615 steps=25"));
    QCOMPARE(nodeText(only(graph, "empty_latent")), std::string("empty_latent batch=1 height=768 width=512"));
    QCOMPARE(nodeText(only(graph, "encode_prompt", "Prompt")),
        std::string("encode_prompt text=a cat, (best:1.2)\nsecond line"));
    QCOMPARE(nodeText(only(graph, "encode_prompt", "Negative prompt")), std::string("encode_prompt text=dog"));
    QCOMPARE(nodeText(only(graph, "load_checkpoint")), std::string("load_checkpoint file=dream"));
    QCOMPARE(nodeText(only(graph, "load_vae")), std::string("load_vae file=fine.vae.pt"));
    QCOMPARE(nodeText(only(graph, "set_clip_skip")), std::string("set_clip_skip layer=2"));
    const auto problems = validate(graph);
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems[0].text.c_str());
    QVERIFY(readWorkflow(writeWorkflow(graph), "own").graph == graph);
}

void InfotextGraphTest::namesAreMapped_data()
{
    QTest::addColumn<QString>("fields");
    QTest::addColumn<QString>("sampler");
    QTest::addColumn<QString>("schedule");
    QTest::addColumn<QString>("warning");
    const auto row = [](const char* fields, const char* sampler, const char* schedule, const char* warning = "") {
        QTest::newRow(fields) << fields << sampler << schedule << warning;
    };
    row("Sampler: Euler a, Schedule type: Automatic", "euler_ancestral", "normal");
    row("Sampler: DPM++ 2M, Schedule type: Automatic", "dpmpp_2m", "karras");
    row("Sampler: Euler, Schedule type: Uniform", "euler", "normal");
    row("Sampler: Heun, Schedule type: SGM Uniform", "heun", "sgm_uniform");
    row("Sampler: UniPC, Schedule type: Exponential", "unipc", "exponential");
    row("Sampler: DDIM, Schedule type: DDIM", "ddim", "ddim_uniform");
    row("Sampler: LCM, Schedule type: Simple", "lcm", "simple");
    row("Sampler: DPM++ 2M Karras, CFG scale: 7", "dpmpp_2m", "karras");
    row("Sampler: DPM++ 2M Exponential, CFG scale: 7", "dpmpp_2m", "exponential");
    row("Sampler: euler, CFG scale: 7", "euler", "normal");
    row("Sampler: DPM2 a, Schedule type: Beta", "DPM2 a", "Beta",
        "the sampler DPM2 a is not known here; choose another\nthe schedule Beta is not known here; choose another");
}

void InfotextGraphTest::namesAreMapped()
{
    QFETCH(QString, fields);
    QFETCH(QString, sampler);
    QFETCH(QString, schedule);
    QFETCH(QString, warning);
    const LoadedWorkflow loaded = openedText(fields.toStdString());
    QCOMPARE(QString::fromStdString(paramText(loaded.graph, "sample", "sampler")), sampler);
    QCOMPARE(QString::fromStdString(paramText(loaded.graph, "sample", "schedule")), schedule);
    QCOMPARE(QString::fromStdString(joined(loaded.warnings)), warning);
    QCOMPARE(paramText(loaded.graph, "sample", "noise"), std::string("philox"));
}

void InfotextGraphTest::secondPass_data()
{
    QTest::addColumn<QString>("fields");
    QTest::addColumn<QString>("scaling");
    QTest::addColumn<QString>("pass");
    QTest::addColumn<QString>("warning");
    QTest::newRow("latent")
        << "Sampler: Euler, Denoising strength: 0.6, Hires upscale: 1.5, Hires upscaler: Latent (bicubic)"
        << "scale_latent factor=1.5 height=0 method=bicubic width=0"
        << "20 0.6 all"
        << "";
    QTest::newRow("own steps and size")
        << "Sampler: Euler, Denoising strength: 0.6, Hires resize: 640x960, Hires steps: 12, Hires upscaler: Latent"
        << "scale_latent height=960 method=bilinear width=640"
        << "12 0.6 all"
        << "";
    QTest::newRow("by pictures")
        << "Sampler: Euler, Denoising strength: 0.3, Hires upscale: 2, Hires upscaler: R-ESRGAN 4x+"
        << "resize_image factor=2 height=0 method=lanczos width=0"
        << "20 0.3 all"
        << "the upscaler R-ESRGAN 4x+ is not known here; the picture is resized instead";
}

void InfotextGraphTest::secondPass()
{
    QFETCH(QString, fields);
    QFETCH(QString, scaling);
    QFETCH(QString, pass);
    QFETCH(QString, warning);
    const LoadedWorkflow loaded = openedText(fields.toStdString() + ", Model: x");
    const Graph& graph = loaded.graph;
    QCOMPARE(QString::fromStdString(joined(loaded.warnings)), warning);
    QCOMPARE(QString::fromStdString(nodeText(only(graph, scaling.section(' ', 0, 0).toStdString()))), scaling);
    QCOMPARE(QString::fromStdString(paramText(graph, "sample", "steps", "Second pass") + ' '
                 + paramText(graph, "sample", "strength", "Second pass") + ' '
                 + paramText(graph, "sample", "strength_mode", "Second pass")),
        pass);
    QCOMPARE(paramText(graph, "sample", "strength"), std::string("none"));
    QVERIFY(validate(graph).empty());
}

void InfotextGraphTest::pictureToPicture_data()
{
    QTest::addColumn<QString>("fields");
    QTest::addColumn<QString>("mode"); // empty: it is text to image
    QTest::newRow("A1111") << "Denoising strength: 0.6, Version: v1.10.1"
                           << "a1111";
    QTest::newRow("ours") << "Denoising strength: 0.6, Strength mode: all, Version: Athanor 0.1.0"
                          << "all";
    QTest::newRow("ours before the field") << "Denoising strength: 0.6, Version: Athanor 0.1.0"
                                           << "share";
    QTest::newRow("Krita") << "Denoising strength: 0.6, Version: krita-ai 1.31"
                           << "all";
    QTest::newRow("the whole strength") << "Denoising strength: 1.0, Version: krita-ai 1.31"
                                        << "";
}

void InfotextGraphTest::pictureToPicture()
{
    QFETCH(QString, fields);
    QFETCH(QString, mode);
    const LoadedWorkflow loaded = openedText("Sampler: Euler, Size: 512x768, " + fields.toStdString());
    const Graph& graph = loaded.graph;
    if (mode.isEmpty()) {
        QCOMPARE(joined(loaded.warnings), std::string());
        QCOMPARE(paramText(graph, "empty_latent", "width"), std::string("512"));
        return;
    }
    QCOMPARE(joined(loaded.warnings),
        std::string("it was made from another picture, which the text does not hold: choose it"));
    QCOMPARE(paramText(graph, "sample", "strength"), std::string("0.6"));
    QCOMPARE(paramText(graph, "sample", "strength_mode"), mode.toStdString());
    QCOMPARE(nodeText(only(graph, "resize_image")), std::string("resize_image height=768 method=lanczos width=512"));
    for (const auto& [id, node] : graph.nodes)
        QVERIFY(node.type != "empty_latent");
    const std::vector<Problem> problems = validate(graph); // all that is missing is the picture
    QCOMPARE(problems.size(), size_t(2)); // and the model
    for (const Problem& problem : problems)
        QVERIFY2(problem.text.ends_with(": file: no file is chosen"), problem.text.c_str());
}

void InfotextGraphTest::oldControlsAreTakenOver()
{
    const LoadedWorkflow loaded = openedText(
        "Sampler: Euler, ControlNet 0: \"preprocessor: canny, model: control_v11p_sd15_canny [d14c016b], weight: 0.8, "
        "starting/ending: (0.1, 0.9), resize mode: Crop and Resize, pixel perfect: False, control mode: Balanced, "
        "preprocessor params: (640, 90, 180)\"");
    QCOMPARE(joined(loaded.warnings), std::string("ControlNet 0: choose its picture, which the text does not hold"));
    QCOMPARE(nodeText(only(loaded.graph, "canny")), std::string("canny high=180 low=90 resolution=640"));
    QCOMPARE(nodeText(only(loaded.graph, "apply_controlnet", "ControlNet 0")),
        std::string("apply_controlnet end=0.9 mode=balanced resize_mode=crop start=0.1 strength=0.8"));
    QCOMPARE(paramText(loaded.graph, "load_controlnet", "file"), std::string("control_v11p_sd15_canny"));
}

void InfotextGraphTest::controlsAreTakenOver()
{
    const LoadedWorkflow loaded = openedText(
        "Sampler: Euler, "
        "ControlNet 0: \"Module: canny, Model: control_v11p_sd15_canny [d14c016b], Weight: 0.75, Resize Mode: Resize "
        "and "
        "Fill, Processor Res: 640, Threshold A: 90, Threshold B: 180, Guidance Start: 0.1, Guidance End: 0.8, Pixel "
        "Perfect: False, Control Mode: My prompt is more important\", "
        "ControlNet 1: \"Module: none, Model: lines, Weight: 1, Resize Mode: Just Resize, Control Mode: Balanced\"");
    const Graph& graph = loaded.graph;
    QCOMPARE(joined(loaded.warnings),
        std::string("ControlNet 0: choose its picture, which the text does not hold\n"
                    "ControlNet 1: choose its picture, which the text does not hold"));
    QCOMPARE(nodeText(only(graph, "canny")), std::string("canny high=180 low=90 resolution=640"));
    QCOMPARE(nodeText(only(graph, "apply_controlnet", "ControlNet 0")),
        std::string("apply_controlnet end=0.8 mode=prompt resize_mode=fill start=0.1 strength=0.75"));
    QCOMPARE(nodeText(only(graph, "apply_controlnet", "ControlNet 1")),
        std::string("apply_controlnet mode=balanced resize_mode=stretch strength=1"));
    std::vector<std::string> files;
    for (const auto& [id, node] : graph.nodes)
        if (node.type == "load_controlnet")
            files.push_back(std::get<std::string>(node.params.at("file")));
    QCOMPARE(files, (std::vector<std::string>{"control_v11p_sd15_canny", "lines"}));
    const auto source = [&](const std::string& type, const std::string& input, const std::string& title = "") {
        for (const auto& [id, link] : graph.links)
            if (&graph.nodes.at(link.to.node) == &only(graph, type, title) && link.to.port == input)
                return graph.nodes.at(link.from.node).title + '/' + graph.nodes.at(link.from.node).type;
        return std::string("nothing");
    };
    QCOMPARE(source("sample", "positive"), std::string("ControlNet 1/apply_controlnet"));
    QCOMPARE(source("sample", "negative"), std::string("ControlNet 1/apply_controlnet"));
    QCOMPARE(source("apply_controlnet", "positive", "ControlNet 1"), std::string("ControlNet 0/apply_controlnet"));
    QCOMPARE(source("apply_controlnet", "positive", "ControlNet 0"), std::string("Prompt/encode_prompt"));
    QCOMPARE(source("apply_controlnet", "image", "ControlNet 0"), std::string("/canny"));
    QCOMPARE(source("canny", "image"), std::string("Picture of ControlNet 0/load_image"));
    QCOMPARE(source("apply_controlnet", "image", "ControlNet 1"), std::string("Picture of ControlNet 1/load_image"));
    for (const Problem& problem : validate(graph)) // of the graph itself there is nothing to complain
        QVERIFY2(problem.text.ends_with(": file: no file is chosen"), problem.text.c_str());
}

void InfotextGraphTest::controlsOfAnyKind_data()
{
    QTest::addColumn<QString>("unit");
    QTest::addColumn<QString>("node");
    QTest::addColumn<QString>("warning");
    const auto row = [](const char* unit, const char* node, const char* warning = "") {
        QTest::newRow(unit) << unit << node << warning;
    };
    row("Module: softedge_pidisafe", "softedge_pidinet safe=true");
    row("Module: recolor_intensity, Threshold A: 1.5", "recolor by=intensity gamma=1.5");
    row("Module: dw_openpose_full, Processor Res: 512", "pose resolution=512");
    row("Module: depth_anything_v2, Processor Res: 518", "depth resolution=518");
    row("Module: depth_midas, Processor Res: 512, Pixel Perfect: True", "depth");
    row("Module: invert (from white bg & black line)", "invert");
    row("Module: mlsd, Threshold A: 0.2, Threshold B: 3", "mlsd distance=3 score=0.2");
    row("Module: canny, Threshold A: many", "canny",
        "ControlNet 0: Threshold A is many, no number; the usual one is taken");
    row("Module: canny, Threshold B: 1000", "canny high=255");
    row("Module: seg_ofade20k", "",
        "ControlNet 0: the preprocessor seg_ofade20k is not known here; the picture goes to the ControlNet as it is");
    row("Module: canny, Union Control Type: Unknown", "canny", "ControlNet 0: not taken over: Union Control Type");
    row("Control Mode: Odd", "", "ControlNet 0: Control Mode is Odd, which is not known here");
}

void InfotextGraphTest::controlsOfAnyKind()
{
    QFETCH(QString, unit);
    QFETCH(QString, node);
    QFETCH(QString, warning);
    const LoadedWorkflow loaded =
        openedText("Sampler: Euler, ControlNet 0: \"Model: m, Weight: 1, " + unit.toStdString() + "\"");
    std::string found;
    for (const auto& [id, other] : loaded.graph.nodes)
        if (findNodeType(other.type)->category == "Preprocess")
            found += nodeText(other);
    QCOMPARE(QString::fromStdString(found), node);
    QCOMPARE(QString::fromStdString(joined(loaded.warnings)),
        "ControlNet 0: choose its picture, which the text does not hold" + (warning.isEmpty() ? "" : '\n' + warning));
}

void InfotextGraphTest::lorasBecomeNodes()
{
    const LoadedWorkflow loaded =
        infotextWorkflow("a cat <lora:ink:0.8> and <lora:oil:0:1>dog\nSteps: 25, Sampler: Euler, "
                         "CFG scale: 7, Clip skip: 2, Lora hashes: \"ink: 0123456789ab\"");
    QCOMPARE(joined(loaded.warnings), std::string());
    QCOMPARE(nodeText(only(loaded.graph, "encode_prompt", "Prompt")), std::string("encode_prompt text=a cat  and dog"));
    std::string found;
    for (const auto& [id, node] : loaded.graph.nodes)
        if (node.type == "load_lora")
            found += nodeText(node) + '\n';
    QCOMPARE(found,
        std::string("load_lora file=ink model_strength=0.8 text_strength=0.8\n"
                    "load_lora file=oil model_strength=1 text_strength=0\n"));
    std::map<NodeId, std::string> types;
    for (const auto& [id, node] : loaded.graph.nodes)
        types[id] = node.type;
    std::set<std::string> links; // from the checkpoint through both to the sampler and, by clip skip, the prompts
    for (const auto& [id, link] : loaded.graph.links)
        links.insert(types[link.from.node] + '.' + link.from.port + '>' + types[link.to.node]);
    for (const char* link : {"load_checkpoint.model>load_lora", "load_checkpoint.text_encoder>load_lora",
             "load_lora.model>load_lora", "load_lora.model>sample", "load_lora.text_encoder>set_clip_skip",
             "set_clip_skip.text_encoder>encode_prompt"})
        QVERIFY2(links.contains(link), link);
    QVERIFY(!links.contains("load_checkpoint.model>sample"));
}

void InfotextGraphTest::tellsWhatIsLeft()
{
    QCOMPARE(joined(openedText("Sampler: Euler, ENSD: 31337, Lora hashes: \"x: 1\", Version: v1.9").warnings),
        std::string("not taken over: ENSD"));
    QCOMPARE(joined(openedText("Sampler: Euler, Denoising strength: many").warnings),
        std::string("Denoising strength is many, no number; the usual one is taken"));
    QCOMPARE(joined(openedText("Sampler: Euler, CFG scale: nan, Size: big").warnings),
        std::string(
            "CFG scale is nan, no number; the usual one is taken\nSize is big, not as 512x768; 512x512 is taken"));
}

// The last line that looks like settings is taken for them, and may be the end of a template.
void InfotextGraphTest::tellsOfSettingsInAPrompt()
{
    const LoadedWorkflow loaded = openedText("Sampler: Euler, Template: foo\nSteps: 99, Sampler: DDIM");
    QVERIFY2(std::ranges::any_of(loaded.warnings,
                 [](const std::string& warning) {
                     return warning.starts_with("the negative prompt has a line that looks like settings, \"Steps: 20");
                 }),
        joined(loaded.warnings).c_str());
    QVERIFY(openedText("Sampler: Euler").warnings.empty());
}

// J15: what looks like fields in a prompt is a prompt.
void InfotextGraphTest::promptsAreExact_data()
{
    QTest::addColumn<QString>("prompt");
    QTest::newRow("fields") << "Steps: 5";
    QTest::newRow("a last line") << "a\nSteps: 5, Sampler: LCM, Seed: 3, Size: 64x64";
    QTest::newRow("a negative prompt") << "a\nNegative prompt: b";
    QTest::newRow("JSON") << "{\"nodes\": []}";
    QTest::newRow("blanks and letters") << QString::fromUtf8(" a\t\r\n赤い家 ");
}

void InfotextGraphTest::promptsAreExact()
{
    QFETCH(QString, prompt);
    const Infotext info{
        prompt.toStdString(), prompt.toStdString(), {{"Steps", "20"}, {"Sampler", "Euler"}, {"Seed", "1"}}};
    const Graph graph = infotextWorkflow(writeInfotext(info)).graph;
    QCOMPARE(paramText(graph, "encode_prompt", "text", "Prompt"), prompt.toStdString());
    QCOMPARE(paramText(graph, "encode_prompt", "text", "Negative prompt"), prompt.toStdString());
    QCOMPARE(paramText(graph, "sample", "sampler"), std::string("euler"));
}

void InfotextGraphTest::opensAnything_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("a prompt") << QByteArray("a cat");
    QTest::newRow("not UTF-8") << QByteArray("\xff\nSteps: \xff, Sampler: \xc3, Seed: 1");
    QTest::newRow("numbers beyond") << QByteArray(
        "a\nSteps: 99999999999999999999, Seed: -1, Size: 9999999999x-5, Clip skip: 1e9");
    QTest::newRow("control characters") << QByteArray("a\nSteps: 1, Sampler: \x1b[31m, Seed: 1");
}

void InfotextGraphTest::opensAnything()
{
    QFETCH(QByteArray, text);
    const LoadedWorkflow loaded = infotextWorkflow(text.toStdString());
    QVERIFY(loaded.graph.nodes.size() >= 7);
    for (const std::string& warning : loaded.warnings)
        for (const char c : warning)
            QVERIFY(uint8_t(c) >= 0x20);
    writeWorkflow(loaded.graph);
}

ATHANOR_TEST(InfotextGraphTest)
#include "infotext_graph_test.moc"
