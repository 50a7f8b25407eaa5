// The opcode walker: nothing runs (P01), wrong operands are refused (P03), bombs cost nothing (P04 to P06).
#include "inference/weights/pickle.h"
#include "tests/support/model_bytes.h"
#include "tests/support/repeated.h"
#include "tests/support/test_program.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <cstdlib>
#include <string>
#include <unistd.h>
#include <vector>

using namespace athanor;

namespace {

PickleGraph graphOf(const std::string& bytes)
{
    return readPickle("model.ckpt", bytes);
}

std::string shortText(const std::string& text)
{
    return "\x8c" + std::string(1, char(text.size())) + text;
}

std::string pickled(const char* text, size_t size)
{
    return {text, size};
}

}

class PickleTest : public QObject {
    Q_OBJECT
private slots:
    void refusesCode_data();
    void refusesCode();
    void nothingRuns();
    void refuses_data();
    void refuses();
    void limitsHoldOnBothSides();
    void reads();
    void readsEveryInteger_data();
    void readsEveryInteger();
    void objectsAreOpaque();
    void argumentsUsedAgainAreNotCopied();
};

// P01: each way a pickle can name something to call.
void PickleTest::refusesCode_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("carried");
    const auto row = [](const char* id, const std::string& bytes, const char* carried) {
        QTest::newRow(id) << QByteArray::fromStdString(bytes) << QString(carried);
    };
    const std::string command = pickleText("touch /tmp/x");
    row("GLOBAL", pickleGlobal("os", "system") + command + "\x85R.", "os.system");
    row("GLOBAL posix", pickleGlobal("posix", "system") + command + "\x85R.", "posix.system");
    row("GLOBAL eval", pickleGlobal("builtins", "eval") + command + "\x85R.", "builtins.eval");
    row("GLOBAL python 2", pickleGlobal("__builtin__", "execfile") + command + "\x85R.", "__builtin__.execfile");
    row("getattr chain",
        pickleGlobal("builtins", "getattr") + pickleGlobal("torch", "os") + pickleText("system") + "\x86R.",
        "builtins.getattr");
    row("STACK_GLOBAL", "\x80\x04" + shortText("subprocess") + shortText("Popen") + "\x93" + command + "\x85R.",
        "subprocess.Popen");
    row("dotted name", "\x80\x04" + shortText("torch") + shortText("hub.load") + "\x93" + command + "\x85R.",
        "torch.hub.load");
    // Modules that stand in others: Python follows the dots.
    const auto dotted = [&](const char* id, const std::string& module, const std::string& name) {
        row(id, "\x80\x04" + shortText(module) + shortText(name) + "\x93" + command + "\x85R.",
            (module + "." + name).c_str());
    };
    dotted("os of torch", "torch", "os.system");
    dotted("os of a part of torch", "torch.serialization", "os.system");
    dotted("os as a module of torch", "torch.os", "system");
    dotted("sys of collections", "collections", "_sys.modules.sys.exit");
    dotted("eval of numpy", "numpy", "core.numeric.builtins.eval");
    dotted("globals of a method", "collections", "OrderedDict.__init__.__globals__");
    dotted("os alone", "torch", "os");
    row("GLOBAL with dots", pickleGlobal("torch", "os.system") + command + "\x85R.", "torch.os.system");
    row("INST", "(" + command + "ios\nsystem\n.", "os.system");
    row("OBJ", "(" + pickleGlobal("os", "system") + command + "o.", "os.system");
    row("NEWOBJ", pickleGlobal("runpy", "run_path") + command + "\x85\x81.", "runpy.run_path");
    row("NEWOBJ_EX", pickleGlobal("importlib", "import_module") + command + "\x85}\x92.", "importlib.import_module");
    row("never called", "}" + pickleText("a") + pickleGlobal("os", "system") + "s.", "os.system");
    row("EXT1", "\x82\x01.", "an extension code");
    row("EXT2", "\x83\x01\x02.", "an extension code");
    row("EXT4", "\x84\x01\x02\x03\x04.", "an extension code");
    row("nested pickle", pickleGlobal("torch.storage", "_load_from_bytes") + pickleText("x") + "\x85R.",
        "torch.storage._load_from_bytes");
    row("escaped name", pickleGlobal("os", "sys\x1btem") + ".", "os.sys\\x1btem");
}

void PickleTest::refusesCode()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, carried);
    const QString text = QString::fromStdString(refusal([&] { graphOf(bytes.toStdString()); }));
    QVERIFY2(text.startsWith("model.ckpt carries code: " + carried), qPrintable(text));
    QVERIFY2(text.contains("safetensors"), qPrintable(text));
}

// The witness: Python, reading this pickle, would leave a file behind.
void PickleTest::nothingRuns()
{
    QTemporaryDir folder;
    const std::string witness = folder.filePath("witness").toStdString();
    const std::string call = pickleText("touch " + witness) + "\x85R.";
    for (const char* module : {"os", "posix"})
        QVERIFY(!refusal([&] { graphOf("\x80\x02" + pickleGlobal(module, "system") + call); }).empty());
    QVERIFY(access(witness.c_str(), F_OK) != 0);
    QCOMPARE(std::system(("touch " + witness).c_str()), 0); // the witness can be made, so its absence tells something
    QVERIFY(access(witness.c_str(), F_OK) == 0);
}

void PickleTest::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* id, const std::string& bytes, const char* sentence) {
        QTest::newRow(id) << QByteArray::fromStdString(bytes) << QString(sentence);
    };
    row("P03 SETITEM on a list", "]K\x01K\x02s.", "adds items to a list as if it were a dictionary");
    row("P03 SETITEM on an integer", "K\x05K\x01K\x02s.", "adds items to an integer");
    row("P03 SETITEMS on a tuple", ")(K\x01K\x02u.", "adds items to a tuple");
    row("P03 SETITEMS odd", "}(K\x01u.", "key without a value");
    row("P03 APPEND on a tuple",
        ")K\x01"
        "a.",
        "adds items to a tuple as if it were a list");
    row("P03 APPENDS on a dictionary",
        "}(K\x01"
        "e.",
        "adds items to a dictionary");
    row("P03 BUILD on an integer", "K\x05}b.", "sets attributes of an integer");
    row("P03 BUILD on a class", pickleGlobal("a", "B") + "}b.", "sets attributes of a class");
    row("P03 REDUCE of a text", pickleText("x") + ")R.", "calls a text");
    row("P03 REDUCE with a list", pickleGlobal("a", "B") + "]R.", "a list where a tuple belongs");
    row("P03 STACK_GLOBAL of numbers", "K\x01K\x02\x93.", "an integer where a text belongs");
    row("P03 parameter of nothing", pickleGlobal("torch._utils", "_rebuild_parameter") + ")R.",
        "something that is no tensor");
    row("P03 parameter of a list", pickleGlobal("torch._utils", "_rebuild_parameter") + "]\x85R.",
        "something that is no tensor");
    row("P03 unset memo", "h\x07.", "recalls number 7");
    row("P03 empty stack", ".", "empty stack");
    row("P03 TUPLE2 of one", "K\x01\x86.", "empty stack");
    row("P03 below the mark", "K\x01(\x85.", "empty stack");
    row("P03 no mark", "K\x01t.", "no mark");
    row("P03 no STOP", "}", "ends too early");
    row("P03 left over", "K\x01K\x02.", "left over");
    row("P03 unknown opcode", "\xff.", "unknown opcode 0xff");
    row("P03 buffers", "\x80\x05\x97.", "unknown opcode 0x97");
    row("P03 protocol 6", "\x80\x06N.", "protocol 6");
    row("P03 empty", "", "ends too early");
    // Forty times a pair of the same thing: 2^40 values if they were copies.
    row("P04 doubling", "\x80\x02)" + repeated("2\x86", 40) + "." + std::string(3, 'x'),
        "expands to more than 5000000 values");
    row("P05 nested tuples", ")" + repeated("\x85", 1'000'000) + ".", "nested deeper than 100");
    row("P05 nested lists", repeated("]", 1'000'000) + repeated("a", 999'999) + ".", "nested deeper than 100");
    row("P05 list in itself",
        "]q\x01"
            + repeated("h\x01"
                       "a",
                200)
            + ".",
        "expands to more than 5000000");
    row("P06 text -1", "X\xff\xff\xff\xff.", "text of 4294967295 bytes");
    row("P06 text 2^31", pickled("X\0\0\0\x80.", 6), "text of 2147483648 bytes");
    row("P06 text 2^63", pickled("\x8d\0\0\0\0\0\0\0\x80.", 10), "text of 9223372036854775808 bytes");
    row("P06 bytes 2^63", pickled("\x8e\0\0\0\0\0\0\0\x80.", 10), "text of 9223372036854775808 bytes");
    row("P06 beyond the end", pickled("X\x09\0\0\0abc", 8), "ends too early");
    row("P06 long -1", "\x8b\xff\xff\xff\xff.", "number of 4294967295 bytes");
    row("P06 frame", pickled("\x95\xff\0\0\0\0\0\0\0N.", 11), "frame of 255 bytes");
    row("P06 memo 2^32-1", "Nr\xff\xff\xff\xff.", "remembers under number 4294967295");
    row("P06 number in a line", "I12x\n.", "\"12x\" where a number belongs");
    row("P06 memo in a line", "Np-1\n.", "where a memo number belongs");
    row("P06 line without end", "S'abc", "ends within a line");
}

void PickleTest::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, sentence);
    const std::string pickle = bytes.toStdString();
    QElapsedTimer timer;
    timer.start();
    const QString text = QString::fromStdString(refusal([&] { graphOf(pickle); }));
    QVERIFY2(text.contains(sentence), qPrintable("said: " + text));
    QVERIFY2(text.startsWith("model.ckpt: the pickle ") && text.size() < 300, qPrintable(text));
    QVERIFY(timer.elapsed() < 1000);
}

void PickleTest::limitsHoldOnBothSides()
{
    const auto says = [](const std::string& bytes) { return refusal([&] { graphOf(bytes); }); };
    QCOMPARE(says(")" + repeated("\x85", 99) + "."), std::string());
    QVERIFY(says(")" + repeated("\x85", 100) + ".").find("deeper than 100") != std::string::npos);
    QCOMPARE(says(pickleText(std::string(maxPickleText, 'x')) + "."), std::string());
    QVERIFY(says(pickleText(std::string(maxPickleText + 1, 'x')) + ".").find("1048577 bytes") != std::string::npos);
    QCOMPARE(says("(" + std::string(maxPickleNodes - 1, 'N') + "1N."), std::string());
    QVERIFY(says("(" + std::string(maxPickleNodes, 'N') + "1N.").find("more than 5000000 values") != std::string::npos);
    const std::string protocols = repeated("(0", maxPickleOpcodes / 2 - 1);
    QCOMPARE(says(protocols + "N."), std::string());
    QVERIFY(says(protocols + "(0N.").find("more than 10000000 opcodes") != std::string::npos);
    QVERIFY(says(std::string(maxPickleBytes + 1, '(')).find("67108865 bytes") != std::string::npos);
}

void PickleTest::reads()
{
    const std::string bytes = "\x80\x02}q\x01(" + pickleText("list")
        + "](K\x01N\x88"
          "e"
        + pickleText("same") + "h\x01" + shortText("name") + pickleGlobal("collections", "OrderedDict") + ")R" + "u.";
    const PickleGraph graph = graphOf(bytes);
    QCOMPARE(graph.kind(graph.root), PickleKind::Dictionary);
    const auto items = graph.items(graph.root);
    QCOMPARE(items.size(), size_t(6));
    QCOMPARE(graph.text(items[0]), std::string_view("list"));
    const auto list = graph.items(items[1]);
    QCOMPARE(list.size(), size_t(3));
    QCOMPARE(graph.integer(list[0]), int64_t(1));
    QCOMPARE(graph.kind(list[1]), PickleKind::None);
    QCOMPARE(graph.kind(list[2]), PickleKind::Boolean);
    QCOMPARE(items[3], graph.root);
    QCOMPARE(graph.kind(items[5]), PickleKind::Dictionary);
    QCOMPARE(graph.items(graph.root, 2).size(), size_t(2));
}

void PickleTest::readsEveryInteger_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<qlonglong>("value");
    const auto row = [](const char* id, const std::string& bytes, qlonglong value) {
        QTest::newRow(id) << QByteArray::fromStdString(bytes) << value;
    };
    row("BININT1", "K\xff.", 255);
    row("BININT2", "M\x01\x02.", 0x201);
    row("BININT", "J\xfe\xff\xff\xff.", -2);
    row("LONG1 empty", pickled("\x8a\0.", 3), 0);
    row("LONG1 negative", "\x8a\x01\x80.", -128);
    row("LONG1 255", pickled("\x8a\x02\xff\0.", 5), 255);
    row("LONG1 smallest", pickleInteger(INT64_MIN) + ".", INT64_MIN);
    row("LONG4", pickled("\x8b\x01\0\0\0\x05.", 7), 5);
    row("INT", "I-17\n.", -17);
    row("LONG", "L9L\n.", 9);
    row("INT true", "I01\n.", 1);
}

void PickleTest::readsEveryInteger()
{
    QFETCH(QByteArray, bytes);
    QFETCH(qlonglong, value);
    const std::string pickle = bytes.toStdString();
    const PickleGraph graph = graphOf(pickle);
    QVERIFY(graph.kind(graph.root) == PickleKind::Integer || graph.kind(graph.root) == PickleKind::Boolean);
    QCOMPARE(qlonglong(graph.integer(graph.root)), value);
}

// P02: training's leftovers are kept as what they are called, and take items and state without complaint.
void PickleTest::objectsAreOpaque()
{
    const std::string object = pickleGlobal("pytorch_lightning.callbacks", "Checkpoint") + ")\x81}b(K\x01K\x02u";
    const std::string bytes = "\x80\x02" + object + ".";
    const PickleGraph graph = graphOf(bytes);
    QCOMPARE(graph.kind(graph.root), PickleKind::Opaque);
    QCOMPARE(graph.globalName(graph.items(graph.root)[0]), std::string("pytorch_lightning.callbacks.Checkpoint"));
    const std::vector<std::string> others{pickleGlobal("numpy.core.multiarray", "scalar") + ")R",
        std::string("\x8f(K\x01\x90"), "(K\x01\x91", "(iargparse\nNamespace\n", "(" + pickleGlobal("a", "B") + "K\x01o",
        "\x8a\x09" + std::string(9, 'x')};
    for (const std::string& other : others) {
        const std::string pickle = other + ".";
        const PickleGraph made = graphOf(pickle);
        QCOMPARE(made.kind(made.root), PickleKind::Opaque);
    }
}

// A long tuple, made a tensor's arguments a hundred thousand times: copies would be 10^10 values.
void PickleTest::argumentsUsedAgainAreNotCopied()
{
    const std::string bytes = "(" + repeated("N", 100'000)
        + "tq\x01"
          "0"
        + pickleGlobal("torch._utils", "_rebuild_tensor_v2")
        + "q\x02"
          "0"
        + repeated("h\x02h\x01R0", 100'000) + "N.";
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(refusal([&] { graphOf(bytes); }), std::string());
    QVERIFY(timer.elapsed() < 2000);
}

ATHANOR_TEST(PickleTest)
#include "pickle_test.moc"
