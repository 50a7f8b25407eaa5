// Every parameter of every node type counts in what its results are kept under.
#include "inference/graph/graph_edit.h"
#include "inference/run/run_plan.h"
#include "tests/support/fake_run_host.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

namespace {

// The program's own types, each run for its own sake and without its inputs.
const NodeType* findAlone(std::string_view id)
{
    static const std::vector<NodeType> all = [] {
        std::vector<NodeType> types(nodeTypes().begin(), nodeTypes().end());
        for (NodeType& type : types) {
            type.isOutput = true;
            for (InputPort& input : type.inputs)
                input.optional = true;
        }
        return types;
    }();
    const auto it = std::ranges::find(all, id, &NodeType::id);
    return it == all.end() ? nullptr : &*it;
}

ParamValue other(const Param& param)
{
    switch (param.kind) {
    case ParamKind::Bool:
        return !std::get<bool>(param.value);
    case ParamKind::Int:
    case ParamKind::Seed:
        return std::get<int64_t>(param.value) + 1;
    case ParamKind::Float:
        return std::get<double>(param.value) + 1e-9;
    default:
        return std::get<std::string>(param.value) + "x";
    }
}

}

class FingerprintTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_host.stamps.clear(); }

    void everyParameterCounts_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("param");
        for (const NodeType& type : nodeTypes())
            for (const Param& param : type.params) {
                const auto id = QByteArray::fromStdString(std::string(type.id));
                const auto name = QByteArray::fromStdString(std::string(param.name));
                if (type.run)
                    QTest::addRow("%s.%s", id.constData(), name.constData()) << id << name;
            }
    }

    void everyParameterCounts()
    {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, param);
        const NodeType& nodeType = *findAlone(type.toStdString());
        const Param& changed = *findParam(nodeType, param.toStdString());
        Graph graph;
        const NodeId id = addNode(graph, makeNode(nodeType));
        const Fingerprint before = of(graph);
        QCOMPARE(of(graph), before);
        graph.nodes[id].params[std::string(changed.name)] = other(changed);
        QVERIFY(of(graph) != before);
        if (!rowOf(changed.kind).file)
            return;
        const Fingerprint named = of(graph);
        m_host.stamps[std::get<std::string>(other(changed))] = "another time";
        QVERIFY(of(graph) != named);
    }

    void inputsCount()
    {
        Graph graph;
        const NodeId a = addNode(graph, makeNode(*findAlone("int_value"))), b = addNode(graph, graph.nodes.at(a));
        const NodeId size = addNode(graph, makeNode(*findAlone("empty_latent")));
        const std::string output(findAlone("int_value")->outputs.front().name);
        const Fingerprint alone = of(graph);
        graph = connected(graph, {a, output}, {size, "width"});
        const Fingerprint fed = of(graph);
        QVERIFY(fed != alone);
        QCOMPARE(of(connected(graph, {b, output}, {size, "width"})), fed); // another node, the same value
        QVERIFY(of(connected(graph, {a, output}, {size, "height"})) != fed);
        graph.nodes[a].params.begin()->second = int64_t(77);
        QVERIFY(of(graph) != fed);
    }

private:
    // Of the node that comes last.
    Fingerprint of(const Graph& graph)
    {
        for (const auto& [id, node] : graph.nodes)
            for (const auto& [name, value] : node.params)
                if (const auto* text = std::get_if<std::string>(&value))
                    m_host.stamps.try_emplace(*text, "some time");
        const std::vector<Step> steps = planRun(graph, findAlone, m_host);
        return steps.empty() ? Fingerprint() : steps.back().fingerprint;
    }
    FakeRunHost m_host;
};

ATHANOR_TEST(FingerprintTest)
#include "fingerprint_test.moc"
