// Archives told wrongly or packed are refused (case P08); stored ones, also beyond 4 GB, are listed.
#include "inference/weights/zip_archive.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_program.h"
#include "tests/support/zip_writer.h"

#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>

using namespace athanor;

namespace {

std::vector<ZipEntry> zipEntries(const std::string& bytes)
{
    const ByteSource source("model", std::as_bytes(std::span(bytes)));
    return readZipDirectory(source);
}

std::string zipOf(const std::vector<ZipWriterEntry>& entries)
{
    ZipWriter zip;
    for (const ZipWriterEntry& entry : entries)
        zip.add(entry);
    return zip.finish();
}

std::string sameEntryTwice()
{
    ZipWriter zip;
    zip.add({"a/data/0", "12345678"});
    ZipWriterEntry again{"a/data/0", "12345678"};
    zip.listEntry(again, 8, 0);
    return zip.finish();
}

// An entry whose data is another whole entry, listed as well.
std::string entryInsideEntry()
{
    ZipWriter inner;
    inner.add({"b", "12345678"});
    const std::string whole = inner.finish();
    ZipWriter zip;
    const std::string innerEntry = whole.substr(0, 30 + 1 + 8);
    zip.add({"a", innerEntry});
    zip.listEntry({"b", ""}, 8, 31);
    return zip.finish();
}

}

class ZipArchiveTest : public QObject {
    Q_OBJECT
private slots:
    void refuses_data();
    void refuses();
    void listsStoredEntries();
    void refusesEveryTruncation();
    void entryCountLimit();
    void listsBeyond4GB();
};

void ZipArchiveTest::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* id, const std::string& bytes, const char* sentence) {
        QTest::newRow(id) << QByteArray::fromStdString(bytes) << QString(sentence);
    };
    const std::string good = zipOf({{"a/data.pkl", "x"}});
    row("packed size differs", zipOf({{.name = "a", .bytes = "xy", .packedSizeError = -1}}),
        "is stored in 1 bytes but has 2");
    row("encrypted", zipOf({{.name = "a", .bytes = "x", .flags = 1}}), "is encrypted");
    row("local size differs", zipOf({{.name = "a", .bytes = "x", .localSizeError = 5}}), "other sizes");
    for (const char* name : {"../a", "a/../../b", "/a", "a\\b", "c:x", "..", "a/..", ""})
        row((std::string("path ") + name).c_str(), zipOf({{name, "x"}}), "not a plain relative path");
    row("path with NUL", zipOf({{std::string("a\0b", 3), "x"}}), "not a plain relative path");
    row("name twice", zipOf({{"a", "x"}, {"a", "y"}}), "two entries a");
    row("same bytes twice", sameEntryTwice(), "overlap");
    row("inside another", entryInsideEntry(), "overlap");
    row("header elsewhere", zipOf({{"a", "x"}, {.name = "b", .bytes = "y", .headerAt = 3}}),
        "not where the directory says");
    row("header outside", zipOf({{.name = "b", .bytes = "y", .headerAt = 1 << 20}}), "begins outside the file");
    row("glued in front", "abc" + good, "not where its end record says");
    row("glued behind", good + "abc", "no end record");
    row("no records", std::string("PK\x03\x04", 4) + std::string(100, 'x'), "no end record");
}

void ZipArchiveTest::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, sentence);
    const QString text = QString::fromStdString(refusal([&] { zipEntries(bytes.toStdString()); }));
    QVERIFY2(text.contains(sentence), qPrintable("said: " + text));
}

void ZipArchiveTest::listsStoredEntries()
{
    const std::string bytes = zipOf({{"a/data.pkl", "pickle"}, {"a/data/0", "12345678"}, {"a/empty", ""},
        {.name = "a/deflated", .bytes = "xy", .method = 8}});
    const auto entries = zipEntries(bytes);
    QCOMPARE(entries.size(), size_t(4));
    QVERIFY(findZipEntry(entries, "a/deflated")->compressed);
    const ZipEntry* data = findZipEntry(entries, "a/data/0");
    QVERIFY(data && !data->compressed && !findZipEntry(entries, "a/data"));
    QCOMPARE(bytes.substr(data->offset, data->bytes), std::string("12345678"));
}

void ZipArchiveTest::refusesEveryTruncation()
{
    const std::string whole = zipOf({{"a/data.pkl", "pickle"}, {"a/data/0", "12345678"}});
    for (size_t size = 0; size < whole.size(); ++size)
        QVERIFY(!refusal([&] { zipEntries(whole.substr(0, size)); }).empty());
}

void ZipArchiveTest::entryCountLimit()
{
    ZipWriter zip;
    for (uint64_t i = 0; i < maxZipEntries; ++i)
        zip.add({std::to_string(i), ""});
    QCOMPARE(zipEntries(zip.finish()).size(), size_t(maxZipEntries));
    zip.add({"one more", ""});
    QVERIFY(refusal([&] { zipEntries(zip.finish()); }).find("20001 entries, the limit is 20000") != std::string::npos);
    for (uint64_t i = maxZipEntries; i < 70'000; ++i)
        zip.add({std::to_string(i), ""});
    QVERIFY(refusal([&] { zipEntries(zip.finish()); }).find("70001 entries") != std::string::npos);
}

// A sparse file: one storage of 5 GB, and one that begins after it, so that sizes and offsets need 64 bits.
void ZipArchiveTest::listsBeyond4GB()
{
    constexpr uint64_t large = 5'000'000'000;
    QTemporaryDir folder;
    const std::string path = folder.filePath("big.ckpt").toStdString();
    ZipWriter small;
    small.add({"a/data/1", "12345678"});
    const std::string second = small.finish().substr(0, 30 + 8 + 8);
    ZipWriter zip;
    zip.add({"a/data.pkl", "x"});
    const uint64_t firstAt = zip.size();
    // Its local header says "sizes elsewhere" as writers of 64-bit archives do.
    std::string header("PK\x03\x04\x2d\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x08\0\0\0", 30);
    header += "a/data/0";
    const uint64_t secondAt = firstAt + header.size() + large;
    const std::string start = zip.finish().substr(0, firstAt) + header;
    zip.listEntry({"a/data/0", ""}, large, firstAt);
    zip.listEntry({"a/data/1", ""}, 8, secondAt);
    writeBytes(path, start);
    std::filesystem::resize_file(path, secondAt);
    std::ofstream(path, std::ios::binary | std::ios::app) << second << zip.directory(secondAt + second.size(), true);

    const ByteSource source(path);
    const auto entries = readZipDirectory(source);
    QCOMPARE(entries.size(), size_t(3));
    QCOMPARE(findZipEntry(entries, "a/data/0")->bytes, large);
    const auto bytes = source.read(findZipEntry(entries, "a/data/1")->offset, 8);
    QVERIFY(std::memcmp(bytes.data(), "12345678", 8) == 0);
}

ATHANOR_TEST(ZipArchiveTest)
#include "zip_archive_test.moc"
