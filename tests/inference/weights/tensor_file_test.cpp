// Opening: the format comes from the content (S35, P09), odd files never block (S24, S25), a file that changes is told
// (S22, S23). Reading: pieces and conversions give exactly the right bits.
#include "inference/weights/tensor_file.h"

#include "inference/tensor/half.h"
#include "render/error.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"
#include "tests/support/zip_writer.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <bit>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace athanor;
namespace fs = std::filesystem;

namespace {

constexpr float inf = std::numeric_limits<float>::infinity();
constexpr float notNumber = std::numeric_limits<float>::quiet_NaN();

template <typename T> TensorFile fileOf(const std::string& type, const std::vector<T>& values, std::string& keep)
{
    keep = safetensorsOf({{"a", type, {int64_t(values.size())}, rawBytes(values)}});
    return readTensorFile(std::make_shared<const ByteSource>("model", std::as_bytes(std::span(keep))));
}

// Round to nearest even by search: of the finite halves, the nearest; of two, the even one.
uint16_t nearestHalf(double value)
{
    if (std::abs(value) >= 65520)
        return value < 0 ? 0xfc00 : 0x7c00;
    uint16_t best = 0;
    for (uint16_t bits = 0; bits < 0x7c00; ++bits) {
        const double distance = std::abs(halfToFloat(bits) - std::abs(value));
        const double least = std::abs(halfToFloat(best) - std::abs(value));
        if (distance < least || (distance == least && bits % 2 == 0))
            best = bits;
    }
    return uint16_t(best | (std::signbit(value) ? 0x8000 : 0));
}

}

class TensorFileTest : public QObject {
    Q_OBJECT
private slots:
    void refusesByRealName_data();
    void refusesByRealName();
    void extensionMeansNothing();
    void oddFilesNeverBlock();
    void unreadableFiles();
    void changedFileIsTold();
    void readsInPieces();
    void halfConversionsAreExact();
    void convertsEveryType();
    void eightBitsAreTorchs_data();
    void eightBitsAreTorchs();
    void countsWhatIsDamaged();
};

void TensorFileTest::refusesByRealName_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("name");
    const auto row = [](const char* id, const std::string& start, const char* name) {
        QTest::newRow(id) << QByteArray::fromStdString(start) + QByteArray(600, '\x55') << QString(name);
    };
    row("GGUF", std::string("GGUF\3\0\0\0", 8), "a GGUF file");
    row("HDF5", "\x89HDF\r\n\x1a\n", "an HDF5 (Keras) file");
    row("gzip", "\x1f\x8b\x08", "a gzip archive");
    row("PNG", "\x89PNG\r\n\x1a\n", "a PNG image");
    row("JPEG", "\xff\xd8\xff\xe0", "a JPEG image");
    row("WebP", "RIFF1234WEBP", "a WebP image");
    row("legacy torch", "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", "the legacy format");
    row("pickle", "\x80\x04\x95", "a bare pickle");
    row("ONNX", "\x08\x07\x12\x07pytorch", "an ONNX model");
    row("tar", std::string(257, 'a') + "ustar", "a tar archive");
    row("7-Zip", "7z\xbc\xaf\x27\x1c", "a 7-Zip archive");
    row("HTML", "\n <!DOCTYPE HTML><html>", "an HTML page");
    row("Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:", "a Git LFS pointer");
    row("JSON", "{\"a\": [1, 2]}", "JSON text");
    row("program",
        "\x7f"
        "ELF",
        "a program");
    row("noise", "\x99\x98\x97\x96\x95\x94\x93\x92", "in no format this program knows (it starts with 99 98 97 96");
    QTest::newRow("zip") << QByteArray::fromStdString([] {
        ZipWriter zip;
        zip.add({"word/document.xml", "x"});
        return zip.finish();
    }()) << QString("a zip archive without a data.pkl");
}

void TensorFileTest::refusesByRealName()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, name);
    const QString text = QString::fromStdString(refusal(bytes.toStdString()));
    QVERIFY2(text.contains(name), qPrintable("said: " + text));
}

// S35, and files that PyTorch wrote: the legacy format and a TorchScript program.
void TensorFileTest::extensionMeansNothing()
{
    QTemporaryDir folder;
    const std::string model = safetensorsOf({{"a", "F32", {2}, {}}});
    for (const char* name : {"a.ckpt", "a.SafeTensors", "a.png", "a"}) {
        writeBytes(folder.filePath(name).toStdString(), model);
        QCOMPARE(openTensorFile(folder.filePath(name).toStdString()).format, std::string("safetensors"));
    }
    const std::string renamed = folder.filePath("b.safetensors").toStdString();
    fs::copy_file(testDataPath("checkpoints/nested_protocol2.ckpt"), renamed);
    QCOMPARE(openTensorFile(renamed).format, std::string("PyTorch checkpoint"));
    const auto says = [](const char* name) { return refusal([&] { openTensorFile(testDataPath(name)); }); };
    QVERIFY(says("checkpoints/legacy.ckpt").find("the legacy format") != std::string::npos);
    QVERIFY(says("checkpoints/program.ckpt").find("a TorchScript program") != std::string::npos);
    // A header length that looks like gzip's first bytes (0x088b1f) is still a length.
    const std::string padded = "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
    QCOMPARE(refusal(safetensorsBytes(padded + std::string(0x088b1f - padded.size(), ' '), 1)), std::string());
}

void TensorFileTest::oddFilesNeverBlock()
{
    QTemporaryDir folder;
    const std::string root = folder.path().toStdString() + "/";
    QCOMPARE(mkfifo((root + "fifo").c_str(), 0600), 0);
    fs::create_directory(root + "folder.safetensors");
    fs::create_symlink("self", root + "self");
    fs::create_symlink("loop2", root + "loop1");
    fs::create_symlink("loop1", root + "loop2");
    const int server = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{.sun_family = AF_UNIX};
    std::strncpy(address.sun_path, (root + "socket").c_str(), sizeof(address.sun_path) - 1);
    QCOMPARE(bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);

    const std::pair<std::string, const char*> cases[] = {
        {root + "fifo", "is a FIFO"},
        {root + "folder.safetensors", "is a folder"},
        {root + "socket", "is a socket"},
        {"/dev/zero", "is a device"},
        {root + "self", "Too many levels of symbolic links"},
        {root + "loop1", "Too many levels of symbolic links"},
        {root + "nothing", "No such file"},
    };
    QElapsedTimer timer;
    timer.start();
    for (const auto& [path, sentence] : cases) {
        const std::string text = refusal([&path = path] { openTensorFile(path); });
        QVERIFY2(text.find(sentence) != std::string::npos, text.c_str());
    }
    QVERIFY(timer.elapsed() < 1000);
    close(server);
}

// S25: a file without the right to read, then a folder without the right to enter.
void TensorFileTest::unreadableFiles()
{
    QTemporaryDir folder;
    const std::string root = folder.path().toStdString(), path = root + "/a";
    writeBytes(path, safetensorsOf({{"a", "F32", {2}, {}}}));
    chmod(path.c_str(), 0);
    chmod(root.c_str(), 0755);
    const uid_t user = geteuid();
    if (user == 0) // whom nothing is forbidden
        QCOMPARE(seteuid(65534), 0);
    ErrorKind kind{};
    const std::string unreadable = refusal([&] { openTensorFile(path); });
    try {
        openTensorFile(path);
    } catch (const Error& error) {
        kind = error.kind;
    }
    QCOMPARE(seteuid(user), 0);
    chmod(path.c_str(), 0644);
    chmod(root.c_str(), 0600);
    if (user == 0)
        QCOMPARE(seteuid(65534), 0);
    const std::string unreachable = refusal([&] { openTensorFile(path); });
    QCOMPARE(seteuid(user), 0);
    chmod(root.c_str(), 0700);
    QCOMPARE(kind, ErrorKind::FileMissing);
    QVERIFY2(unreadable.find("Permission denied") != std::string::npos, unreadable.c_str());
    QVERIFY2(unreachable.find("Permission denied") != std::string::npos, unreachable.c_str());
}

void TensorFileTest::changedFileIsTold()
{
    QTemporaryDir folder;
    const std::string path = folder.filePath("a.safetensors").toStdString();
    const std::string model = safetensorsOf({{"a", "F32", {1000}, {}}});
    std::vector<std::byte> bytes(4000);
    const auto readAfter = [&](const std::function<void()>& change) {
        writeBytes(path, model);
        const TensorFile file = openTensorFile(path);
        change();
        return refusal([&] { readTensor(file, file.tensors[0], 0, bytes); });
    };
    QCOMPARE(readAfter([] {}), std::string());
    const std::string cut = readAfter([&] { fs::resize_file(path, model.size() - 1); });
    QVERIFY2(cut.find("the file changed while reading") != std::string::npos, cut.c_str());
    const std::string overwritten = readAfter([&] {
        std::fstream(path, std::ios::in | std::ios::out | std::ios::binary) << "other";
        // The clock of file times may be coarse; a second later is what a user would cause.
        fs::last_write_time(path, fs::last_write_time(path) + std::chrono::seconds(1));
    });
    QVERIFY2(overwritten.find("the file changed while reading") != std::string::npos, overwritten.c_str());

    // S23: replaced by another file of this name. What was opened stays whole; the stamp tells that the name moved on.
    writeBytes(path, model);
    const TensorFile file = openTensorFile(path);
    QVERIFY(stampOf(path) == file.source->stamp());
    writeBytes(path + ".new", safetensorsOf({{"b", "F32", {1000}, {}}}));
    fs::rename(path + ".new", path);
    QVERIFY(stampOf(path) != file.source->stamp());
    QCOMPARE(refusal([&] { readTensor(file, file.tensors[0], 0, bytes); }), std::string());
}

void TensorFileTest::readsInPieces()
{
    std::vector<float> values;
    for (int i = 0; i < 600'000; ++i) // more than two of the pieces that conversions read
        values.push_back(float(i));
    std::string keep;
    const TensorFile file = fileOf("F32", values, keep);
    std::vector<float> all(values.size()), part(300'001);
    ValueCount seen;
    readFloats(file, file.tensors[0], 0, all, seen);
    QCOMPARE(all, values);
    readFloats(file, file.tensors[0], 299'999, part, seen);
    QVERIFY(std::ranges::equal(part, std::span(values).subspan(299'999)));
    QCOMPARE(seen.elements, uint64_t(900'001));
    QCOMPARE(seen.notZero, uint64_t(900'000));
}

void TensorFileTest::halfConversionsAreExact()
{
    for (uint32_t bits = 0; bits < 0x10000; ++bits) {
        const float value = halfToFloat(uint16_t(bits));
        const uint32_t magnitude = bits & 0x7fff;
        const double expected = magnitude < 0x400 ? std::ldexp(magnitude, -24)
                                                  : std::ldexp(0x400 + (magnitude & 0x3ff), int(magnitude >> 10) - 25);
        if (magnitude > 0x7c00) {
            QVERIFY(std::isnan(value) && (floatToHalf(value) & 0x7fff) > 0x7c00);
            continue;
        }
        QCOMPARE(std::abs(value), magnitude == 0x7c00 ? inf : float(expected));
        QCOMPARE(std::signbit(value), bits >= 0x8000);
        QCOMPARE(floatToHalf(value), uint16_t(bits));
    }
    for (const float value :
        {0.1f, -3.3f, 1e-7f, 5.9604645e-8f, 2.9802322e-8f, 2.98024e-8f, 6.1e-5f, 6.1035156e-5f, 1.00048828f,
            1.00146484f, 65503.9f, 65519.99f, 65520.0f, -65520.0f, 1e30f, 1e-30f, -0.0f, 2049.0f, 2051.0f})
        QCOMPARE(floatToHalf(value), nearestHalf(value));
}

void TensorFileTest::convertsEveryType()
{
    // The last double lies just above the middle between two halves: rounding to float first would lose that.
    const std::vector<double> doubles{1.5, -2.25, 1 + std::ldexp(1, -11) + std::ldexp(1, -40), 1e-320};
    std::string keep;
    ValueCount seen;
    std::vector<float> floats(4);
    std::vector<uint16_t> halves(4);
    const TensorFile wide = fileOf("F64", doubles, keep);
    readFloats(wide, wide.tensors[0], 0, floats, seen);
    QCOMPARE(floats, std::vector<float>({1.5f, -2.25f, 1.00048828125f, 0.0f}));
    readHalves(wide, wide.tensors[0], 0, halves, seen);
    QCOMPARE(halves, std::vector<uint16_t>({0x3e00, 0xc080, 0x3c01, 0}));

    const TensorFile brain = fileOf("BF16", std::vector<uint16_t>{0x3fc0, 0xc010, 0x0001, 0x4780}, keep);
    readFloats(brain, brain.tensors[0], 0, floats, seen);
    QCOMPARE(floats, std::vector<float>({1.5f, -2.25f, 0x1p-126f * 0x1p-7f, 65536.0f}));

    const TensorFile half = fileOf("F16", std::vector<uint16_t>{0x3e00, 0xc080, 0x0001, 0x7bff}, keep);
    readFloats(half, half.tensors[0], 0, floats, seen);
    QCOMPARE(floats, std::vector<float>({1.5f, -2.25f, 0x1p-24f, 65504.0f}));
    readHalves(half, half.tensors[0], 0, halves, seen);
    QCOMPARE(halves, std::vector<uint16_t>({0x3e00, 0xc080, 0x0001, 0x7bff}));
}

void TensorFileTest::eightBitsAreTorchs_data()
{
    QTest::addColumn<QString>("type");
    QTest::newRow("E4M3") << "F8_E4M3";
    QTest::newRow("E5M2") << "F8_E5M2";
}

void TensorFileTest::eightBitsAreTorchs()
{
    QFETCH(QString, type);
    std::vector<uint8_t> all(256);
    std::iota(all.begin(), all.end(), uint8_t(0));
    std::string keep;
    const TensorFile file = fileOf(type.toStdString(), all, keep);
    std::vector<float> values(256);
    ValueCount seen;
    readFloats(file, file.tensors[0], 0, values, seen);
    const auto expected = nlohmann::json::parse(std::ifstream(testDataPath("float8.json"))).at(type.toStdString());
    QCOMPARE(expected.size(), values.size());
    uint64_t none = 0;
    for (size_t i = 0; i < values.size(); ++i)
        if (expected[i].is_null()) {
            QVERIFY(!std::isfinite(values[i]));
            ++none;
        } else {
            QCOMPARE(values[i], expected[i].get<float>());
            QCOMPARE(std::signbit(values[i]), i >= 128);
        }
    QCOMPARE(seen.notFinite, none);
    QVERIFY(none > 0);
    std::vector<uint16_t> halves(256);
    readHalves(file, file.tensors[0], 0, halves, seen);
    for (size_t i = 0; i < values.size(); ++i) // which all have as fp16
        QVERIFY(!std::isfinite(values[i]) || halfToFloat(halves[i]) == values[i]);
}

void TensorFileTest::countsWhatIsDamaged()
{
    std::string keep;
    const TensorFile file = fileOf("F32", std::vector<float>{notNumber, inf, -inf, 70000, 0, 1}, keep);
    std::vector<uint16_t> halves(6);
    ValueCount seen;
    readHalves(file, file.tensors[0], 0, halves, seen);
    QCOMPARE(seen.notFinite, uint64_t(3));
    QCOMPARE(seen.overflowed, uint64_t(1));
    QCOMPARE(seen.notZero, uint64_t(5));
    QVERIFY((halves[0] & 0x7fff) > 0x7c00);
    QCOMPARE(halves[3], uint16_t(0x7c00));
}

ATHANOR_TEST(TensorFileTest)
#include "tensor_file_test.moc"
