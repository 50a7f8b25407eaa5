// What a picture's texts open as: Exif of PNG files, and the next text where the first is broken.
#include "app/engine/workflow_file.h"
#include "app/pictures/exif.h"
#include "app/window/picture_details.h"
#include "inference/graph/graph.h"
#include "tests/support/files.h"
#include "tests/support/picture_bytes.h"
#include "tests/support/png_chunks.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

namespace {

using Texts = std::vector<PictureText>;

QByteArray pngWithTexts(const Texts& texts, const QByteArray& chunks = {})
{
    const QByteArray png = encoded(somePicture(), PictureFormat::Png, texts);
    return png.first(33) + chunks + png.mid(33);
}

const std::string a1111Text = "a red house, 赤い家\nNegative prompt: blurry\nSteps: 20, Sampler: Euler, Seed: 7";

}

class PictureWorkflowTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { m_api = contents(testDataPath("comfyui/text_to_image_api.json")).toStdString(); }
    void init() { m_files = std::make_unique<PictureFolder>(); }
    void readsExifOfPngs();
    void takesTheNextTextWhereOneIsBroken_data();
    void takesTheNextTextWhereOneIsBroken();
    void refusesWhereAllAreBroken();

private:
    // "" when it opens, else why not.
    std::string opened(const Texts& texts, LoadedWorkflow& loaded) const
    {
        try {
            loaded = openWorkflow(m_files->written(pngWithTexts(texts))).loaded;
            return {};
        } catch (const Error& error) {
            return error.kind == ErrorKind::BadFile ? error.what() : "of another kind";
        }
    }

    std::string m_api;
    std::unique_ptr<PictureFolder> m_files;
};

void PictureWorkflowTest::readsExifOfPngs()
{
    const QByteArray exif =
        pngChunk("eXIf", QByteArray::fromStdString(writeExif({{"parameters", a1111Text}, {"workflow", "{}"}})));
    const PictureInfo info = infoOf(pngWithTexts({}, exif));
    QCOMPARE(info.texts.size(), size_t(2));
    QVERIFY(findText(info.texts, "parameters") && *findText(info.texts, "parameters") == a1111Text);
    // The same as a chunk of its own comes first, and a camera's comment tells of nothing.
    const PictureInfo both = infoOf(pngWithTexts({{"parameters", "own"}}, exif));
    QCOMPARE(*findText(both.texts, "parameters"), std::string("own"));
    const QByteArray comment = QByteArray::fromStdString(writeExif({{"parameters", "at the lake"}}));
    QVERIFY(infoOf(pngWithTexts({}, pngChunk("eXIf", comment))).texts.empty());
}

void PictureWorkflowTest::takesTheNextTextWhereOneIsBroken_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("broken");
    QTest::addColumn<QString>("good");
    for (const char* broken : {R"({"nodes": [)", "{}", "", R"({"nodes": []})", "null"}) {
        QTest::addRow("workflow %s, prompt", broken) << "workflow" << broken << "prompt";
        QTest::addRow("athanor %s, prompt", broken) << "athanor" << broken << "prompt";
        QTest::addRow("workflow %s, parameters", broken) << "workflow" << broken << "parameters";
    }
    QTest::newRow("prompt, parameters") << "prompt"
                                        << R"({"1": )"
                                        << "parameters";
}

void PictureWorkflowTest::takesTheNextTextWhereOneIsBroken()
{
    QFETCH(QString, key);
    QFETCH(QString, broken);
    QFETCH(QString, good);
    LoadedWorkflow loaded;
    const PictureText first{key.toStdString(), broken.toStdString()};
    QCOMPARE(opened({first, {good.toStdString(), good == "prompt" ? m_api : a1111Text}}, loaded), std::string());
    QCOMPARE(loaded.graph.nodes.size() >= 7, true);
    QVERIFY(!loaded.warnings.empty());
    const QByteArray warning = QByteArray::fromStdString(loaded.warnings.front());
    QVERIFY2(warning.contains(("text \"" + key + '"').toUtf8()), warning);
    const QString used = good == "prompt" ? "the text \"prompt\" is used" : "the settings are used";
    QVERIFY2(warning.endsWith(("; " + used + " instead").toUtf8()), warning);
}

void PictureWorkflowTest::refusesWhereAllAreBroken()
{
    LoadedWorkflow loaded;
    const std::string why = opened({{"workflow", "{"}, {"prompt", "{"}}, loaded);
    QVERIFY2(why.find("text \"workflow\"") != std::string::npos, why.c_str());
    QVERIFY(opened({{"Comment", "x"}}, loaded).find("carries no workflow") != std::string::npos);
}

ATHANOR_CORE_TEST(PictureWorkflowTest)
#include "picture_workflow_test.moc"
