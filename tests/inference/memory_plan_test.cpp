// Sizes follow from parameters along the links before anything runs, and what is too large is refused then.
#include "inference/run/memory_plan.h"

#include "inference/graph/graph_edit.h"
#include "inference/run/executor.h"
#include "inference/values/available_memory.h"
#include "tests/support/fake_run_host.h"
#include "tests/support/test_program.h"

#include <QTest>

#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

using namespace athanor;

namespace {

constexpr uint64_t mebi = 1 << 20;

struct SizedHost : FakeRunHost {
    PictureSize size{1024, 512};
    std::optional<PictureSize> pictureSize(const std::string&) override { return size; }
};

// A chain of nodes, each linked to the one before from its first output to its first input.
struct Chain {
    Graph graph;
    NodeId last = 0;

    Chain& add(
        const std::string& type, std::map<std::string, ParamValue> params, const char* from = "", const char* to = "")
    {
        const NodeId id = graph.nextId++;
        Node node = makeNode(*findNodeType(type));
        for (auto& [name, value] : params)
            node.params[name] = std::move(value);
        graph.nodes.emplace(id, std::move(node));
        if (last)
            graph.links.emplace(graph.nextId++, Link{{last, from}, {id, to}});
        last = id;
        return *this;
    }
};

// "" or the first problem, with its code in front.
std::string problemOf(const Graph& graph, uint64_t free = unknownMemory, FakeRunHost* other = nullptr)
{
    SizedHost own;
    FakeRunHost& host = other ? *other : own;
    host.stamps["x.png"] = "1";
    std::vector<Step> steps = planRun(graph, findNodeType, host);
    for (Step& step : steps)
        if (step.problem && step.problem->code == int(ErrorKind::BadArgument))
            step.problem.reset(); // inputs that these tests leave out
    planMemory(steps, host, free);
    for (const Step& step : steps)
        if (step.problem)
            return std::to_string(step.problem->code) + ' ' + std::string(step.type->id) + ": " + step.problem->text;
    return {};
}

Graph pictures(int64_t side, int64_t batch)
{
    return Chain()
        .add("empty_latent", {{"width", side}, {"height", side}, {"batch", batch}})
        .add("sample", {}, "latent", "latent")
        .add("decode_latent", {}, "latent", "latent")
        .add("save_image", {}, "image", "image")
        .graph;
}

}

class MemoryPlanTest : public QObject {
    Q_OBJECT
private slots:
    void batchesHaveALimit_data();
    void batchesHaveALimit();
    void countsWhatIsInUseAtOnce();
    void countsWhatTransparencyTakes();
    void followsSizes_data();
    void followsSizes();
    void runsNothing();
    void knowsWhatIsFree();
};

void MemoryPlanTest::batchesHaveALimit_data()
{
    QTest::addColumn<int>("side");
    QTest::addColumn<int>("batch");
    QTest::addColumn<bool>("fits");
    QTest::newRow("one of 8192") << 8192 << 1 << true;
    QTest::newRow("five of 8192") << 8192 << 5 << true;
    QTest::newRow("six of 8192") << 8192 << 6 << false;
    QTest::newRow("eight of 8192") << 8192 << 8 << false;
    QTest::newRow("64 of 8192") << 8192 << 64 << false;
    QTest::newRow("64 of 2048") << 2048 << 64 << true;
    QTest::newRow("64 of 512") << 512 << 64 << true;
}

void MemoryPlanTest::batchesHaveALimit()
{
    QFETCH(int, side);
    QFETCH(int, batch);
    QFETCH(bool, fits);
    const std::string problem = problemOf(pictures(side, batch));
    QVERIFY2(problem.empty() == fits, problem.c_str());
    if (!fits) {
        QVERIFY2(problem.starts_with("6 decode_latent: a batch of " + std::to_string(batch) + " pictures of 8192×8192"),
            problem.c_str());
        const std::string need = std::to_string(uint64_t(batch) * 192) + " MiB";
        for (const char* part : {need.c_str(), "1024 MiB", " are free", "Choose a smaller batch"})
            QVERIFY2(problem.find(part) != problem.npos, problem.c_str());
    }
    try {
        requireBatchMemory(batch, side, side);
        QVERIFY(fits);
    } catch (const Error& error) {
        QVERIFY(!fits && error.kind == ErrorKind::OutOfMemory);
    }
}

// 1024×512: 1.5 MiB a picture, 2 MiB its mask.
void MemoryPlanTest::countsWhatIsInUseAtOnce()
{
    Chain chain;
    chain.add("load_image", {{"file", std::string("x.png")}});
    const NodeId first = chain.last;
    chain.add("repeat_image", {{"amount", int64_t(10)}}, "image", "image"); // 15 MiB
    chain.add("invert_image", {}, "image", "image"); // 15 more, and then the first are gone
    chain.add("flip_image", {}, "image", "image");
    chain.add("save_image", {}, "image", "image");
    QCOMPARE(problemOf(chain.graph, 30 * mebi), std::string());
    QVERIFY(problemOf(chain.graph, 29 * mebi).starts_with("6 invert_image: this needs about 30 MiB of memory"));
    QVERIFY(problemOf(chain.graph, 10 * mebi).starts_with("6 repeat_image"));
    // What something still needs counts to the end.
    chain.last = first;
    chain.add("save_image", {}, "image", "image");
    QVERIFY(!problemOf(chain.graph, 30 * mebi).empty());
}

// 1024×512: half a MiB of alpha, and a copy on white for what makes a map of it. The mask is not made: nothing takes
// it.
void MemoryPlanTest::countsWhatTransparencyTakes()
{
    SizedHost clear;
    clear.size.hasAlpha = true;
    Chain chain;
    chain.add("load_image", {{"file", std::string("x.png")}});
    chain.add("threshold", {}, "image", "image");
    chain.add("save_image", {}, "image", "image");
    QCOMPARE(problemOf(chain.graph, 7 * mebi / 2), std::string());
    QVERIFY(problemOf(chain.graph, 3 * mebi).starts_with("6 threshold: this needs about 4 MiB"));
    QCOMPARE(problemOf(chain.graph, 11 * mebi / 2, &clear), std::string());
    QVERIFY(problemOf(chain.graph, 5 * mebi, &clear).starts_with("6 threshold: this needs about 6 MiB"));
}

void MemoryPlanTest::followsSizes_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<int>("value");
    QTest::addColumn<bool>("fits"); // 30 of what comes out, in a batch
    QTest::newRow("resized to 4096") << "resize_image" << 4096 << false;
    QTest::newRow("resized to 2048") << "resize_image" << 2048 << true;
    QTest::newRow("padded by 8192") << "pad_image" << 8192 << false;
    QTest::newRow("padded by 8") << "pad_image" << 8 << true;
    QTest::newRow("cropped") << "crop_image" << 16384 << true;
}

void MemoryPlanTest::followsSizes()
{
    QFETCH(QString, type);
    QFETCH(int, value);
    QFETCH(bool, fits);
    Chain chain;
    chain.add("load_image", {{"file", std::string("x.png")}});
    chain.add("repeat_image", {{"amount", int64_t(30)}}, "image", "image");
    const int64_t side = value;
    if (type == "pad_image")
        chain.add("pad_image", {{"left", side}, {"top", side}}, "image", "image");
    else
        chain.add(type.toStdString(), {{"width", side}, {"height", side}}, "image", "image");
    const NodeId resized = chain.last;
    chain.add("save_image", {}, "image", "image");
    QVERIFY(problemOf(chain.graph).empty() == fits);
    // A size that a link brings is not known before.
    chain.last = 0;
    chain.add("int_value", {{"value", side}});
    if (type == "resize_image") {
        chain.graph.links.emplace(chain.graph.nextId++, Link{{chain.last, "value"}, {resized, "width"}});
        QCOMPARE(problemOf(chain.graph), std::string());
    }
}

// Of a run that cannot end well nothing begins.
void MemoryPlanTest::runsNothing()
{
    SizedHost host;
    host.stamps["x.png"] = "1";
    ResultCache cache(0);
    Chain chain;
    chain.add("load_image", {{"file", std::string("x.png")}});
    chain.add("repeat_image", {{"amount", int64_t(64)}}, "image", "image");
    chain.add("resize_image", {{"width", int64_t(8192)}, {"height", int64_t(8192)}}, "image", "image");
    chain.add("save_image", {}, "image", "image");
    const RunSummary summary = execute({chain.graph}, host, cache, {}, {});
    QCOMPARE(summary.executed, decltype(summary.executed)(0));
    QCOMPARE(summary.problems.size(), size_t(1));
    QCOMPARE(summary.problems[0].code, int(ErrorKind::OutOfMemory));
    QVERIFY(summary.problems[0].text.find("64 pictures of 8192×8192 takes 12288 MiB") != std::string::npos);
}

void MemoryPlanTest::knowsWhatIsFree()
{
    const uint64_t free = availableMemory();
    QVERIFY(free > mebi && free != unknownMemory);
    rlimit before = {};
    getrlimit(RLIMIT_AS, &before);
    uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlim_t limit = pages * rlim_t(sysconf(_SC_PAGE_SIZE)) + (512 << 20);
    const rlimit tight{limit, before.rlim_max};
    QCOMPARE(setrlimit(RLIMIT_AS, &tight), 0);
    const uint64_t less = availableMemory();
    setrlimit(RLIMIT_AS, &before);
    QVERIFY(less <= 520 * mebi && less > 256 * mebi);
}

ATHANOR_TEST(MemoryPlanTest)
#include "memory_plan_test.moc"
