// What holds for every node type, whoever wrote it, before it runs: the whole table is walked, so a new node is tested
// by being there.
#include "inference/graph/param_check.h"
#include "tests/support/node_type_rows.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QRegularExpression>
#include <QTest>

#include <set>

using namespace athanor;

namespace {

bool isName(std::string_view name)
{
    static const QRegularExpression form(QRegularExpression::anchoredPattern("[a-z][a-z0-9]*(_[a-z0-9]+)*"));
    return form.match(viewText(name)).hasMatch();
}

// One line that begins with a capital or a number and says more than a word.
bool isSentence(std::string_view line)
{
    return line.size() >= 3 && line.find('\n') == line.npos && line.front() != ' ' && line.back() != ' ';
}

}

class NodeTypesTest : public QObject {
    Q_OBJECT
private slots:
    void everyFileIsInTheTable();
    void isWellFormed_data() { nodeTypeRows(); }
    void isWellFormed();
    void defaultsAreAllowed_data() { nodeTypeRows(); }
    void defaultsAreAllowed();
};

void NodeTypesTest::everyFileIsInTheTable()
{
    QStringList files, ids;
    for (const QFileInfo& file : QDir(QString::fromStdString(sourcePath("inference/nodes"))).entryInfoList({"*.cpp"}))
        files << file.completeBaseName();
    for (const NodeType& type : nodeTypes())
        ids << viewText(type.id);
    files.sort();
    ids.sort(); // also tells two of one id
    QCOMPARE(ids, files);
}

void NodeTypesTest::isWellFormed()
{
    QFETCH(int, index);
    const NodeType& type = nodeTypes()[size_t(index)];
    QVERIFY(isName(type.id));
    QVERIFY(!type.title.empty() && !type.category.empty() && type.version >= 1);
    QVERIFY2(isSentence(type.text) && type.text.ends_with('.'), "the text is no sentence");
    std::set<std::string_view> ins, outs;
    for (const InputPort& port : type.inputs) {
        QVERIFY2(isName(port.name) && isSentence(port.text), viewText(port.name).toUtf8());
        QVERIFY2(ins.insert(port.name).second, "two inputs or parameters of one name");
    }
    for (const Param& param : type.params) {
        QVERIFY2(isName(param.name) && isSentence(param.text), viewText(param.name).toUtf8());
        QVERIFY2(ins.insert(param.name).second, "two inputs or parameters of one name");
    }
    for (const OutputPort& port : type.outputs) {
        QVERIFY2(isName(port.name) && isSentence(port.text), viewText(port.name).toUtf8());
        QVERIFY2(outs.insert(port.name).second, "two outputs of one name");
    }
    QVERIFY2(!type.isOutput || type.run, "an output that does nothing");
}

void NodeTypesTest::defaultsAreAllowed()
{
    QFETCH(int, index);
    const NodeType& type = nodeTypes()[size_t(index)];
    for (const Param& param : type.params) {
        if (param.kind == ParamKind::Int || param.kind == ParamKind::Float)
            QVERIFY2(param.lowest < param.highest && param.step > 0, viewText(param.name).toUtf8());
        QCOMPARE(param.kind == ParamKind::Choice, param.choices.size() >= 2);
        const bool toChoose = rowOf(param.kind).file && param.value == ParamValue(std::string());
        if (!toChoose)
            QCOMPARE(paramProblem(param, param.value), std::string());
    }
    if (type.check)
        QCOMPARE(type.check(makeNode(type)), std::string());
}

ATHANOR_TEST(NodeTypesTest)
#include "node_types_test.moc"
