// Which steps a network may have, and that all they say is held against the arrays they are given; hostile files.
#include "inference/networks/onnx_network.h"
#include "inference/networks/onnx_plan.h"
#include "inference/networks/watched.h"
#include "render/error.h"
#include "tests/support/refusal.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QTest>

#include <atomic>
#include <cstring>
#include <functional>
#include <thread>

using namespace athanor;

namespace {

using Attributes = std::map<std::string, OnnxAttribute, std::less<>>;

std::shared_ptr<const OnnxTensor> onnxFloats(OnnxShape shape)
{
    OnnxTensor tensor{std::move(shape), 1, {}, {}};
    tensor.own = std::make_shared<const std::vector<std::byte>>(size_t(tensor.count()) * 4);
    tensor.bytes = *tensor.own;
    return std::make_shared<const OnnxTensor>(tensor);
}

std::shared_ptr<const OnnxTensor> integers(const std::vector<int64_t>& list, OnnxShape shape)
{
    std::vector<std::byte> bytes(list.size() * 8);
    std::memcpy(bytes.data(), list.data(), bytes.size());
    OnnxTensor tensor{std::move(shape), 7, {}, std::make_shared<const std::vector<std::byte>>(std::move(bytes))};
    tensor.bytes = *tensor.own;
    return std::make_shared<const OnnxTensor>(tensor);
}

std::shared_ptr<const OnnxTensor> integers(const std::vector<int64_t>& list)
{
    return integers(list, {int64_t(list.size())});
}

OnnxAttribute whole(std::vector<int64_t> list)
{
    return {std::move(list), {}, {}, nullptr};
}

struct OneStep {
    std::string op;
    std::vector<std::shared_ptr<const OnnxTensor>> weights;
    Attributes attributes = {};
    size_t outputs = 1;
};

// A network of the steps one after another; each takes what the one before gives, and then its weights.
OnnxFile networkOf(const std::vector<OneStep>& steps)
{
    OnnxFile file;
    file.opset = 13;
    file.inputs = {{"picture", {1, 4, 8, 8}}};
    std::string last = "picture";
    for (size_t i = 0; i < steps.size(); ++i) {
        OnnxNode node{steps[i].op, "", {last}, {}, steps[i].attributes};
        for (size_t k = 0; k < steps[i].weights.size(); ++k) {
            const std::string name = "w" + std::to_string(i) + "." + std::to_string(k);
            file.weights[name] = steps[i].weights[k];
            node.inputs.push_back(name);
        }
        for (size_t k = 0; k < steps[i].outputs; ++k)
            node.outputs.push_back(std::to_string(i) + "." + std::to_string(k));
        last = node.outputs[0];
        file.nodes.push_back(std::move(node));
    }
    file.outputs = {{last, {}}};
    return file;
}

}

class OnnxPlanTest : public QObject {
    Q_OBJECT
private slots:
    // Each of them crashed OpenCV 4.6, wrote where it should not, or kept it busy for ever.
    void refusesHostileFiles_data()
    {
        QTest::addColumn<QString>("path");
        const QDir folder(QString::fromStdString(sourcePath("tests/data/hostile_onnx")));
        for (const QString& name : folder.entryList({"*.onnx"}))
            QTest::newRow(qPrintable(name)) << folder.filePath(name);
        QVERIFY(folder.entryList({"*.onnx"}).size() == 16);
    }
    void refusesHostileFiles()
    {
        QFETCH(QString, path);
        const QByteArray told = refusalOf([&] {
            OnnxNetwork network(path.toStdString());
            network.run({{1, 3, 256, 256}, std::vector<float>(3 * 256 * 256)});
        });
        QVERIFY2(told.contains(".onnx: step "), told);
    }

    void refuses_data();
    void refuses();
    void countsOut();
    void limitsWork();
    void leavesOutWhatNothingNeeds();
    void endsInTime();
    void leavesWorkThatDoesNotEnd();
};

void OnnxPlanTest::refuses_data()
{
    QTest::addColumn<std::function<OnnxFile()>>("network");
    QTest::addColumn<QByteArray>("told");
    const auto row = [](const char* name, OneStep step, const char* told) {
        QTest::newRow(name) << std::function([step] { return networkOf({step}); }) << QByteArray(told);
    };
    row("gather axis", {"Gather", {integers({0})}, {{"axis", whole({7})}}}, "axis is 7, but its array has 4 sides");
    row("gather index", {"Gather", {integers({8})}, {{"axis", whole({2})}}}, "an index is 8, expected -8 to 7");
    row("squeeze axis", {"Squeeze", {}, {{"axes", whole({INT64_MIN})}}}, "axis is -9223372036854775808");
    row("squeeze side", {"Squeeze", {}, {{"axes", whole({1})}}}, "axis 1 has 4 numbers, not 1");
    row("unsqueeze twice", {"Unsqueeze", {}, {{"axes", whole({1, 1})}}}, "an axis is named twice");
    row("cumsum", {"CumSum", {integers({2})}}, "step 1 (CumSum): steps of this kind are not supported");
    row("gemm", {"Gemm", {onnxFloats({64, 3})}}, "it takes an array of 4 sides, 2 are supported");
    row("blocks", {"DepthToSpace", {}, {{"blocksize", whole({65'536})}}}, "blocksize is 65536, expected 1 to 64");
    row("uneven blocks", {"DepthToSpace", {}, {{"blocksize", whole({3})}}}, "blocks of 3 do not go into 4 channels");
    row("slice step", {"Slice", {integers({0}), integers({8}), integers({2}), integers({-1})}}, "a step is -1");
    row("slice to nothing", {"Slice", {integers({5}), integers({5}), integers({2})}}, "an array of 1×4×0×8 numbers");
    row("slice axes", {"Slice", {integers({0}), integers({2}), integers({4})}}, "axis is 4, but its array has 4 sides");
    row("shares", {"Split", {integers({1, 4})}, {{"axis", whole({1})}}, 2}, "its shares do not add up to 4");
    row("channels", {"Conv", {onnxFloats({2, 3, 3, 3})}},
        "its weights are for 3 channels in 1 groups, and there are 4");
    row("empty weights", {"Conv", {onnxFloats({0, 4, 3, 3})}}, "weights are empty");
    row("window", {"Conv", {onnxFloats({2, 4, 9, 9})}}, "its window is larger than what it looks at, 8");
    row("kernel", {"Conv", {onnxFloats({2, 4, 3, 3})}, {{"kernel_shape", whole({1, 1})}}},
        "not of the size of its window");
    row("norm", {"BatchNormalization", {onnxFloats({4}), onnxFloats({4}), onnxFloats({3}), onnxFloats({4})}},
        "means are 3 for 4 channels");
    row("pads", {"Pad", {integers({0, 0, 8, 0, 0, 0, 0, 0})}, {{"mode", {{}, {}, "reflect", nullptr}}}},
        "a pad is 8, expected 0 to 7");
    row("sizes", {"Reshape", {integers({1, -1, 7})}}, "it makes 1×36×7 of 1×4×8×8 numbers");
    row("no numbers to share out", {"Reshape", {integers({0, -1})}, {{"allowzero", whole({1})}}}, "among no numbers");
    row("perm", {"Transpose", {}, {{"perm", whole({0, 1, 1, 2})}}}, "an axis is named twice");
    row("softmax", {"Softmax", {}, {{"axis", whole({4})}}}, "axis is 4");
    row("constant", {"Mul", {onnxFloats({5})}}, "a constant of 5 numbers does not go with 1×4×8×8");
    row("matmul", {"MatMul", {onnxFloats({7, 2})}}, "it multiplies 1×4×8×8 with 7×2 numbers");
    row("scales", {"Resize", {onnxFloats({0}), onnxFloats({4})}}, "its scales are not 1, 1");
    row("foreign", {"GridSample", {onnxFloats({1, 2})}}, "steps of this kind are not supported");
}

void OnnxPlanTest::refuses()
{
    QFETCH(std::function<OnnxFile()>, network);
    QFETCH(QByteArray, told);
    const QByteArray refusal = refusalOf([&] { planOnnx(network(), {1, 4, 8, 8}, "x.onnx"); });
    QVERIFY2(refusal.startsWith("x.onnx: step 1 (") && refusal.contains(told), refusal);
}

// As exporters write "twice as high and wide as the picture": none of it is left for OpenCV.
void OnnxPlanTest::countsOut()
{
    OnnxFile file;
    file.opset = 13;
    file.inputs = {{"x", {1, 4, 0, 0}}};
    file.weights = {
        {"two", integers({2})}, {"index", integers({2}, {})}, {"zero", integers({0})}, {"one", integers({1})}};
    file.nodes = {{"Shape", "", {"x"}, {"shape"}, {}}, {"Gather", "", {"shape", "index"}, {"h"}, {}},
        {"Unsqueeze", "", {"h", "zero"}, {"h1"}, {}}, {"Mul", "", {"h1", "two"}, {"h2"}, {}},
        {"Slice", "", {"shape", "zero", "two", "zero"}, {"front"}, {}},
        {"Concat", "", {"front", "h2", "h2"}, {"sizes"}, {{"axis", whole({0})}}},
        {"Resize", "", {"x", "", "", "sizes"}, {"y"}, {{"mode", {{}, {}, "nearest", nullptr}}}}};
    file.outputs = {{"y", {}}};
    for (const int64_t side : {5, 9}) {
        const OnnxPlan plan = planOnnx(file, {1, 4, side, 7}, "x.onnx");
        QCOMPARE(plan.steps.size(), size_t(1));
        QVERIFY((plan.shapes.back() == OnnxShape{1, 4, 2 * side, 2 * side}));
    }
    file.weights["index"] = integers({4}, {});
    QVERIFY(refusalOf([&] { planOnnx(file, {1, 4, 5, 7}, "x.onnx"); }).contains("step 2 (Gather): it takes number 4"));
}

void OnnxPlanTest::limitsWork()
{
    const OnnxFile wide = networkOf({{"Conv", {onnxFloats({1024, 4, 9, 9})}}});
    QVERIFY(refusalOf([&] {
        planOnnx(wide, {1, 4, 20'000, 20'000}, "x");
    }).contains("must be at least 1, and all at most"));
    std::vector<OneStep> deep(30, {"Conv", {onnxFloats({64, 64, 7, 7})}});
    deep.front().weights = {onnxFloats({64, 4, 7, 7})};
    QVERIFY(refusalOf([&] {
        planOnnx(networkOf(deep), {1, 4, 2'800, 2'800}, "x");
    }).contains("multiplications for one picture; take a lower resolution"));
    planOnnx(networkOf(deep), {1, 4, 512, 512}, "x");
}

void OnnxPlanTest::leavesOutWhatNothingNeeds()
{
    OnnxFile file = networkOf({{"Relu", {}}, {"Sigmoid", {}}});
    QCOMPARE(planOnnx(file, {1, 4, 8, 8}, "x").steps.size(), size_t(2));
    file.outputs[0].name = "0.0";
    QCOMPARE(planOnnx(file, {1, 4, 8, 8}, "x").steps.size(), size_t(1));
}

void OnnxPlanTest::endsInTime()
{
    OnnxNetwork network(testDataPath("estimators/hed.onnx"));
    const NetArray input{{1, 3, 256, 256}, std::vector<float>(3 * 256 * 256, 0.5f)};
    network.limit({0, 600});
    QVERIFY(
        refusalOf([&] { network.run(input); }).contains("has run for 0 seconds, the limit; take a lower resolution"));
    network.limit({});
    std::stop_source stop;
    network.stopBy(stop.get_token());
    QCOMPARE(network.run(input).size(), size_t(5)); // it is as good as before
    stop.request_stop();
    try {
        network.run(input);
        QFAIL("not stopped");
    } catch (const Error& error) {
        QCOMPARE(error.kind, ErrorKind::Cancelled);
    }
}

void OnnxPlanTest::leavesWorkThatDoesNotEnd()
{
    const auto mayEnd = std::make_shared<std::atomic<bool>>(false);
    const WatchedEnd end = runWatched(
        [mayEnd](const std::stop_token&) {
            while (!*mayEnd)
                std::this_thread::yield();
        },
        {0.01, 0.01}, {});
    QCOMPARE(end.how, Watched::TooLong);
    QVERIFY(end.isLost && hasAbandonedWork());
    *mayEnd = true;
    QTRY_VERIFY(!hasAbandonedWork());
    QVERIFY_THROWS_EXCEPTION(
        Error, runWatched([](const std::stop_token&) { throw Error(ErrorKind::BadFile, "x"); }, {}, {}));
}

ATHANOR_TEST(OnnxPlanTest)
#include "onnx_plan_test.moc"
