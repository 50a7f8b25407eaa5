// The workflows that "generate" makes of its options, and those of files without places, as the window shows them: no
// node lies upon another, before a run and after it.
#include "app/commands/generate_graph.h"
#include "app/engine/workflow_file.h"
#include "inference/formats/comfyui_json.h"
#include "inference/formats/infotext_graph.h"
#include "inference/graph/validate.h"
#include "tests/support/test_program.h"
#include "ui/canvas/graph_scene.h"
#include "ui/canvas/node_item.h"
#include "ui/common/theme.h"

#include <QApplication>
#include <QTest>

#include <functional>

using namespace athanor;

namespace {

using Ask = std::function<void(GenerateArguments&)>;

const FamilyRow& familyOf(bool inpaints)
{
    return *findFamily(Architecture::StableDiffusion1, inpaints ? Variant::Inpainting : Variant::Base);
}

// A control of the starter model.
ControlArgument controlBy(const char* kind, bool isMap = false)
{
    return {.kind = kind, .picture = "source.png", .isMap = isMap};
}

// The pairs of nodes that lie upon each other.
QStringList overlapping(const GraphScene& scene)
{
    QStringList pairs;
    const auto nameOf = [](const NodeItem& item) {
        const QRectF rect = item.rect();
        return item.face().title + QString(" (%1, %2 to %3)").arg(rect.x()).arg(rect.top()).arg(rect.bottom());
    };
    for (const auto& [a, first] : scene.nodes())
        for (const auto& [b, second] : scene.nodes())
            if (a < b && first->rect().intersects(second->rect()))
                pairs << nameOf(*first) + " and " + nameOf(*second);
    return pairs;
}

// A picture as high as a node shows any, where one comes out of the node or goes into it to be kept.
void showPictures(RunState& runs, const Graph& graph)
{
    for (const auto& [id, node] : graph.nodes) {
        const NodeType* type = findNodeType(node.type);
        const bool shows = type
            && (type->isOutput || type->id == "sample"
                || std::ranges::any_of(type->outputs, [](const OutputPort& port) {
                       return port.type == PortType::Image || port.type == PortType::ControlMap;
                   }));
        if (!shows)
            continue;
        RunMessage message;
        message.event.kind = RunEvent::Kind::NodeDone;
        message.event.node = {id};
        message.image = QImage(64, 128, QImage::Format_RGB32);
        runs.apply(message);
    }
}

void checkPlaces(const Graph& graph)
{
    GraphDocument document;
    document.reset(graph);
    RunState runs;
    const GraphScene scene(document, runs, theme(true));
    QCOMPARE(scene.nodes().size(), graph.nodes.size());
    QStringList pairs = overlapping(scene);
    QVERIFY2(pairs.isEmpty(), qPrintable(pairs.join('\n')));
    showPictures(runs, graph);
    pairs = overlapping(scene);
    QVERIFY2(pairs.isEmpty(), qPrintable("with pictures: " + pairs.join('\n')));
}

}

Q_DECLARE_METATYPE(Ask)

class GenerateGraphTest : public QObject {
    Q_OBJECT
private slots:
    void noNodeLiesUponAnother_data();
    void noNodeLiesUponAnother();
    void builtInNodesStayWhereTheyAre();
    void norInFilesWithoutPlaces_data();
    void norInFilesWithoutPlaces();
};

void GenerateGraphTest::noNodeLiesUponAnother_data()
{
    QTest::addColumn<bool>("inpaints");
    QTest::addColumn<Ask>("ask");
    QTest::addColumn<int>("nodes");
    const auto row = [](const char* name, int nodes, Ask ask, bool inpaints = false) {
        QTest::newRow(name) << inpaints << std::move(ask) << nodes;
    };
    const auto loras = [](GenerateArguments& a) { a.loras = {{"ink"}, {"style", 0.5, 1}, {"light", 1, 0}}; };
    const auto controls = [](GenerateArguments& a) {
        for (const char* kind : {"canny", "lineart", "depth", "pose"})
            a.controls.push_back(controlBy(kind));
        a.controls.push_back(controlBy("canny", true));
    };
    const auto start = [](GenerateArguments& a) { a.initPath = "source.png"; };
    const auto masked = [=](GenerateArguments& a) {
        start(a);
        a.maskPath = "mask.png";
    };
    const auto all = [=](GenerateArguments& a) {
        loras(a);
        controls(a);
        a.vae = "vae.safetensors";
        a.clipSkip = 2;
        a.prompt = "a <lora:more:0.3>cat with a long prompt that fills all of the lines which a node has for one";
        a.negative = "dull, blurred, drawn by a child, cut off at an edge, too dark to see anything in it at all";
    };
    row("nothing", 7, [](GenerateArguments&) {});
    row("a start", 10, start);
    row("a VAE", 8, [](GenerateArguments& a) { a.vae = "vae.safetensors"; });
    row("a VAE and a start", 11, [=](GenerateArguments& a) {
        start(a);
        a.vae = "vae.safetensors";
    });
    row("a clip skip", 8, [](GenerateArguments& a) { a.clipSkip = 2; });
    row("a LoRA", 8, [](GenerateArguments& a) { a.loras = {{"ink"}}; });
    row("a LoRA in the prompt", 8, [](GenerateArguments& a) { a.prompt = "a <lora:ink:0.8> cat"; });
    row("LoRAs and a clip skip", 11, [=](GenerateArguments& a) {
        loras(a);
        a.clipSkip = 2;
    });
    row("a control", 11, [](GenerateArguments& a) { a.controls = {controlBy("canny")}; });
    row("controls", 7 + 4 * 4 + 3, controls);
    row("a mask", 10 + 3 - 1, masked);
    row("a mask that the network is shown", 10 + 4 - 2, masked, true);
    row(
        "a mask that it is shown, and a strength", 10 + 3 - 1,
        [=](GenerateArguments& a) {
            masked(a);
            a.strength = 0.5;
        },
        true);
    row("all", 7 + 4 + 4 * 4 + 3 + 2, all);
    row("all with a mask", 12 + 4 + 4 * 4 + 3 + 2, [=](GenerateArguments& a) {
        masked(a);
        all(a);
    });
}

void GenerateGraphTest::noNodeLiesUponAnother()
{
    QFETCH(bool, inpaints);
    QFETCH(Ask, ask);
    QFETCH(int, nodes);
    GenerateArguments arguments;
    arguments.prompt = "a cat";
    arguments.out = "x.png";
    ask(arguments);
    const Graph graph = generateGraph(arguments, familyOf(inpaints), {256, 256});
    QCOMPARE(int(graph.nodes.size()), nodes);
    const std::vector<Problem> problems = validate(graph);
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems.front().text.c_str());
    checkPlaces(graph);
}

// What is built in is laid out by hand.
void GenerateGraphTest::builtInNodesStayWhereTheyAre()
{
    GenerateArguments arguments;
    arguments.prompt = "a cat";
    arguments.steps = 3;
    const Graph graph = generateGraph(arguments, familyOf(false), {256, 256});
    for (const auto& [id, node] : builtInWorkflow("text-to-image").nodes)
        QVERIFY(graph.nodes.at(id).rect == node.rect);
}

void GenerateGraphTest::norInFilesWithoutPlaces_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("A1111, in two passes")
        << "a cat <lora:ink:0.5> <lora:light:1>\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, CFG scale: 7, "
           "Seed: "
           "1, Size: 512x512, Model: x, VAE: y, Clip skip: 2, Denoising strength: 0.5, Hires upscale: 2, Hires "
           "upscaler: R-ESRGAN 4x+";
    QTest::newRow("A1111, with ControlNets")
        << "a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, Model: x, Denoising strength: "
           "0.5, ControlNet 0: \"Module: canny, Model: a, Weight: 1\", ControlNet 1: \"Module: none, Model: b, Weight: "
           "1\"";
    QTest::newRow("ComfyUI's API form, with nodes that are not known")
        << R"({"1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "x"}},
            "2": {"class_type": "Unknown", "inputs": {"a": ["1", 0], "b": ["1", 1], "c": ["1", 2], "d": 5}},
            "3": {"class_type": "KSampler", "inputs": {"model": ["1", 0]}},
            "4": {"class_type": "KSampler", "inputs": {"model": ["1", 0], "seed": ["2", 0]}},
            "5": {"class_type": "Other", "inputs": {}}, "6": {"class_type": "EmptyLatentImage", "inputs": {}},
            "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "one\ntwo\nthree", "clip": ["1", 1]}},
            "8": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["1", 1]}}})";
}

void GenerateGraphTest::norInFilesWithoutPlaces()
{
    QFETCH(QString, text);
    const std::string file = text.toStdString();
    checkPlaces(file.starts_with('{') ? readComfyWorkflow(file, "w.json").graph : infotextWorkflow(file).graph);
}

ATHANOR_WINDOW_TEST(GenerateGraphTest)
#include "generate_graph_test.moc"
