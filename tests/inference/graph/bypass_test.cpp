// What bypassed nodes hand on, as ComfyUI's window has it, of nodes known and not known.
#include "inference/graph/bypass.h"

#include "inference/graph/flatten.h"
#include "inference/graph/validate.h"
#include "tests/support/comfy_graph.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

namespace {

Graph openedCase(const std::string& name)
{
    return readComfyWorkflow(caseText(name), name).graph;
}

// The links between the nodes that run and what keeps it from running.
std::string runs(const Graph& graph)
{
    std::string text = linksText(flatten(graph).graph);
    for (const Problem& problem : validate(graph))
        text += '\n' + problem.text;
    return text;
}

Node magic(const std::string& inputs, const std::string& outputs)
{
    Node node;
    node.type = "comfyui:Magic";
    node.foreign = R"({"comfyui": {"inputs": [)" + inputs + R"(], "outputs": [)" + outputs + "]}}";
    return node;
}

std::string port(const std::string& name, const std::string& type)
{
    return R"({"name": ")" + name + R"(", "type": ")" + type + "\"}";
}

}

class BypassTest : public QObject {
    Q_OBJECT
private slots:
    void picksTheInput_data();
    void picksTheInput();
    void controlNetKeepsTheNegativePrompt();
    void unknownNodesStandInNoOnesWay_data();
    void unknownNodesStandInNoOnesWay();
    void whatIsNotLinkedGivesNothing();
    void mutedReroutesLeadOn();
    void tellsThatAllIsMuted();
};

void BypassTest::picksTheInput_data()
{
    QTest::addColumn<std::string>("inputs");
    QTest::addColumn<std::string>("outputs");
    QTest::addColumn<std::string>("output");
    QTest::addColumn<std::string>("wanted");
    QTest::addColumn<std::string>("input");
    const std::string two = port("a", "CONDITIONING") + ',' + port("b", "CONDITIONING");
    const auto row = [](const char* name, const std::string& inputs, const std::string& outputs, const char* output,
                         const char* wanted, const char* input) {
        QTest::newRow(name) << inputs << outputs << std::string(output) << std::string(wanted) << std::string(input);
    };
    row("its own place", two, two, "b", "CONDITIONING", "b");
    row("first of the type", port("m", "MODEL") + ',' + two, port("x", "CONDITIONING"), "x", "CONDITIONING", "a");
    row("one more output", port("i", "IMAGE"), port("i", "IMAGE") + ',' + port("j", "IMAGE"), "j", "IMAGE", "i");
    row("nothing fits", port("i", "IMAGE"), port("i", "IMAGE") + ',' + port("m", "MASK"), "m", "MASK", "");
    row("exactly before by a list", port("i", "IMAGE,MASK") + ',' + port("j", "MASK"),
        port("x", "LATENT") + ',' + port("y", "FLOAT") + ',' + port("m", "MASK"), "m", "MASK", "j");
    row("of a list", port("l", "LATENT") + ',' + port("i", "IMAGE,MASK"), port("m", "MASK"), "m", "MASK", "i");
    row("own place takes anything", port("x", "*"), port("i", "IMAGE"), "i", "IMAGE", "x");
    row("what takes anything", port("m", "MODEL") + ',' + port("c", "CLIP"),
        port("x", "IMAGE") + ',' + port("y", "VAE"), "y", "*", "c");
    row("what takes anything, fewer inputs", port("m", "MODEL"), port("x", "IMAGE") + ',' + port("y", "VAE"), "y", "*",
        "m");
    row("no inputs", "", port("x", "IMAGE"), "x", "*", "");
    row("types not known here", port("s", "SIGMAS") + ',' + port("g", "GUIDER"), port("g", "GUIDER"), "g", "GUIDER",
        "g");
    row("no such output", two, two, "c", "CONDITIONING", "");
}

void BypassTest::picksTheInput()
{
    QFETCH(std::string, inputs);
    QFETCH(std::string, outputs);
    QFETCH(std::string, output);
    QFETCH(std::string, wanted);
    QFETCH(std::string, input);
    QCOMPARE(handedOn(magic(inputs, outputs), output, wanted).input, input);
}

void BypassTest::controlNetKeepsTheNegativePrompt()
{
    const char* const links = "4.model>3.model 4.text_encoder>6.text_encoder 4.text_encoder>7.text_encoder 4.vae>8.vae "
                              "5.latent>3.latent 3.latent>8.latent 6.conditioning>3.positive "
                              "7.conditioning>3.negative 8.image>9.image";
    const auto sorted = [](const char* words) {
        QStringList list = QString(words).split(' ');
        list.sort();
        return list.join(' ').toStdString();
    };
    QCOMPARE(runs(openedCase("bypass_controlnet")), sorted(links));
    const std::string beside = " 21.control_net>"; // of what only feeds the bypassed node
    QVERIFY(runs(openedCase("09_bypassed_controlnet")).find(beside) == std::string::npos);
    QCOMPARE(runs(openedCase("09_bypassed_controlnet")), runs(openedCase("09b_without_controlnet")));
}

void BypassTest::unknownNodesStandInNoOnesWay_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("link");
    QTest::newRow("LoRA") << "bypass_lora"
                          << "4.text_encoder>6.text_encoder";
    QTest::newRow("LoRA of reports") << "25_bypassed_lora"
                                     << "4.text_encoder>6.text_encoder";
    QTest::newRow("FreeU") << "bypass_unknown"
                           << "4.model>3.model";
}

void BypassTest::unknownNodesStandInNoOnesWay()
{
    QFETCH(QString, file);
    QFETCH(QString, link);
    const LoadedWorkflow loaded = readComfyWorkflow(caseText(file.toStdString()), "w.json");
    QCOMPARE(joined(loaded.warnings), std::string());
    const QString all = QString::fromStdString(runs(loaded.graph));
    QVERIFY2(all.contains(link) && all.contains("4.model>3.model") && !all.contains('\n'), qPrintable(all));
    Graph muted = loaded.graph; // then it takes along what needs it, and nothing else is said of it
    for (auto& [id, node] : muted.nodes)
        if (node.mode == NodeMode::Bypassed)
            node.mode = NodeMode::Muted;
    const QString left = QString::fromStdString(runs(muted));
    QVERIFY2(left.contains("muted") && !left.contains("known"), qPrintable(left));
}

// ComfyUI looks at no second input of the type.
void BypassTest::whatIsNotLinkedGivesNothing()
{
    Graph graph = openedCase("bypass_controlnet");
    std::erase_if(graph.links, [](const auto& entry) { return entry.second.to == PortRef{10, "negative"}; });
    const std::string all = runs(graph);
    QVERIFY2(all.find("6.conditioning>3.positive") != std::string::npos, all.c_str());
    QVERIFY2(all.find(">3.negative") == std::string::npos, all.c_str());
}

void BypassTest::mutedReroutesLeadOn()
{
    Graph graph = openedCase("09b_without_controlnet");
    Node bend;
    bend.type = "reroute";
    bend.mode = NodeMode::Muted;
    graph.nodes.emplace(50, bend);
    for (auto& [id, link] : graph.links)
        if (link.to == PortRef{3, "model"})
            link.to = {50, "value"};
    graph.links.emplace(900, Link{{50, "value"}, {3, "model"}});
    graph.nextId = 901;
    QCOMPARE(runs(graph), runs(openedCase("09b_without_controlnet")));
}

void BypassTest::tellsThatAllIsMuted()
{
    Graph graph = openedCase("09b_without_controlnet");
    graph.nodes.at(4).mode = NodeMode::Muted;
    const std::vector<Problem> problems = validate(graph);
    QCOMPARE(problems.size(), size_t(1));
    QVERIFY2(problems[0].text.find("left to run") != std::string::npos, problems[0].text.c_str());
}

ATHANOR_TEST(BypassTest)
#include "bypass_test.moc"
