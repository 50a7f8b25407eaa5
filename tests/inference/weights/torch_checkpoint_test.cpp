// Checkpoints: what PyTorch itself wrote is read to the last value (P02, P07), what is put together wrongly is refused.
#include "inference/weights/torch_checkpoint.h"

#include "inference/weights/pickle.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"
#include "tests/support/zip_writer.h"

#include <QTest>

using namespace athanor;

namespace {

std::string archive(const std::vector<ZipWriterEntry>& entries)
{
    ZipWriter zip;
    for (const ZipWriterEntry& entry : entries)
        zip.add(entry);
    return zip.finish();
}

// A checkpoint of one tensor "a"; its storage "0" has 24 bytes unless told otherwise.
std::string oneTensor(const std::string& tensor, size_t storageBytes = 24)
{
    return checkpointBytes("}" + pickleText("a") + tensor + "s", storageBytes);
}

std::vector<float> floatsOf(const TensorFile& file, const char* name)
{
    const TensorInfo& tensor = *findTensor(file, name);
    std::vector<float> values(size_t(*elementCount(tensor.shape)));
    ValueCount seen;
    readFloats(file, tensor, 0, values, seen);
    return values;
}

std::vector<float> counting(float from, size_t count)
{
    std::vector<float> values;
    for (size_t i = 0; i < count; ++i)
        values.push_back(from + float(i));
    return values;
}

}

class TorchCheckpointTest : public QObject {
    Q_OBJECT
private slots:
    void readsWhatTorchWrote_data();
    void readsWhatTorchWrote();
    void joinsNestedNames();
    void refuses_data();
    void refuses();
    void acceptsWindowsIntoOneStorage();
};

void TorchCheckpointTest::readsWhatTorchWrote_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("protocol 2") << "nested_protocol2.ckpt";
    QTest::newRow("protocol 4") << "nested_protocol4.ckpt";
}

void TorchCheckpointTest::readsWhatTorchWrote()
{
    QFETCH(QString, name);
    const TensorFile file = openTensorFile(testDataPath("checkpoints/" + name.toStdString()));
    QCOMPARE(file.format, std::string("PyTorch checkpoint"));
    QCOMPARE(file.tensors.size(), size_t(9));
    QCOMPARE(shapeText(findTensor(file, "first")->shape), std::string("[2, 3]"));
    QCOMPARE(floatsOf(file, "first"), counting(0, 6));
    QCOMPARE(floatsOf(file, "second"), counting(6, 6));
    QCOMPARE(floatsOf(file, "half"), counting(0, 4));
    QCOMPARE(floatsOf(file, "bfloat"), counting(0, 4));
    QCOMPARE(floatsOf(file, "double"), counting(0, 3));
    QCOMPARE(floatsOf(file, "parameter"), counting(0, 2));
    QCOMPARE(floatsOf(file, "empty"), std::vector<float>());
    QVERIFY(findTensor(file, "steps")->shape.empty() && findTensor(file, "steps")->type == StoredType::I64);
    QVERIFY(refusal([&] { floatsOf(file, "transposed"); }).find("strides [1, 3] (transposed)") != std::string::npos);
    QCOMPARE(file.warnings, std::vector<std::string>({"5 values that are not tensors were skipped"}));
}

void TorchCheckpointTest::joinsNestedNames()
{
    const TensorFile file = openTensorFile(testDataPath("checkpoints/upscaler.pth"));
    QCOMPARE(file.tensors.size(), size_t(1));
    QCOMPARE(file.tensors[0].name, std::string("params_ema.conv_first.weight"));
}

void TorchCheckpointTest::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* id, const std::string& bytes, const char* sentence) {
        QTest::newRow(id) << QByteArray::fromStdString(bytes) << QString(sentence);
    };
    const auto tensor = [&](const char* id, const std::string& made, const char* sentence) {
        row(id, oneTensor(made), sentence);
    };
    tensor("P07 too long", pickleTensor("0", 6, 0, {7}, {1}), "goes beyond its storage of 6 elements");
    tensor("P07 offset", pickleTensor("0", 6, 1, {6}, {1}), "goes beyond its storage");
    tensor("P07 offset of nothing", pickleTensor("0", 6, 7, {0}, {1}), "goes beyond its storage");
    tensor("P07 offset -1", pickleTensor("0", 6, -1, {1}, {1}), "an offset of -1");
    tensor("P07 offset 2^63-1", pickleTensor("0", 6, INT64_MAX, {2}, {1}), "goes beyond its storage");
    tensor("P07 size -1", pickleTensor("0", 6, 0, {-1}, {1}), "a size of -1");
    tensor(
        "P07 size overflow", pickleTensor("0", 6, 0, {int64_t(1) << 32, int64_t(1) << 32}, {1, 1}), "impossible shape");
    tensor("P07 stride -1", pickleTensor("0", 6, 0, {2}, {-1}), "a stride of -1");
    tensor("P07 stride 0", pickleTensor("0", 6, 0, {2, 3}, {0, 1}), "repeats its elements");
    tensor("P07 stride overflow", pickleTensor("0", 6, 0, {3, 2}, {INT64_MAX, INT64_MAX}), "impossible strides");
    tensor("P07 stride too wide", pickleTensor("0", 6, 0, {2, 3}, {4, 1}), "goes beyond its storage");
    tensor("P07 strides missing", pickleTensor("0", 6, 0, {2, 3}, {1}), "impossible shape");
    tensor("rank 9", pickleTensor("0", 6, 0, std::vector<int64_t>(9, 1), std::vector<int64_t>(9, 1)),
        "more than 8 dimensions");
    tensor("storage longer than told", pickleTensor("0", 5, 0, {5}, {1}),
        "needs a storage of 5 F32 elements, the archive holds 24");
    tensor("storage shorter than told", pickleTensor("0", 7, 0, {5}, {1}), "the archive holds 24 bytes");
    tensor("storage of another type", pickleTensor("0", 6, 0, {6}, {1}, "HalfStorage"),
        "needs a storage of 6 F16 elements");
    tensor("storage size overflows", pickleTensor("0", (int64_t(1) << 62) + 6, 0, {6}, {1}), "needs a storage of");
    tensor("storage missing", pickleTensor("1", 6, 0, {6}, {1}), "archive/data/1, which is not in the archive");
    tensor("storage outside", pickleTensor("../../etc/passwd", 6, 0, {6}, {1}), "which is not in the archive");
    tensor("unknown storage", pickleTensor("0", 6, 0, {6}, {1}, "OddStorage"), "unknown class torch.OddStorage");
    tensor("no storage", pickleGlobal("torch._utils", "_rebuild_tensor_v2") + "(NNNNtR", "has no storage but None");
    tensor("too few arguments", pickleGlobal("torch._utils", "_rebuild_tensor_v2") + ")R", "rebuilt from 0 values");
    tensor("storage id no tuple", pickleGlobal("torch._utils", "_rebuild_tensor_v2") + "(NQK\x01K\x01K\x01tR",
        "damaged storage");
    row("twice by nesting",
        checkpointBytes("}(" + pickleText("a.b") + pickleTensor("0", 6, 0, {6}, {1}) + pickleText("a") + "}"
            + pickleText("b") + pickleTensor("0", 6, 0, {6}, {1}) + "su"),
        "\"a.b\" is there twice");
    row("list", checkpointBytes("]"), "holds a list instead of a state_dict");
    row("nothing", checkpointBytes("}"), "holds no tensors");
    row("dictionary in itself", checkpointBytes("}q\x01" + pickleText("a") + "h\x01s"), "nested deeper than 8");
    row("code beside tensors",
        checkpointBytes("}(" + pickleText("a") + pickleTensor("0", 6, 0, {6}, {1}) + pickleText("b")
            + pickleGlobal("os", "system") + pickleText("id") + "\x85Ru"),
        "carries code: os.system");
    row("P08 no data.pkl", archive({{"a/data/0", "x"}}), "a zip archive without a data.pkl");
    row("P08 two data.pkl", archive({{"a/data.pkl", "x"}, {"b/data.pkl", "x"}}), "has 2 data.pkl");
    row("P08 deflated", archive({{.name = "a/data.pkl", .bytes = "x", .method = 8}}), "a/data.pkl is compressed");
    row("P08 deflated storage", archive({{"a/data.pkl", "x"}, {.name = "a/data/0", .bytes = "x", .method = 8}}),
        "is compressed");
    row("big-endian", archive({{"a/data.pkl", "x"}, {"a/byteorder", "big"}}), "another byte order");
    row("pickle too long", archive({{"a/data.pkl", std::string(maxPickleBytes + 1, 'x')}}),
        "67108865 bytes, the limit is");
    row("P09 TorchScript", archive({{"a/data.pkl", "x"}, {"a/code/__torch__.py", ""}, {"a/constants.pkl", ""}}),
        "TorchScript");
}

void TorchCheckpointTest::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, sentence);
    const QString text = QString::fromStdString(refusal(bytes.toStdString()));
    QVERIFY2(text.contains(sentence), qPrintable("said: " + text));
    QVERIFY2(text.size() < 500 && !text.contains('\n'), qPrintable(text));
}

void TorchCheckpointTest::acceptsWindowsIntoOneStorage()
{
    const std::string bytes = checkpointBytes("}(" + pickleText("a") + pickleTensor("0", 6, 0, {2, 2}, {2, 1})
        + pickleText("b") + pickleTensor("0", 6, 2, {1, 4, 1}, {99, 1, 7}) + "u");
    const TensorFile file =
        readTensorFile(std::make_shared<const ByteSource>("model", std::as_bytes(std::span(bytes))));
    const TensorInfo* a = findTensor(file, "a");
    const TensorInfo* b = findTensor(file, "b");
    QVERIFY(a && b && a->problem.empty() && b->problem.empty()); // strides of sides of 1 mean nothing
    QCOMPARE(b->offset, a->offset + 8);
    QCOMPARE(b->bytes, uint64_t(16));
}

ATHANOR_TEST(TorchCheckpointTest)
#include "torch_checkpoint_test.moc"
