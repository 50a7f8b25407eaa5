// Random edits, as many as a long day makes: whatever is done, a graph stays whole, its file stays byte-equal through
// saving and loading, and undo and redo lead to the same bytes.
#include "inference/graph/flatten.h"
#include "inference/graph/subgraph.h"
#include "inference/graph/validate.h"
#include "inference/graph/workflow_json.h"
#include "render/error.h"
#include "tests/support/graph_types.h"
#include "tests/support/test_program.h"

#include <QTest>

#include <random>

using namespace athanor;

namespace {

constexpr int edits = 10'000, checkEvery = 100;
constexpr size_t mostNodes = 150; // with those in subgraphs: pasted ones would soon fill most of the file
constexpr const char* addedTypes[] = {
    "picture", "blur", "blend", "encode", "decode", "number", "cut", "switch", "reroute", "show"};

size_t nodesWithin(const Graph& graph)
{
    size_t count = graph.nodes.size();
    for (const auto& [id, node] : graph.nodes)
        if (node.subgraph)
            count += nodesWithin(*node.subgraph->body);
    return count;
}

// One user with a fixed seed. The standard's distributions differ between libraries, so numbers are taken modulo.
class Editor {
public:
    explicit Editor(uint64_t seed)
        : m_random(seed)
    {
    }

    int subgraphs = 0, refused = 0; // made of selections; edits that could not be

    Graph edited(const Graph& graph)
    {
        try {
            return edit(graph);
        } catch (const Error&) {
            ++refused;
            return graph;
        }
    }

private:
    size_t below(size_t count) { return size_t(m_random() % count); }

    NodeId anyNode(const Graph& graph)
    {
        return graph.nodes.empty() ? 0
                                   : std::next(graph.nodes.begin(), std::ptrdiff_t(below(graph.nodes.size())))->first;
    }

    Ids someNodes(const Graph& graph, size_t most)
    {
        Ids ids;
        for (size_t i = 0; i <= below(most); ++i)
            ids.insert(anyNode(graph));
        return ids;
    }

    PortRef anyPort(const Graph& graph, bool isOutput)
    {
        const NodeId id = anyNode(graph);
        NodeType made;
        const NodeType* type = id ? typeOf(graph.nodes.at(id), made, testType) : nullptr;
        std::vector<std::string> ports;
        if (type && isOutput)
            for (const OutputPort& output : type->outputs)
                ports.emplace_back(output.name);
        if (type && !isOutput) {
            for (const InputPort& input : type->inputs)
                ports.emplace_back(input.name);
            for (const Param& param : type->params)
                ports.emplace_back(param.name);
        }
        return {id, ports.empty() ? "none" : ports[below(ports.size())]};
    }

    Graph add(Graph graph)
    {
        Node node = testNode(addedTypes[below(std::size(addedTypes))]);
        node.rect = {double(below(4000)) / 7, -double(below(3000)), double(below(400)), double(below(300))};
        addNode(graph, std::move(node));
        return graph;
    }

    Graph connect(Graph graph)
    {
        const PortRef from = anyPort(graph, true), to = anyPort(graph, false);
        if (!whyNot(graph, from, to, testType).empty())
            throw Error(ErrorKind::BadArgument, "cannot");
        return connected(std::move(graph), from, to);
    }

    ParamValue anyValue()
    {
        switch (below(6)) {
        case 0:
            return below(2) == 0;
        case 1:
            return int64_t(m_random());
        case 2:
            return uint64_t(m_random()) | uint64_t(1) << 63;
        case 3:
            return std::bit_cast<double>(m_random()); // any at all, infinite ones too
        case 4:
            return double(below(1000)) / 64;
        default:
            return std::string(below(40), char(' ' + below(90)));
        }
    }

    Graph subgraph(Graph graph)
    {
        Ids chosen = someNodes(graph, 6);
        const MadeSubgraph result = intoSubgraph(std::move(graph), chosen, "Group of some", testType);
        ++subgraphs;
        return result.graph;
    }

    Graph editInside(const Graph& graph)
    {
        const NodeId id = anyNode(graph);
        const Graph* body = bodyAt(graph, {id});
        if (!id || !body)
            return add(graph);
        switch (below(4)) {
        case 0:
            return outOfSubgraph(graph, id).graph;
        case 1:
            return withBody(graph, {id}, edit(*body));
        case 2:
            return withExposed(graph, id, Side(below(3)), "shown", anyPort(*body, below(2) == 0), testType);
        default: {
            const Subgraph& inside = *graph.nodes.at(id).subgraph;
            return inside.inputs.empty() ? graph : withoutExposed(graph, id, Side::Inputs, inside.inputs.front().name);
        }
        }
    }

    Graph edit(const Graph& graph)
    {
        if (graph.nodes.size() > 70 || nodesWithin(graph) > mostNodes)
            return removed(graph, someNodes(graph, 40));
        switch (below(15)) {
        case 0:
            return removed(graph, someNodes(graph, 3));
        case 1:
            return graph.links.empty() ? add(graph) : removed(graph, {graph.links.rbegin()->first});
        case 2:
            return withGroup(graph, someNodes(graph, 5), "Frame");
        case 3:
            return graph.groups.empty() ? graph : removed(graph, {graph.groups.begin()->first});
        case 4:
            return subgraph(graph);
        case 5:
            return editInside(graph);
        case 6:
            return pasted(graph, copied(graph, someNodes(graph, 5)), 30, 30).graph;
        case 7:
            return withMode(graph, someNodes(graph, 3), NodeMode(below(3)));
        case 8: {
            const PortRef to = anyPort(graph, false);
            return withParam(graph, to.node, to.port, anyValue());
        }
        case 9:
            return moved(graph, someNodes(graph, 4), double(below(200)) - 100, double(below(200)) - 100);
        case 10:
        case 11:
            return add(graph);
        default:
            return connect(graph);
        }
    }

    std::mt19937_64 m_random;
};

// What holds for every graph that edits make.
QString broken(const Graph& graph)
{
    std::set<int64_t> ids;
    const auto take = [&](const auto& entries) {
        for (const auto& [id, entry] : entries)
            if (id < 1 || id >= graph.nextId || !ids.insert(id).second)
                return false;
        return true;
    };
    if (!take(graph.nodes) || !take(graph.links) || !take(graph.groups) || !take(graph.comments))
        return "an id is there twice or above the next";
    std::set<PortRef> fed;
    for (const auto& [id, link] : graph.links)
        if (!graph.nodes.contains(link.from.node) || !graph.nodes.contains(link.to.node) || !fed.insert(link.to).second)
            return "a link dangles, or an input is fed twice";
    if (!findCycle(withoutSubgraphs(graph).graph).empty())
        return "a circle";
    for (const Problem& problem : validate(graph, testType))
        for (const char* never :
            {"leads to nothing", "begins at no", "ends at no", "exposes", "twice", "circle", "holds nothing"})
            if (problem.text.find(never) != std::string::npos)
                return QString::fromStdString(problem.text);
    return {};
}

}

class GraphPropertyTest : public QObject {
    Q_OBJECT
private slots:
    void staysWhole_data();
    void staysWhole();
};

void GraphPropertyTest::staysWhole_data()
{
    QTest::addColumn<int>("seed");
    for (const int seed : {1, 2, 3})
        QTest::newRow(qPrintable(QString::number(seed))) << seed;
}

void GraphPropertyTest::staysWhole()
{
    QFETCH(int, seed);
    Editor editor{uint64_t(seed)};
    Graph graph;
    size_t changes = 0, largest = 0;
    std::string first = writeWorkflow(graph);
    for (int done = 0; done < edits; done += checkEvery) {
        std::vector<Graph> before; // what undo goes back to
        for (int i = 0; i < checkEvery; ++i) {
            before.push_back(graph);
            graph = editor.edited(graph);
            changes += graph != before.back();
            largest = std::max(largest, graph.nodes.size());
        }
        const std::string text = writeWorkflow(graph);
        std::vector<Graph> after;
        for (; !before.empty(); before.pop_back()) {
            after.push_back(std::move(graph));
            graph = std::move(before.back());
        }
        QCOMPARE(writeWorkflow(graph), first);
        for (; !after.empty(); after.pop_back())
            graph = std::move(after.back());
        QCOMPARE(writeWorkflow(graph), text);

        const LoadedWorkflow loaded = readWorkflow(text, "w.json");
        QVERIFY(loaded.warnings.empty());
        QCOMPARE(writeWorkflow(loaded.graph), text);
        const QString problem = broken(loaded.graph);
        QVERIFY2(problem.isEmpty(), qPrintable(QString("after %1 edits: %2").arg(done + checkEvery).arg(problem)));
        first = text;
    }
    // So that the test keeps to what it is for.
    QVERIFY2(changes > edits / 2 && largest > 60 && editor.subgraphs > 100,
        qPrintable(QString("%1 changes, %2 nodes, %3 subgraphs, %4 refused")
                       .arg(changes)
                       .arg(largest)
                       .arg(editor.subgraphs)
                       .arg(editor.refused)));
}

ATHANOR_TEST(GraphPropertyTest)
#include "graph_property_test.moc"
