// The subcommand that lists the nodes, as text and as JSON.
#include "inference/graph/node_type.h"
#include "tests/support/program.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace athanor;

class NodesCommandTest : public QObject {
    Q_OBJECT
private slots:
    void jsonHoldsEveryNode()
    {
        const ProgramResult result = runProgram({"nodes", "--json"}, m_cache.path());
        QVERIFY2(result.exitCode == 0, result.err);
        const auto all = nlohmann::json::parse(result.out.toStdString());
        QCOMPARE(all.size(), nodeTypes().size());
        for (const NodeType& type : nodeTypes()) {
            const auto& node = all.at(size_t(&type - nodeTypes().data()));
            QCOMPARE(node["id"].get<std::string>(), std::string(type.id));
            QCOMPARE(node["inputs"].size(), type.inputs.size());
            QCOMPARE(node["parameters"].size(), type.params.size());
            QCOMPARE(node["outputs"].size(), type.outputs.size());
        }
    }

    void jsonTellsRangesAndChoices()
    {
        const ProgramResult result = runProgram({"nodes", "--json"}, m_cache.path());
        for (const auto& node : nlohmann::json::parse(result.out.toStdString())) {
            if (node["id"] != "sample")
                continue;
            const auto& params = node["parameters"];
            QCOMPARE(params[1].dump(),
                std::string(R"({"default":20,"highest":1000,"kind":"Int","lowest":1,"name":"steps","port":"Int",)"
                            R"("step":1,"text":"Of the whole schedule"})"));
            QCOMPARE(params[3]["choices"][0].get<std::string>(), std::string("euler"));
            QCOMPARE(params[3]["port"].get<std::string>(), std::string("Sampler"));
            QVERIFY(node["inputs"][2]["optional"].get<bool>());
            return;
        }
        QFAIL("no node \"sample\"");
    }

    void textHoldsEveryNode()
    {
        const ProgramResult result = runProgram({"nodes"}, m_cache.path());
        QVERIFY2(result.exitCode == 0, result.err);
        for (const NodeType& type : nodeTypes())
            QVERIFY2(
                result.out.contains("\n" + QByteArray(type.id.data(), qsizetype(type.id.size())) + ": "), result.out);
        QVERIFY2(result.out.contains("= width (Int, 64 to 8192; 512) "), result.out);
    }

private:
    QTemporaryDir m_cache;
};

ATHANOR_CORE_TEST(NodesCommandTest)
#include "nodes_command_test.moc"
