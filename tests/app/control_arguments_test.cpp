// What --control takes, which ControlNet and preprocessor serve it, and the nodes that it becomes.
#include "app/commands/control_arguments.h"
#include "inference/graph/graph_edit.h"
#include "render/error.h"
#include "tests/support/refusal.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

class ControlArgumentsTest : public QObject {
    Q_OBJECT
private slots:
    void reads_data();
    void reads();
    void refuses_data();
    void refuses();
    void pathsMayHaveColons();
    void findsTheControlNet();
    void becomesNodes();
    void mapsAreMadeAtTheRunsSize_data();
    void mapsAreMadeAtTheRunsSize();

private:
    std::string made(const QString& name)
    {
        const QString path = m_folder.filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write");
        return path.toStdString();
    }
    std::vector<std::string> folders() const { return {m_folder.path().toStdString()}; }

    QTemporaryDir m_folder;
};

void ControlArgumentsTest::reads_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("picture");
    QTest::addColumn<QList<double>>("numbers");
    QTest::newRow("plain") << "canny:in.png"
                           << "canny"
                           << "in.png" << QList<double>{1, 0, 1};
    QTest::newRow("strength") << "pose:in.png:0.8"
                              << "pose"
                              << "in.png" << QList<double>{0.8, 0, 1};
    QTest::newRow("all") << "depth:a/b.png:1.5:0.1:.5"
                         << "depth"
                         << "a/b.png" << QList<double>{1.5, 0.1, 0.5};
    QTest::newRow("colon") << "canny:a:b.png:2"
                           << "canny"
                           << "a:b.png" << QList<double>{2, 0, 1};
    QTest::newRow("four numbers") << "canny:a:7:1:0:1"
                                  << "canny"
                                  << "a:7" << QList<double>{1, 0, 1};
    QTest::newRow("a number as a name") << "canny:7"
                                        << "canny"
                                        << "7" << QList<double>{1, 0, 1};
    QTest::newRow("a file") << "nets/canny.pth:in.png"
                            << "nets/canny.pth"
                            << "in.png" << QList<double>{1, 0, 1};
}

void ControlArgumentsTest::reads()
{
    QFETCH(QString, text);
    QFETCH(QString, kind);
    QFETCH(QString, picture);
    QFETCH(QList<double>, numbers);
    const ControlArgument control = parseControl("--control", text.toStdString());
    QCOMPARE(QString::fromStdString(control.kind), kind);
    QCOMPARE(QString::fromStdString(control.picture), picture);
    QCOMPARE((QList<double>{control.strength, control.start, control.end}), numbers);
}

void ControlArgumentsTest::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("told");
    QTest::newRow("nothing") << "" << QByteArray("KIND:PICTURE");
    QTest::newRow("no picture") << "canny" << QByteArray("canny, lineart");
    QTest::newRow("empty picture") << "canny:" << QByteArray("names no picture");
    QTest::newRow("no kind") << ":in.png" << QByteArray("KIND:PICTURE");
    QTest::newRow("two numbers") << "canny:in.png:1:0" << QByteArray("two numbers");
    QTest::newRow("too strong") << "canny:in.png:11" << QByteArray("strength of 11, expected 0 to 10");
    QTest::newRow("backwards") << "canny:in.png:1:0.6:0.5" << QByteArray("begins at 0.6 and ends at 0.5");
    QTest::newRow("nan") << "canny:in.png:nan" << QByteArray("expected 0 to 10");
}

void ControlArgumentsTest::refuses()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, told);
    const QByteArray refusal =
        refusalOf([&] { parseControl("--control", text.toStdString()); }, ErrorKind::BadArgument);
    QVERIFY2(refusal.startsWith("--control \"") && refusal.contains(told), refusal);
}

void ControlArgumentsTest::pathsMayHaveColons()
{
    const std::string net = made("net:1.pth"), picture = made("in:0.5");
    const ControlArgument control = parseControl("--control", net + ':' + picture + ":0.25");
    QCOMPARE(control.kind, net);
    QCOMPARE(control.picture, picture);
    QCOMPARE(control.strength, 0.25);
    QCOMPARE(parseControl("--control", "canny:" + picture).picture, picture);
}

void ControlArgumentsTest::findsTheControlNet()
{
    const ControlArgument canny{"canny", "in.png"};
    const QByteArray missing = refusalOf(
        [&] { planControl(canny, false, Architecture::StableDiffusion1, folders()); }, ErrorKind::FileMissing);
    QVERIFY2(missing.contains("control_v11p_sd15_canny") && missing.contains(m_folder.path().toUtf8()), missing);
    const auto ofFamily = [&](const char* kind, Architecture family) {
        return planControl({kind, "in.png"}, false, family, folders()).file;
    };
    QVERIFY(refusalOf([&] { ofFamily("canny", Architecture::Sdxl); }, ErrorKind::FileMissing)
                .contains("no ControlNet for canny and SDXL is here: put controlnet-canny-sdxl-1.0.safetensors"));
    QVERIFY(refusalOf([&] { ofFamily("normal", Architecture::Sdxl); }, ErrorKind::FileMissing)
                .contains("known here by name; name its file in place of \"normal\""));
    made("controlnet/diffusers_xl_canny_full.safetensors");
    QCOMPARE(ofFamily("canny", Architecture::Sdxl), std::string("controlnet/diffusers_xl_canny_full.safetensors"));
    made("controlnet/control_v11p_sd21_openpose.safetensors");
    QCOMPARE(ofFamily("pose", Architecture::StableDiffusion2),
        std::string("controlnet/control_v11p_sd21_openpose.safetensors"));
    made("controlnet/control_v11p_sd15_canny.pth");
    made("starter/controlnets/canny/config.json");
    QCOMPARE(planControl(canny, false, Architecture::StableDiffusion1, folders()).file,
        std::string("controlnet/control_v11p_sd15_canny.pth"));
    const ControlPlan starters = planControl(canny, true, Architecture::StableDiffusion1, folders());
    QCOMPARE(starters.file, std::string("starter/controlnets/canny"));
    QCOMPARE(starters.node, std::string("canny"));
    QVERIFY(refusalOf(
        [&] {
            planControl({"normal", "in.png"}, true, Architecture::StableDiffusion1, folders());
        },
        ErrorKind::FileMissing)
                .contains("canny, lineart, depth"));
    // A file tells its kind by its name; a map needs none.
    QCOMPARE(planControl({"x/my_openpose.pth", "in.png"}, false, Architecture::StableDiffusion1, {}).node,
        std::string("pose"));
    QCOMPARE(planControl({"x/my_openpose.pth", "in.png", true}, false, Architecture::StableDiffusion1, {}).node,
        std::string());
    QVERIFY(refusalOf(
        [&] {
            planControl({"x/my.pth", "in.png"}, false, Architecture::StableDiffusion1, {});
        },
        ErrorKind::BadArgument)
                .contains("--control-map"));
    QCOMPARE(planControl({"x/my.pth", "in.png", true}, false, Architecture::StableDiffusion1, {}).file,
        std::string("x/my.pth"));
}

void ControlArgumentsTest::becomesNodes()
{
    Graph graph;
    const auto node = [&](const char* type) { return addNode(graph, makeNode(*findNodeType(type))); };
    const NodeId checkpoint = node("load_checkpoint"), prompt = node("encode_prompt"), negative = node("encode_prompt");
    const Steered from{{prompt, "conditioning"}, {negative, "conditioning"}};
    const ControlArgument control{"canny", "in.png", false, 0.5, 0.1, 0.9, "prompt", "fill"};
    const Steered once = addControl(graph, control, {"net.pth", "canny", {{"low", int64_t(80)}}}, from, checkpoint);
    const Steered twice = addControl(graph, {"pose", "map.png", true}, {"pose.pth", "", {}}, once, checkpoint);
    const auto feeds = [&](const PortRef& to) {
        for (const auto& [id, link] : graph.links)
            if (link.to == to)
                return link.from;
        return PortRef{};
    };
    const NodeId first = once.positive.node, second = twice.positive.node;
    QVERIFY(feeds({first, "positive"}) == from.positive && feeds({first, "negative"}) == from.negative);
    QVERIFY(feeds({second, "positive"}) == once.positive && feeds({second, "negative"}) == once.negative);
    QVERIFY(graph.nodes.at(first).params.at("strength") == ParamValue(0.5));
    QVERIFY(graph.nodes.at(first).params.at("end") == ParamValue(0.9));
    QVERIFY(graph.nodes.at(first).params.at("mode") == ParamValue(std::string("prompt")));
    QVERIFY(graph.nodes.at(first).params.at("resize_mode") == ParamValue(std::string("fill")));
    QVERIFY(graph.nodes.at(second).params.at("resize_mode") == ParamValue(std::string("crop")));
    const PortRef map = feeds({first, "image"});
    QCOMPARE(graph.nodes.at(map.node).type, std::string("canny"));
    QVERIFY(graph.nodes.at(map.node).params.at("low") == ParamValue(int64_t(80)));
    QVERIFY(graph.nodes.at(feeds({map.node, "image"}).node).params.at("file") == ParamValue(std::string("in.png")));
    QCOMPARE(graph.nodes.at(feeds({second, "image"}).node).type, std::string("load_image"));
    const NodeId net = feeds({first, "control_net"}).node;
    QVERIFY(graph.nodes.at(net).params.at("file") == ParamValue(std::string("net.pth")));
    QVERIFY((feeds({net, "model"}) == PortRef{checkpoint, "model"}));
}

void ControlArgumentsTest::mapsAreMadeAtTheRunsSize_data()
{
    QTest::addColumn<QList<int>>("sides"); // of the picture, then of the run
    QTest::addColumn<QString>("mode");
    QTest::addColumn<int>("resolution");
    QTest::newRow("the same") << QList<int>{512, 512, 512, 512} << "crop" << 0;
    QTest::newRow("smaller") << QList<int>{256, 256, 512, 512} << "crop" << 0;
    QTest::newRow("larger") << QList<int>{2048, 2048, 512, 512} << "crop" << 512;
    QTest::newRow("wider") << QList<int>{2048, 1024, 512, 512} << "crop" << 512;
    QTest::newRow("wider, with a border") << QList<int>{2048, 1024, 512, 512} << "fill" << 256;
    QTest::newRow("higher") << QList<int>{1000, 3000, 512, 768} << "stretch" << 512;
    QTest::newRow("as small as there is") << QList<int>{4096, 64, 256, 256} << "fill" << 64;
    QTest::newRow("too large") << QList<int>{8192, 8192, 4096, 4096} << "crop" << 0;
    QTest::newRow("not known") << QList<int>{0, 0, 512, 512} << "crop" << 0;
}

void ControlArgumentsTest::mapsAreMadeAtTheRunsSize()
{
    QFETCH(QList<int>, sides);
    QFETCH(QString, mode);
    QFETCH(int, resolution);
    QCOMPARE(mapResolution({sides[0], sides[1]}, {sides[2], sides[3]}, mode.toStdString()), resolution);
}

ATHANOR_CORE_TEST(ControlArgumentsTest)
#include "control_arguments_test.moc"
