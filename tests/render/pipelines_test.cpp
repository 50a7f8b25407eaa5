#include "tests/support/gpu_fixture.h"
#include "tests/support/test_program.h"

#include <QDir>
#include <QTemporaryDir>

using namespace athanor;

class PipelinesTest : public QObject {
    Q_OBJECT

private slots:
    void keepsCompiledPipelinesOnDisk();
    void ignoresADamagedFile();
    void worksWithoutAWritableFolder();
    void makesOnePipelineForEachSetOfConstants();
};

// Runs one kernel with this cache folder; false when its result is wrong.
static bool run(const QString& folder)
{
    GpuOptions options;
    options.cacheFolder = folder.toStdString();
    options.validation = true;
    Gpu gpu(options);
    const Tensor x = tensorFrom(gpu, {2}, std::vector<float>{1, 2});
    return toHost(scale(x, 3)) == std::vector<float>{3, 6} && gpu.validationMessages() == 0;
}

static QString cacheFile(const QString& folder)
{
    const QStringList names = QDir(folder).entryList(QDir::Files);
    return names.size() == 1 ? folder + "/" + names[0] : QString();
}

void PipelinesTest::keepsCompiledPipelinesOnDisk()
{
    QTemporaryDir folder;
    QVERIFY(run(folder.filePath("new/cache")));
    const QString path = cacheFile(folder.filePath("new/cache"));
    QVERIFY(QFileInfo(path).size() > 8); // and no temporary file beside it
    QVERIFY(run(folder.filePath("new/cache")));
    QCOMPARE(cacheFile(folder.filePath("new/cache")), path);
}

void PipelinesTest::ignoresADamagedFile()
{
    QTemporaryDir folder;
    QVERIFY(run(folder.path()));
    const QString path = cacheFile(folder.path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray good = file.readAll();
    file.close();
    QByteArray flipped = good;
    flipped[flipped.size() / 2] = char(flipped[flipped.size() / 2] ^ 0x40);
    for (const QByteArray& bad :
        {QByteArray(), QByteArray("x"), good.left(good.size() / 2), flipped, QByteArray(5000, '\xff')}) {
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bad);
        file.close();
        QVERIFY(run(folder.path()));
        QVERIFY(QFileInfo(path).size() >= good.size()); // written anew
    }
}

void PipelinesTest::worksWithoutAWritableFolder()
{
    QVERIFY(run("/proc/no such folder"));
}

void PipelinesTest::makesOnePipelineForEachSetOfConstants()
{
    Gpu gpu;
    const BindingKind kinds[] = {BindingKind::Storage, BindingKind::Storage};
    const uint32_t silu[] = {1}, gelu[] = {2};
    const Pipeline& first = gpu.pipelines().get("activate_f32x4", silu, kinds);
    QCOMPARE(&gpu.pipelines().get("activate_f32x4", silu, kinds), &first);
    const Pipeline& second = gpu.pipelines().get("activate_f32x4", gelu, kinds);
    QVERIFY(&second != &first);
    QCOMPARE(second.shader, std::string_view("activate_f32x4"));
    QCOMPARE(second.layout, first.layout);
}

ATHANOR_TEST(PipelinesTest)
#include "pipelines_test.moc"
