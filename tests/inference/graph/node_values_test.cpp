// V01 to V06 of the reliability catalogue: what parameters of nodes take, and what is refused with the range, before
// anything runs.
#include "inference/graph/validate.h"
#include "tests/support/test_program.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace athanor;

class NodeValuesTest : public QObject {
    Q_OBJECT
private slots:
    void value_data();
    void value();
    void valuesTogether_data();
    void valuesTogether();
};

namespace {

// Problems of one node with one parameter changed, which name the parameter or the node.
std::string problemsOf(const std::string& id, const std::map<std::string, ParamValue>& params)
{
    Graph graph;
    Node node = makeNode(*findNodeType(id));
    for (const auto& [name, value] : params)
        node.params[name] = value;
    graph.nodes[1] = node;
    graph.nextId = 2;
    std::string text;
    for (const Problem& problem : validate(graph))
        if (problem.node == NodePath{1} && (params.contains(problem.port) || problem.port.empty()))
            text += problem.text + '\n';
    return text;
}

}

void NodeValuesTest::value_data()
{
    QTest::addColumn<QString>("param"); // node.parameter
    QTest::addColumn<ParamValue>("value");
    QTest::addColumn<QStringList>("told"); // in the refusal; empty: it is allowed
    const auto row = [](const char* label, const char* param, ParamValue value, QStringList told) {
        QTest::newRow((std::string(param) + " " + label).c_str()) << param << value << told;
    };
    const auto whole = [](int64_t value) { return ParamValue(value); };
    const auto words = [](const char* text) { return ParamValue(std::string(text)); };
    const QStringList side{"64", "8192"}, steps{"1", "1000"}, share{"0", "1"}, cfg{"-100", "100"};
    const double nan = std::nan(""), infinite = std::numeric_limits<double>::infinity();

    for (const char* name : {"empty_latent.width", "empty_latent.height"}) { // V01
        for (const int64_t value : {0, -8, 1, 7, 63, 8193})
            row(std::to_string(value).c_str(), name, whole(value), side);
        row("2^31", name, whole(int64_t(1) << 31), side);
        row("512px", name, words("512px"), {"512px"});
        row("a fraction", name, 512.5, {"512.5"});
        for (const int64_t value : {64, 65, 513, 8192}) // the node makes 64 of 65, with a warning
            row(std::to_string(value).c_str(), name, whole(value), {});
    }
    for (const int64_t value : {0, -1, 1001}) // V02
        row(std::to_string(value).c_str(), "sample.steps", whole(value), steps);
    row("1", "sample.steps", whole(1), {});
    row("1000", "sample.steps", whole(1000), {});
    row("not a number", "sample.strength", nan, share);
    row("-0.1", "sample.strength", -0.1, share);
    row("1.1", "sample.strength", 1.1, share);
    row("100", "sample.strength", whole(100), share); // V05
    row("-100", "sample.strength", whole(-100), share);
    row("0", "sample.strength", 0.0, {});
    row("1, a whole number", "sample.strength", whole(1), {});
    row("-1", "sample.start_step", whole(-1), {"0", "1000"});
    row("1001", "sample.end_step", whole(1001), {"0", "1000"});
    for (const double value : {nan, infinite, -infinite, 100.5, -100.5}) // V03
        row(std::to_string(value).c_str(), "sample.cfg", value, cfg);
    for (const double value : {0., 1., -5., 100.})
        row(std::to_string(value).c_str(), "sample.cfg", value, {});
    row("2^63", "sample.seed", uint64_t(1) << 63, {}); // V04
    row("2^64 - 1", "sample.seed", ~uint64_t(0), {});
    row("2^64", "sample.seed", 0x1p64, {"18446744073709551615"});
    row("1.5", "sample.seed", 1.5, {"18446744073709551615"});
    row("-1", "sample.seed", whole(-1), {"18446744073709551615"});
    row("nothing", "sample.seed", words(""), {"18446744073709551615"});
    row("0", "empty_latent.batch", whole(0), {"1", "64"}); // V05
    row("65", "empty_latent.batch", whole(65), {"1", "64"});
    row("64", "empty_latent.batch", whole(64), {});
    row("0", "decode_latent.tile", whole(0), {"128", "4096"});
    row("-8", "decode_latent.overlap", whole(-8), {"0", "2048"});
    row("0", "scale_latent.factor", 0.0, {"0.01", "8"});
    row("64", "scale_latent.factor", whole(64), {"0.01", "8"});
    row("64", "resize_image.factor", 64.0, {"0.01", "8"});
    row("10^6", "mask_from_image.blur", whole(1'000'000), {"0", "256"});
    row("-1", "mask_from_image.grow", whole(-1), {"0", "256"});
    row("1.1", "blend_images.factor", 1.1, share);
    row("eulr", "sample.sampler", words("eulr"), {"euler", "heun"}); // V06
    row("caras", "sample.schedule", words("caras"), {"karras"});
    row("nothing", "sample.sampler", words(""), {"euler"});
    row("euler", "sample.sampler", words("euler"), {});
    row("eulr", "choose_sampler.sampler", words("eulr"), {"euler"});
    row("25", "set_clip_skip.layer", whole(25), {"1", "24"});
    row("yes", "sample.add_noise", words("yes"), {"true", "false"});
}

void NodeValuesTest::value()
{
    QFETCH(QString, param);
    QFETCH(ParamValue, value);
    QFETCH(QStringList, told);
    const std::string name = param.section('.', 1).toStdString();
    const std::string problem = problemsOf(param.section('.', 0, 0).toStdString(), {{name, value}});
    QVERIFY2(problem.empty() == told.isEmpty(), problem.c_str());
    for (const QString& text : told)
        QVERIFY2(problem.find(text.toStdString()) != std::string::npos, problem.c_str());
}

void NodeValuesTest::valuesTogether_data()
{
    using Params = std::map<std::string, ParamValue>;
    QTest::addColumn<QString>("node");
    QTest::addColumn<Params>("params");
    QTest::addColumn<QString>("told");
    QTest::newRow("start behind end") << "sample" << Params{{"start_step", int64_t(5)}, {"end_step", int64_t(3)}}
                                      << "start_step is 5, behind end_step, which is 3";
    QTest::newRow("start at end") << "sample" << Params{{"start_step", int64_t(3)}, {"end_step", int64_t(3)}} << "";
    QTest::newRow("eta a bit below 0") << "sample" << Params{{"eta", -0.5}} << "eta is -0.5";
    QTest::newRow("overlap as large as the tile")
        << "decode_latent" << Params{{"tile", int64_t(256)}, {"overlap", int64_t(256)}} << "overlap is 256";
    QTest::newRow("overlap of half") << "decode_latent" << Params{{"tile", int64_t(256)}, {"overlap", int64_t(128)}}
                                     << "";
    QTest::newRow("overlap of more than half, to encode")
        << "encode_image" << Params{{"tile", int64_t(256)}, {"overlap", int64_t(136)}} << "128";
}

void NodeValuesTest::valuesTogether()
{
    using Params = std::map<std::string, ParamValue>;
    QFETCH(QString, node);
    QFETCH(Params, params);
    QFETCH(QString, told);
    const std::string problem = problemsOf(node.toStdString(), params);
    QVERIFY2(problem.empty() == told.isEmpty(), problem.c_str());
    QVERIFY2(problem.find(told.toStdString()) != std::string::npos, problem.c_str());
}

ATHANOR_TEST(NodeValuesTest)
#include "node_values_test.moc"
