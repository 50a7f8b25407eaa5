// ComfyUI's prompts mean the same here, and come back as they were.
#include "inference/formats/comfyui_prompt.h"

#include "inference/text/prompt_syntax.h"
#include "tests/support/comfy_graph.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

class ComfyuiPromptTest : public QObject {
    Q_OBJECT
private slots:
    void meansTheSameHere_data();
    void meansTheSameHere();
    void nativeBracketsGoOut();
    void survivesNesting();
    void isReadFromFiles();
};

void ComfyuiPromptTest::meansTheSameHere_data()
{
    QTest::addColumn<std::string>("theirs");
    QTest::addColumn<std::string>("ours");
    const auto row = [](const char* theirs, const char* ours) {
        QTest::newRow(theirs) << std::string(theirs) << std::string(ours);
    };
    row("a red house", "a red house");
    row("a (red:1.4) house", "a (red:1.4) house");
    row("((a)) b", "((a)) b");
    row("[a red house]", "\\[a red house\\]");
    row("a [red] house", "a \\[red\\] house");
    row("a \\(b\\) c", "a \\(b\\) c");
    row("a \\b c\\\\d", "a \\\\b c\\\\\\\\d");
    row("(a (b:1.2) c:1.5)", "(a :1.5)(b:1.2)( c:1.5)"); // weights within do not multiply
    row("((a:1.2))", "(a:1.2)");
    row("a (b", "a \\(b");
    row("a) b", "a) b");
    row("a) (b:1.2)", "a\\) \\(b:1.2\\)"); // one closed too many: all behind it is text
    row("a BREAK b", "a break b");
    row("(a:b)", "(a:b)");
    row("(a:)", "(a:)");
    row("", "");
    row("a, b:1.2", "a, b:1.2");
}

void ComfyuiPromptTest::meansTheSameHere()
{
    QFETCH(std::string, theirs);
    QFETCH(std::string, ours);
    QCOMPARE(promptFromComfy(theirs), ours);
    if (theirs.find("BREAK") == std::string::npos) { // it means the same to ComfyUI when it comes back
        const std::string back = promptToComfy(ours);
        QCOMPARE(promptFromComfy(back), ours);
    }
}

void ComfyuiPromptTest::nativeBracketsGoOut()
{
    QCOMPARE(promptToComfy("[a] b"), std::string("(a:0.909091) b"));
    QCOMPARE(promptToComfy("\\[a\\] (b:1.2)"), std::string("[a] (b:1.2)"));
    QCOMPARE(promptToComfy("a BREAK [b]"), std::string("a BREAK [b]"));
}

// J02: neither the stack nor the time runs out.
void ComfyuiPromptTest::survivesNesting()
{
    const std::string deep = std::string(30'000, '(') + 'a' + std::string(30'000, ')');
    QCOMPARE(promptFromComfy(deep), deep);
    QVERIFY(promptFromComfy(std::string(60'000, ')')).size() >= 60'000);
    QCOMPARE(promptFromComfy(std::string(maxPromptBytes + 1, '[')).size(), maxPromptBytes + 1); // refused where it runs
}

void ComfyuiPromptTest::isReadFromFiles()
{
    const auto text = [](const char* prompt) {
        return std::string(R"({"6": {"class_type": "CLIPTextEncode", "inputs": {"text": ")") + prompt + "\"}}}";
    };
    const Graph graph = readComfyWorkflow(text("[a red house]"), "w").graph;
    QCOMPARE(nodeText(graph.nodes.at(6)), std::string("encode_prompt syntax=comfyui text=[a red house]"));
    QVERIFY(writeComfyApi(graph).find("\"[a red house]\"") != std::string::npos);
    Graph own = graph;
    own.nodes.at(6).params["syntax"] = std::string("a1111");
    QVERIFY(writeComfyApi(own).find("\"(a red house:0.909091)\"") != std::string::npos);
}

ATHANOR_TEST(ComfyuiPromptTest)
#include "comfyui_prompt_test.moc"
