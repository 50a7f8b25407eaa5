#include "inference/weights/module.h"

#include "render/error.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

class ModuleTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void findsPartsBelowAName();
    void tellsWhatIsThere();
    void namesWhatIsMissing();

private:
    Weights m_weights;
};

void ModuleTest::initTestCase()
{
    // No device: the shapes are enough.
    m_weights.tensors["blocks.1.norm.bias"] = {.shape = {3}};
    m_weights.tensors["blocks.1.to_out.0.bias"] = {.shape = {4}};
    m_weights.packed["blocks.1.to_out.0.weight"] = {.outputs = 4};
    m_weights.packed["blocks.10.weight"] = {.outputs = 10};
    m_weights.tensors["table-x"] = {.shape = {5}};
}

void ModuleTest::findsPartsBelowAName()
{
    const Module m(m_weights);
    QCOMPARE(m["blocks"][1]["to_out.0"].weight().outputs, int64_t(4));
    QCOMPARE(m["blocks.1"]["to_out"][0].bias().shape, Shape{4});
    QCOMPARE(m["blocks"][10].weight().outputs, int64_t(10));
    QVERIFY(m["blocks"][10].bias().shape.empty());
    QCOMPARE(m["blocks.1"].tensor("norm.bias").shape, Shape{3});
    QCOMPARE(m.tensor("table-x").shape, Shape{5});
}

void ModuleTest::tellsWhatIsThere()
{
    const Module m(m_weights);
    for (const char* name : {"blocks", "blocks.1", "blocks.1.norm.bias", "blocks.10", "blocks.10.weight", "table-x"})
        QVERIFY2(m.has(name), name);
    for (const char* name :
        {"block", "blocks.", "blocks.2", "blocks.1.nor", "blocks.100", "table", "blocks.1.norm.weight"})
        QVERIFY2(!m.has(name), name);
    QVERIFY(m["blocks"].has("1"));
    QVERIFY(!m["blocks"].has("blocks"));
}

void ModuleTest::namesWhatIsMissing()
{
    const Module m(m_weights);
    const auto refused = [](auto read, const char* name) {
        try {
            read();
        } catch (const Error& error) {
            return error.kind == ErrorKind::BadFile && std::string(error.what()).find(name) != std::string::npos;
        }
        return false;
    };
    QVERIFY(refused([&] { m["blocks"][1]["norm"].tensor("weight"); }, "\"blocks.1.norm.weight\""));
    QVERIFY(refused([&] { m["blocks"][2].weight(); }, "\"blocks.2.weight\""));
}

ATHANOR_TEST(ModuleTest)
#include "module_test.moc"
