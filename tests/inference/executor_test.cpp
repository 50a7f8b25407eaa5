// The executor with node types of its own: small sums instead of pictures.
#include "inference/run/executor.h"

#include "inference/graph/graph_edit.h"
#include "inference/run/node_run.h"
#include "tests/support/fake_run_host.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;
using Kind = RunEvent::Kind;

namespace {

std::map<std::string, int> calls; // by the node type's id
std::stop_source stopDuringRun; // what "stopping" requests
int failures = 0; // how often "short_of_memory" still fails

int64_t intAt(const NodeRun& run, const char* input)
{
    return std::get<int64_t>(run.value(input));
}

const std::vector<NodeType>& types()
{
    using enum PortType;
    static const std::vector<NodeType> all{
        {.id = "number",
            .params = {{"value", ParamKind::Int, int64_t(1), "", -100, 100'000}},
            .outputs = {{"value", Int}},
            .run =
                [](NodeRun& run) {
                    ++calls["number"];
                    return Values{run.integer("value")};
                }},
        {.id = "add",
            .title = "Add",
            .inputs = {{"a", Int}, {"b", Int, "", true}},
            .params = {{"more", ParamKind::Int, int64_t(0), "", -100, 100}},
            .outputs = {{"sum", Int}},
            .run =
                [](NodeRun& run) {
                    ++calls["add"];
                    return Values{intAt(run, "a") + (run.has("b") ? intAt(run, "b") : 0) + run.integer("more")};
                }},
        {.id = "refuse_13",
            .title = "Refuse",
            .inputs = {{"in", Int}},
            .outputs = {{"out", Int}},
            .run =
                [](NodeRun& run) {
                    ++calls["refuse_13"];
                    if (intAt(run, "in") == 13)
                        throw Error(ErrorKind::BadFile, "13 is damaged");
                    return Values{intAt(run, "in")};
                }},
        {.id = "prepared",
            .title = "Prepared",
            .params = {{"bad", ParamKind::Int, int64_t(0), "", 0, 1}},
            .outputs = {{"value", Int}},
            .prepare =
                [](RunHost&, const std::map<std::string, ParamValue>& params) {
                    ++calls["prepare"];
                    if (params.at("bad") == ParamValue(int64_t(1)))
                        throw Error(ErrorKind::BadFile, "it is bad");
                },
            .run = [](NodeRun&) { return Values{int64_t(1)}; }},
        {.id = "spare",
            .outputs = {{"value", Int}, {"dear", Int}},
            .run =
                [](NodeRun& run) {
                    ++calls["spare"];
                    return Values{int64_t(1), run.hooks.isUsed("dear") ? Value(int64_t(2)) : Value()};
                }},
        {.id = "count",
            .params = {{"n", ParamKind::Int, int64_t(3), "", 0, 10'000}},
            .outputs = {{"values", Int}},
            .run =
                [](NodeRun& run) {
                    ValueList list;
                    for (int64_t i = 0; i < run.integer("n"); ++i)
                        list.values.push_back(i);
                    return Values{std::make_shared<const ValueList>(std::move(list))};
                }},
        {.id = "total",
            .inputs = {{"values", Int, "", false, true}},
            .outputs = {{"sum", Int}},
            .run =
                [](NodeRun& run) {
                    int64_t sum = 0;
                    for (const Value& value : run.input<ValueList>("values").values)
                        sum += std::get<int64_t>(value);
                    return Values{sum};
                }},
        {.id = "read_file",
            .title = "Read",
            .params = {{"file", ParamKind::ImageFile, std::string()}},
            .outputs = {{"value", Int}},
            .run =
                [](NodeRun& run) {
                    ++calls["read_file"];
                    return Values{int64_t(run.text("file").size())};
                }},
        {.id = "file_name", .outputs = {{"name", Text}}, .run = [](NodeRun&) { return Values{std::string("a.png")}; }},
        {.id = "stopping",
            .inputs = {{"in", Int}},
            .outputs = {{"out", Int}},
            .run =
                [](NodeRun& run) {
                    stopDuringRun.request_stop();
                    run.throwIfStopped();
                    return Values{int64_t(0)};
                }},
        {.id = "short_of_memory",
            .inputs = {{"in", Int}},
            .outputs = {{"out", Int}},
            .run =
                [](NodeRun& run) {
                    if (failures-- > 0)
                        throw Error(ErrorKind::OutOfMemory, "no room");
                    return Values{intAt(run, "in")};
                }},
        {.id = "steps",
            .title = "Steps",
            .inputs = {{"in", Int}},
            .outputs = {{"out", Int}},
            .run =
                [](NodeRun& run) {
                    run.warn("slow");
                    for (int i = 1; i <= 4; ++i)
                        run.progress({.done = i,
                            .total = 4,
                            .text = "stepping",
                            .picture = i == 4 ? std::make_shared<const RgbImage>(RgbImage{1, 1, {1, 2, 3}}) : nullptr});
                    return Values{intAt(run, "in")};
                }},
        {.id = "write",
            .title = "Write",
            .inputs = {{"in", Int}},
            .params = {{"name", ParamKind::Text, std::string("x")}},
            .isOutput = true,
            .run =
                [](NodeRun& run) {
                    ++calls["write"];
                    run.saved(run.text("name") + std::to_string(intAt(run, "in")), {});
                    return Values{};
                }},
        {.id = "show",
            .inputs = {{"in", Int}},
            .isOutput = true,
            .run =
                [](NodeRun& run) {
                    calls["shown"] = int(intAt(run, "in"));
                    return Values{};
                }},
        {.id = "reroute", .inputs = {{"in", Any}}, .outputs = {{"out", Any}}},
    };
    return all;
}

const NodeType* findFake(std::string_view id)
{
    for (const NodeType& type : types())
        if (type.id == id)
            return &type;
    return nullptr;
}

NodeId add(Graph& graph, const char* type, const std::map<std::string, ParamValue>& params = {})
{
    Node node = makeNode(*findFake(type));
    for (const auto& [name, value] : params)
        node.params[name] = value;
    return addNode(graph, node);
}

void join(Graph& graph, NodeId from, const char* output, NodeId to, const char* input)
{
    graph.links[graph.nextId++] = {{from, output}, {to, input}};
}

// number → add → write
struct Sum {
    Graph graph;
    NodeId number, sum, write;
    Sum()
        : number(add(graph, "number", {{"value", int64_t(5)}}))
        , sum(add(graph, "add", {{"more", int64_t(2)}}))
        , write(add(graph, "write"))
    {
        join(graph, number, "value", sum, "a");
        join(graph, sum, "sum", write, "in");
    }
};

struct Result {
    RunSummary summary;
    std::vector<RunEvent> events;
    int count(Kind kind) const { return int(std::ranges::count(events, kind, &RunEvent::kind)); }
};

QString problems(const RunSummary& summary)
{
    QString text;
    for (const RunEvent& problem : summary.problems)
        text += QString::fromStdString(problem.text) + "\n";
    return text;
}

using Paths = std::vector<std::string>;

}

class ExecutorTest : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        calls.clear();
        stopDuringRun = {};
        m_host = std::make_unique<FakeRunHost>();
        m_cache = std::make_unique<ResultCache>(1 << 20);
    }

    void runsWhatTheOutputsNeed()
    {
        Sum sum;
        add(sum.graph, "number"); // feeds nothing
        const Result result = run(sum.graph);
        QVERIFY2(result.summary.problems.empty(), qPrintable(problems(result.summary)));
        QCOMPARE(result.summary.saved, Paths{"x7"});
        QCOMPARE(result.summary.executed, 3);
        QCOMPARE(calls["number"], 1);
        QCOMPARE(result.count(Kind::NodeStarted), 3);
        QCOMPARE(result.count(Kind::NodeDone), 3);
        QCOMPARE(result.events.back().kind, Kind::Done);
    }

    void runsNothingTwice()
    {
        const Sum sum;
        run(sum.graph);
        const Result again = run(sum.graph);
        QCOMPARE(again.summary.executed, 0);
        QCOMPARE(again.summary.cached, 1);
        QCOMPARE(again.summary.saved, Paths{"x7"});
        QCOMPARE(again.count(Kind::NodeStarted), 0);
        QCOMPARE(again.events.front().kind, Kind::NodeCached);
        QCOMPARE(again.events.front().saved, Paths{"x7"});
        m_host->savedFiles.clear(); // someone deleted the file
        const Result third = run(sum.graph);
        QCOMPARE(third.summary.executed, 1);
        QCOMPARE(calls["add"], 1);
        QCOMPARE(calls["write"], 2);
    }

    void runsOnlyWhatDependsOnAChange()
    {
        Sum sum;
        run(sum.graph);
        sum.graph.nodes[sum.sum].params["more"] = int64_t(3);
        const Result result = run(sum.graph);
        QCOMPARE(result.summary.saved, Paths{"x8"});
        QCOMPARE(calls["number"], 1);
        QCOMPARE(calls["add"], 2);
        QCOMPARE(result.count(Kind::NodeCached), 1);
        sum.graph.nodes[sum.write].title = "Other"; // not what the result depends on
        QCOMPARE(run(sum.graph).summary.executed, 0);
        m_host->surroundings = "another device";
        QCOMPARE(run(sum.graph).summary.executed, 3);
    }

    void runsTheSameWithoutACache()
    {
        Graph graph = Sum().graph;
        const NodeId count = add(graph, "count"), more = add(graph, "add"), write = add(graph, "write");
        join(graph, count, "values", more, "a");
        join(graph, 1, "value", more, "b");
        join(graph, more, "sum", write, "in");
        const Paths with = run(graph).summary.saved;
        m_host->savedFiles.clear();
        QCOMPARE(run(graph).summary.saved, with);
        m_host->savedFiles.clear();
        ResultCache none(0);
        m_events.clear();
        const RunSummary without = execute({graph}, *m_host, none, {}, {}, findFake);
        QCOMPARE(without.saved, with);
        QCOMPARE(with, (Paths{"x7", "x5", "x6", "x7"}));
        QCOMPARE(none.size(), size_t(0));
    }

    void showsAgainWhatLeavesNoFile()
    {
        Sum sum;
        const NodeId show = add(sum.graph, "show");
        join(sum.graph, sum.sum, "sum", show, "in");
        run(sum.graph);
        calls["shown"] = 0;
        QCOMPARE(run(sum.graph).summary.executed, 1);
        QCOMPARE(calls["shown"], 7);
        QCOMPARE(calls["add"], 1);
    }

    void seesChangedFiles()
    {
        Graph graph;
        m_host->stamps["a.png"] = "1";
        const NodeId read = add(graph, "read_file", {{"file", std::string("a.png")}}), write = add(graph, "write");
        join(graph, read, "value", write, "in");
        run(graph);
        QCOMPARE(run(graph).summary.executed, 0);
        m_host->stamps["a.png"] = "2";
        QCOMPARE(run(graph).summary.executed, 2);
        const NodeId name = add(graph, "file_name"); // then the file may change unseen
        join(graph, name, "name", read, "file");
        QCOMPARE(run(graph).summary.executed, 3);
        QCOMPARE(run(graph).summary.executed, 2);
        m_host->stamps.clear();
        graph.links.erase(linkIdInto(graph, read, "file"));
        const Result missing = run(graph);
        QCOMPARE(missing.summary.problems.size(), size_t(1));
        QCOMPARE(missing.summary.problems[0].port, std::string("file"));
        QCOMPARE(missing.summary.problems[0].code, int(ErrorKind::FileMissing));
        QVERIFY(missing.summary.problems[0].text.starts_with("Read (node 1), file: a.png"));
        QCOMPARE(missing.summary.executed, 0);
    }

    void leavesOtherOutputsToFinish()
    {
        Sum sum;
        const NodeId thirteen = add(sum.graph, "number", {{"value", int64_t(13)}});
        const NodeId refuse = add(sum.graph, "refuse_13"), write = add(sum.graph, "write");
        join(sum.graph, thirteen, "value", refuse, "in");
        join(sum.graph, refuse, "out", write, "in");
        sum.graph.nodes[refuse].title = "My node";
        const Result result = run(sum.graph);
        QCOMPARE(result.summary.saved, Paths{"x7"});
        QCOMPARE(problems(result.summary), QString("My node (node %1): 13 is damaged\n").arg(refuse));
        QCOMPARE(result.summary.problems[0].code, int(ErrorKind::BadFile));
        QCOMPARE(result.summary.problems[0].node, NodePath{refuse});
        QCOMPARE(run(sum.graph).summary.executed, 1); // what failed is tried again
    }

    // Late is the source that the last step alone needs; what only serves it does not run.
    void whatCannotRunIsKnownBeforeTheWork()
    {
        Sum sum;
        const NodeId late = add(sum.graph, "prepared", {{"bad", int64_t(1)}}), other = add(sum.graph, "number");
        const NodeId write = add(sum.graph, "write");
        join(sum.graph, late, "value", sum.sum, "b");
        join(sum.graph, other, "value", write, "in");
        const Result result = run(sum.graph);
        QCOMPARE(result.summary.saved, Paths{"x1"});
        QCOMPARE(problems(result.summary), QString("Prepared (node %1): it is bad\n").arg(late));
        QCOMPARE(calls["number"], 1);
        QCOMPARE(calls["prepare"], 1);
        sum.graph.nodes[late].params["bad"] = int64_t(0);
        QCOMPARE(run(sum.graph).summary.saved.size(), size_t(2));
        QCOMPARE(calls["prepare"], 2);
    }

    void whatWasLeftOutIsMadeWhenItIsTaken()
    {
        Graph graph;
        const NodeId spare = add(graph, "spare"), write = add(graph, "write");
        join(graph, spare, "value", write, "in");
        QCOMPARE(run(graph).summary.saved, Paths{"x1"});
        const NodeId more = add(graph, "add");
        join(graph, spare, "value", more, "a");
        join(graph, more, "sum", add(graph, "write"), "in");
        run(graph);
        QCOMPARE(calls["spare"], 1); // the kept value is enough
        const NodeId dear = add(graph, "write");
        join(graph, spare, "dear", dear, "in");
        const Result result = run(graph);
        QVERIFY2(result.summary.problems.empty(), qPrintable(problems(result.summary)));
        QVERIFY(std::ranges::find(result.summary.saved, "x2") != result.summary.saved.end());
        QCOMPARE(calls["spare"], 2);
    }

    // J16
    void oneBadValueOfManyLeavesTheOthers()
    {
        Graph graph;
        const NodeId count = add(graph, "count", {{"n", int64_t(10'000)}}), refuse = add(graph, "refuse_13");
        const NodeId write = add(graph, "write"), total = add(graph, "total"), show = add(graph, "show");
        join(graph, count, "values", refuse, "in");
        join(graph, refuse, "out", write, "in");
        join(graph, refuse, "out", total, "values");
        join(graph, total, "sum", show, "in");
        const Result result = run(graph);
        QCOMPARE(result.summary.saved.size(), size_t(9'999));
        QCOMPARE(problems(result.summary), QString("Refuse (node %1), value 14 of 10000: 13 is damaged\n").arg(refuse));
        QCOMPARE(result.summary.problems[0].code, 3);
        QCOMPARE(calls["shown"], 10'000 / 2 * 9'999 - 13);
        // What is not whole is not kept.
        calls.clear();
        run(graph);
        QCOMPARE(calls["refuse_13"], 10'000);
        QCOMPARE(calls["write"], 9'999);
    }

    void listsRunTogether()
    {
        Graph graph;
        const NodeId many = add(graph, "count", {{"n", int64_t(4)}}), few = add(graph, "count", {{"n", int64_t(2)}});
        const NodeId sum = add(graph, "add"), write = add(graph, "write");
        join(graph, many, "values", sum, "a");
        join(graph, few, "values", sum, "b");
        join(graph, few, "values", sum, "more");
        join(graph, sum, "sum", write, "in");
        QCOMPARE(run(graph).summary.saved, (Paths{"x0", "x3", "x4", "x5"})); // 0+0+0, 1+1+1, 2+1+1, 3+1+1
        graph.nodes[many].params["n"] = int64_t(0);
        QVERIFY(run(graph).summary.saved.empty());
    }

    void refusesFedParametersOutOfRange()
    {
        Sum sum;
        sum.graph.nodes[sum.number].params["value"] = int64_t(101);
        join(sum.graph, sum.number, "value", sum.sum, "more");
        const Result result = run(sum.graph);
        QCOMPARE(result.summary.problems.size(), size_t(1));
        QCOMPARE(result.summary.problems[0].port, std::string("more"));
        QVERIFY2(
            result.summary.problems[0].text.find("101") != std::string::npos, qPrintable(problems(result.summary)));
        QVERIFY(result.summary.saved.empty());
    }

    void refusesAnInvalidGraphAsAWhole()
    {
        Sum sum;
        sum.graph.nodes[sum.sum].params["more"] = int64_t(1'000);
        const Result result = run(sum.graph);
        QCOMPARE(result.summary.problems.size(), size_t(1));
        QCOMPARE(result.summary.problems[0].node, NodePath{sum.sum});
        QCOMPARE(result.summary.problems[0].port, std::string("more"));
        QCOMPARE(result.summary.executed, 0);
        QCOMPARE(result.events.back().kind, Kind::Done);
    }

    void mutesAndBypasses()
    {
        Sum sum;
        const NodeId other = add(sum.graph, "number", {{"value", int64_t(20)}});
        join(sum.graph, other, "value", sum.sum, "b");
        sum.graph.nodes[other].mode = NodeMode::Muted; // feeds an optional input
        QCOMPARE(run(sum.graph).summary.saved, Paths{"x7"});
        sum.graph.nodes[sum.sum].mode = NodeMode::Bypassed;
        QCOMPARE(run(sum.graph).summary.saved, Paths{"x5"});
        sum.graph.nodes[sum.number].mode = NodeMode::Muted;
        sum.graph.nodes[sum.sum].mode = NodeMode::Normal;
        const NodeId write = add(sum.graph, "write");
        sum.graph.nodes[other].mode = NodeMode::Normal;
        join(sum.graph, other, "value", write, "in");
        const Result result = run(sum.graph);
        QCOMPARE(result.summary.saved, Paths{"x20"});
        QVERIFY2(result.summary.problems.empty(), qPrintable(problems(result.summary)));
    }

    void followsReroutes()
    {
        Sum sum;
        const NodeId reroute = add(sum.graph, "reroute");
        join(sum.graph, sum.sum, "sum", reroute, "in");
        sum.graph.links.erase(linkIdInto(sum.graph, sum.write, "in"));
        join(sum.graph, reroute, "out", sum.write, "in");
        const Result result = run(sum.graph);
        QCOMPARE(result.summary.saved, Paths{"x7"});
        QCOMPARE(result.summary.executed, 3);
    }

    void runsLongChains()
    {
        Graph graph;
        NodeId last = add(graph, "number", {{"value", int64_t(0)}});
        const char* port = "value";
        for (int i = 0; i < 10'000; ++i) {
            const NodeId next = add(graph, "add", {{"more", int64_t(1)}});
            join(graph, last, port, next, "a");
            last = next;
            port = "sum";
        }
        join(graph, last, port, add(graph, "write"), "in");
        QCOMPARE(run(graph).summary.saved, Paths{"x10000"});
        QCOMPARE(run(graph).summary.executed, 0);
    }

    void stopsBetweenAndWithinNodes()
    {
        Graph graph;
        const NodeId number = add(graph, "number"), stopping = add(graph, "stopping"), write = add(graph, "write");
        join(graph, number, "value", stopping, "in");
        join(graph, stopping, "out", write, "in");
        const Result result = run(graph);
        QVERIFY(result.summary.cancelled);
        QVERIFY(result.summary.problems.empty());
        QCOMPARE(calls["write"], 0);
        QCOMPARE(result.events.back().kind, Kind::Done);
        const Result before = run(Sum().graph); // the stop is still requested
        QVERIFY(before.summary.cancelled);
        QCOMPARE(before.summary.executed, 0);
    }

    void triesAgainWhenMemoryWasShort()
    {
        Graph graph;
        const NodeId number = add(graph, "number"), poor = add(graph, "short_of_memory"), write = add(graph, "write");
        join(graph, number, "value", poor, "in");
        join(graph, poor, "out", write, "in");
        failures = 1;
        QCOMPARE(run(graph).summary.saved, Paths{"x1"});
        graph.nodes[number].params["value"] = int64_t(2);
        failures = 2;
        const Result result = run(graph);
        QCOMPARE(result.summary.problems.size(), size_t(1));
        QCOMPARE(result.summary.problems[0].code, int(ErrorKind::OutOfMemory));
    }

    void tellsProgress()
    {
        Graph graph;
        const NodeId number = add(graph, "number"), steps = add(graph, "steps"), write = add(graph, "write");
        join(graph, number, "value", steps, "in");
        join(graph, steps, "out", write, "in");
        m_cache->seconds["steps"] = 80;
        m_cache->seconds["number"] = 10;
        m_cache->seconds["write"] = 10;
        const Result result = run(graph);
        std::vector<double> shares;
        for (const RunEvent& event : result.events)
            if (event.kind == Kind::Progress)
                shares.push_back(event.share);
        QCOMPARE(shares, (std::vector<double>{0.3, 0.5, 0.7, 0.9}));
        QVERIFY(std::ranges::is_sorted(result.events, {}, &RunEvent::share));
        QCOMPARE(result.events.back().share, 1.0);
        QCOMPARE(result.count(Kind::Preview), 1);
        QCOMPARE(result.count(Kind::Warning), 1);
        QVERIFY(m_cache->seconds["steps"] < 80);
    }

private:
    Result run(const Graph& graph)
    {
        Result result;
        result.summary = execute(
            {graph}, *m_host, *m_cache, [&](const RunEvent& event) { result.events.push_back(event); },
            stopDuringRun.get_token(), findFake);
        return result;
    }
    static LinkId linkIdInto(const Graph& graph, NodeId node, const char* port)
    {
        for (const auto& [id, link] : graph.links)
            if (link.to == PortRef{node, port})
                return id;
        return 0;
    }

    std::unique_ptr<FakeRunHost> m_host;
    std::unique_ptr<ResultCache> m_cache;
    std::vector<RunEvent> m_events;
};

ATHANOR_TEST(ExecutorTest)
#include "executor_test.moc"
