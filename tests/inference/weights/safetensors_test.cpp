// The header's rules: every file here is refused with the sentence that says why, or accepted as it stands.
#include "inference/weights/safetensors.h"
#include "tests/support/model_bytes.h"
#include "tests/support/repeated.h"
#include "tests/support/sanitized.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTest>
#include <ctime>
#include <filesystem>
#include <sys/resource.h>

using namespace athanor;

namespace {

#ifdef __OPTIMIZE__
constexpr bool isPlainBuild = !isSanitized;
#else
constexpr bool isPlainBuild = false;
#endif

std::string headerEntry(
    const std::string& name, const std::string& type, const std::string& shape, const std::string& offsets)
{
    return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

std::string oneEntry(const std::string& type, const std::string& shape, const std::string& offsets)
{
    return "{" + headerEntry("a", type, shape, offsets) + "}";
}

std::string lengthOnly(uint64_t length, const std::string& rest)
{
    std::string bytes(8, '\0');
    for (size_t i = 0; i < 8; ++i)
        bytes[i] = char(length >> (8 * i));
    return bytes + rest;
}

long peakKiB()
{
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

TensorFile read(const std::string& bytes)
{
    return readTensorFile(std::make_shared<const ByteSource>("model", std::as_bytes(std::span(bytes))));
}

}

class SafetensorsTest : public QObject {
    Q_OBJECT
private slots:
    void hugeHeaderIsRefusedQuickly(); // first, because it looks at the peak of memory
    void refuses_data();
    void refuses();
    void refusesEveryTruncation();
    void refusesLongHeaderOfSparseFile();
    void accepts();
    void limitsHoldOnBothSides();
    void unknownTypeIsAnErrorOnlyForWhomNeedsIt();
};

// S05: 99 MB of header with more tensors than the limit.
void SafetensorsTest::hugeHeaderIsRefusedQuickly()
{
    std::string header = "{";
    const std::string rest = headerEntry("", "F32", "[1,0]", "[0,0]").substr(1) + ","; // behind the name
    for (int i = 0; header.size() < 99'000'000; ++i)
        header.append("\"model.layer.").append(std::to_string(i)).append(".weight").append(rest);
    header.back() = '}';
    const size_t headerBytes = header.size();
    QTemporaryDir folder;
    const std::string path = folder.filePath("x.safetensors").toStdString();
    writeBytes(path, safetensorsBytes(header, 0));
    header = std::string();
    const long before = peakKiB();
    const std::clock_t start = std::clock(); // processor time, because the machine may be busy with other tests
    const std::string text = refusal([&] { openTensorFile(path); });
    const long elapsed = long((std::clock() - start) * 1000 / CLOCKS_PER_SEC);
    QVERIFY2(text.find("more than 262144 tensors") != text.npos, text.c_str());
    const long grown = peakKiB() - before;
    qInfo("refused in %ld ms, peak grew by %ld MiB", elapsed, grown / 1024);
    if (isPlainBuild) { // sanitizers multiply both
        QVERIFY(elapsed <= 2000);
        QVERIFY(grown * 1024 <= long(2 * headerBytes));
    }
}

void SafetensorsTest::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* id, const std::string& bytes, const char* sentence) {
        QTest::newRow(id) << QByteArray::fromStdString(bytes) << QString(sentence);
    };
    const auto header = [&](const char* id, const std::string& text, size_t data, const char* sentence) {
        row(id, safetensorsBytes(text, data), sentence);
    };
    const std::string good = headerEntry("a", "F32", "[1]", "[0,4]");

    for (size_t size = 0; size <= 8; ++size)
        row(("S01 " + std::to_string(size)).c_str(), std::string(size, '\0'),
            ("too small to be a model (" + std::to_string(size) + " bytes)").c_str());
    row("S02 length 0", lengthOnly(0, "{}"), "length is 0 bytes");
    header("S02 no tensors", "{}", 0, "holds no tensors");
    header("S02 only metadata", "{\"__metadata__\":{}}", 0, "holds no tensors");
    row("S03 beyond the file", lengthOnly(1000, "{}"), "truncated: 998 bytes missing");
    row("S03 2^63", lengthOnly(uint64_t(1) << 63, "{}"), "length is 9223372036854775808 bytes");
    row("S03 2^64-1", lengthOnly(UINT64_MAX, "{}"), "length is 18446744073709551615 bytes");
    header("S06 space", " {" + good + "}", 4, "starts with");
    header("S06 BOM", "\xef\xbb\xbf{" + good + "}", 4, "starts with");
    header("S06 array", "[" + good + "]", 4, "starts with");
    header("S07 not UTF-8", "{" + headerEntry("a\xff", "F32", "[1]", "[0,4]") + "}", 4, "not valid JSON");
    header("S07 overlong", "{" + headerEntry("a\xc0\x80", "F32", "[1]", "[0,4]") + "}", 4, "not valid JSON");
    header("S07 NUL", "{" + headerEntry("a\\u0000b", "F32", "[1]", "[0,4]") + "}", 4,
        "\"a\\x00b\" has a control character");
    header("S07 newline", "{" + headerEntry("a\\n", "F32", "[1]", "[0,4]") + "}", 4, "control character");
    header("S07 raw control", "{" + headerEntry("a\x01", "F32", "[1]", "[0,4]") + "}", 4, "not valid JSON");
    header("S07 1 MiB name", "{" + headerEntry(std::string(1 << 20, 'a'), "F32", "[1]", "[0,4]") + "}", 4,
        "1048576 bytes");
    header("S07 empty name", "{" + headerEntry("", "F32", "[1]", "[0,4]") + "}", 4, "name has 0 bytes");
    header("S08 truncated JSON", "{" + good, 4, "not valid JSON");
    header("S08 trailing comma", "{" + good + ",}", 4, "not valid JSON");
    header("S08 comment", "{" + good + "/* */}", 4, "not valid JSON");
    header("S08 trailing text", "{" + good + "}x", 4, "not valid JSON");
    header("S08 1.0", oneEntry("F32", "[1]", "[0,4.0]"), 4, "unexpected 4.0");
    header("S08 1e3", oneEntry("F32", "[1]", "[0,1e3]"), 4, "unexpected 1e3");
    header("S08 -1", oneEntry("F32", "[1]", "[-1,4]"), 4, "unexpected a negative number");
    header("S08 text", oneEntry("F32", "[1]", "[\"0\",4]"), 4, "unexpected the text");
    header("S08 negative shape", oneEntry("F32", "[-1]", "[0,4]"), 4, "unexpected a negative number");
    header("S08 one offset", oneEntry("F32", "[1]", "[4]"), 4, "two data_offsets");
    header("S08 three offsets", oneEntry("F32", "[1]", "[0,4,8]"), 4, "unexpected the number 8");
    header("S08 shape no array", oneEntry("F32", "1", "[0,4]"), 4, "unexpected the number 1");
    header("S08 nested shape", oneEntry("F32", "[[1]]", "[0,4]"), 4, "nested deeper");
    header("S08 field twice", "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
        "two fields");
    header("S08 field missing", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "lacks dtype, shape or data_offsets");
    header("S08 unknown field", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", 4,
        "unknown field");
    header("S08 null entry", "{\"a\":null}", 0, "unexpected null");
    header(
        "S09 name twice", "{" + good + "," + headerEntry("a", "I32", "[1]", "[4,8]") + "}", 8, "\"a\" is there twice");
    header("S09 name and bytes twice", "{" + good + "," + good + "}", 4, "\"a\" is there twice");
    header("S09 metadata key twice", "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}," + good + "}", 4,
        "\"k\" is there twice");
    header("S09 metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}," + good + "}", 4, "two __metadata__");
    header("S09 metadata number", "{\"__metadata__\":{\"k\":1}," + good + "}", 4, "unexpected the number 1");
    header("S10 deep metadata", "{\"__metadata__\":" + repeated("{\"a\":", 100'000) + "1" + repeated("}", 100'001), 0,
        "nested deeper than 3 levels");
    header("S11 overlap", "{" + good + "," + headerEntry("b", "F32", "[2]", "[0,8]") + "}", 8,
        "inside the tensor before it");
    header("S12 hole between", "{" + good + "," + headerEntry("b", "F32", "[1]", "[8,12]") + "}", 12, "after a hole");
    header("S12 hole at start", oneEntry("F32", "[1]", "[4,8]"), 8, "after a hole");
    header("S12 trailing", "{" + good + "}", 27, "23 bytes after the last tensor; cut the file to");
    header("S13 begin > end", oneEntry("F32", "[1]", "[4,0]"), 4, "begins at byte 4 after its end 0");
    header("S13 past the end", oneEntry("F32", "[2]", "[0,8]"), 4, "4 bytes missing");
    header("S13 2^64-1", oneEntry("U8", "[1]", "[18446744073709551614,18446744073709551615]"), 4, "after a hole");
    header("S13 2^64", oneEntry("U8", "[1]", "[0,18446744073709551616]"), 4, "unexpected 18446744073709551616");
    header("S14 mismatch", oneEntry("F64", "[4]", "[0,16]"), 16, "needs 32 bytes, its offsets give 16");
    header("S15 2^32 x 2^32", oneEntry("F32", "[4294967296,4294967296]", "[0,0]"), 0, "impossible shape");
    header("S15 wraps to 4", oneEntry("F32", "[4194305,4194305,211106198978564]", "[0,16]"), 16, "impossible shape");
    header("S15 bytes wrap", oneEntry("F64", "[2305843009213693952]", "[0,0]"), 0, "impossible shape");
    header("S15 2^63", oneEntry("U8", "[9223372036854775808]", "[0,4]"), 4, "dimension of 9223372036854775808");
    header("S17 zero-size inside",
        "{" + headerEntry("a", "F32", "[2]", "[0,8]") + "," + headerEntry("z", "F32", "[0]", "[4,4]") + "}", 8,
        "inside the tensor before it");
}

void SafetensorsTest::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, sentence);
    const std::clock_t start = std::clock();
    const QString text = QString::fromStdString(refusal(bytes.toStdString()));
    QVERIFY2(text.contains(sentence), qPrintable("said: " + text));
    QVERIFY2(text.size() < 500 && !text.contains('\n'), qPrintable(text));
    QVERIFY(std::clock() - start < CLOCKS_PER_SEC); // of processor time: the machine may be busy
}

// S21: cut anywhere, the file is refused and the number of missing bytes is right once the header is whole.
void SafetensorsTest::refusesEveryTruncation()
{
    const std::string whole = safetensorsOf({{"a", "F32", {250}, {}}, {"b", "F16", {3, 5}, {}}});
    for (size_t size = 0; size < whole.size(); ++size) {
        const std::string text = refusal(whole.substr(0, size));
        QVERIFY2(!text.empty(), QByteArray::number(qulonglong(size)).constData());
        if (size > 8)
            QVERIFY2(text.find(" bytes missing") != text.npos, text.c_str());
    }
    const std::string text = refusal(whole.substr(0, whole.size() - 7));
    QVERIFY2(text.find("truncated: 7 bytes missing") != text.npos, text.c_str());
    QCOMPARE(refusal(whole), std::string());
}

// S04: the file is sparse, so that only reading it would cost anything.
void SafetensorsTest::refusesLongHeaderOfSparseFile()
{
    QTemporaryDir folder;
    const std::string path = folder.filePath("big").toStdString();
    writeBytes(path, lengthOnly(100'000'001, "{"));
    std::filesystem::resize_file(path, 1'000'000'000);
    const std::clock_t start = std::clock();
    const std::string text = refusal([&] { openTensorFile(path); });
    QVERIFY2(text.find("length is 100000001 bytes") != text.npos, text.c_str());
    QVERIFY(std::clock() - start < CLOCKS_PER_SEC); // of processor time: the machine may be busy
}

// S16, S17, S26 and ordinary files: any order of names, padding, metadata.
void SafetensorsTest::accepts()
{
    const std::string header = "{\"__metadata__\":{\"format\":\"pt\",\"note\":\"\\u00e9\"},"
        + headerEntry("z<img>", "F32", "[1]", "[0,4]") + "," + headerEntry("none", "F16", "[0,3]", "[4,4]") + ","
        + headerEntry("scalar", "F64", "[]", "[4,12]") + "," + headerEntry("deep", "U8", "[1,1,1,1,1,1,1,2]", "[12,14]")
        + "}    ";
    const TensorFile file = read(safetensorsBytes(header, 14));
    QCOMPARE(file.format, std::string("safetensors"));
    QCOMPARE(file.tensors.size(), size_t(4));
    QCOMPARE(file.metadata.at("note"), std::string("é"));
    QVERIFY(std::ranges::is_sorted(file.tensors, {}, &TensorInfo::name));
    const TensorInfo* scalar = findTensor(file, "scalar");
    QVERIFY(scalar && scalar->shape.empty() && scalar->type == StoredType::F64);
    QCOMPARE(scalar->bytes, uint64_t(8));
    QCOMPARE(scalar->offset, uint64_t(8 + header.size() + 4));
    QVERIFY(findTensor(file, "z<img>") && !findTensor(file, "z"));
}

void SafetensorsTest::limitsHoldOnBothSides()
{
    const auto refuseWith = [](const std::string& header, size_t data) {
        return refusal(safetensorsBytes(header, data));
    };
    const std::string longest(maxTensorNameBytes, 'n');
    QCOMPARE(refuseWith("{" + headerEntry(longest, "U8", "[1]", "[0,1]") + "}", 1), std::string());
    QVERIFY(refuseWith("{" + headerEntry(longest + "n", "U8", "[1]", "[0,1]") + "}", 1).find("4097 bytes")
        != std::string::npos);
    QCOMPARE(refuseWith(oneEntry("U8", "[1,1,1,1,1,1,1,1]", "[0,1]"), 1), std::string());
    QVERIFY(refuseWith(oneEntry("U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]"), 1).find("more than 8 dimensions")
        != std::string::npos);
    std::string header = "{";
    for (size_t i = 0; i < maxTensors; ++i)
        header += headerEntry(std::to_string(i), "U8", "[0]", "[0,0]") + ",";
    QCOMPARE(refuseWith(header.substr(0, header.size() - 1) + "}", 0), std::string());
    QVERIFY(refuseWith(header + headerEntry("x", "U8", "[0]", "[0,0]") + "}", 0).find("more than 262144 tensors")
        != std::string::npos);
}

// S18, S19.
void SafetensorsTest::unknownTypeIsAnErrorOnlyForWhomNeedsIt()
{
    const std::string bytes = safetensorsBytes(
        "{" + headerEntry("odd", "F4", "[6]", "[0,3]") + "," + headerEntry("whole", "I32", "[1]", "[3,7]") + "}", 7);
    const TensorFile file = read(bytes);
    float value = 0;
    ValueCount seen;
    const auto readError = [&](const char* name) {
        return refusal([&] { readFloats(file, *findTensor(file, name), 0, std::span(&value, 1), seen); });
    };
    QVERIFY2(readError("odd").find("\"odd\" is stored as F4") != std::string::npos, readError("odd").c_str());
    QVERIFY2(readError("whole").find("holds I32 where floating-point weights belong") != std::string::npos,
        readError("whole").c_str());
}

ATHANOR_TEST(SafetensorsTest)
#include "safetensors_test.moc"
