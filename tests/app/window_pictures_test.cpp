// Pictures in the real window with the real engine: saved, dropped, compared, taken over.
#include "app/window/window.h"

#include "app/engine/workflow_file.h"
#include "app/pictures/image_store.h"
#include "inference/graph/workflow_json.h"
#include "tests/app/window_home.h"
#include "tests/support/files.h"
#include "tests/support/png_chunks.h"
#include "tests/support/program.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"
#include "ui/canvas/graph_view.h"
#include "ui/panels/export_dialog.h"
#include "ui/panels/picture_card.h"
#include "ui/window/picture_actions.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using namespace athanor;

namespace {

Graph tinyRedHouse()
{
    Graph graph = builtInWorkflow("text-to-image");
    setParam(graph, "load_checkpoint", "file", std::string("tiny_a"));
    setParam(graph, "empty_latent", "width", int64_t(64));
    setParam(graph, "empty_latent", "height", int64_t(64));
    setParam(graph, "sample", "steps", int64_t(2));
    setParam(graph, "encode_prompt", "text", std::string("a red house, 赤"));
    return graph;
}

}

class WindowPicturesTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup() { m_app.reset(); }

    void savesDropsAndRunsTheSameBytes_data();
    void savesDropsAndRunsTheSameBytes();
    void leavesOutHowItWasMade();
    void keepsThePictureWhenItCannotBeSaved();
    void namesShowBeforeTheyAreTaken();
    void asksBeforeAWorkflowIsReplaced();
    void showsForeignPictures();
    void usesPicturesWithoutAWorkflow();
    void i18_refusesOtherDrops();
    void tellsWhatIsDroppedOnTheCanvas();
    void listsEarlierResults();
    void comparesAndCopies();
    void pullsThePictureOut();

private:
    MainWindow& window() { return m_app->window(); }
    void use(const Graph& graph) { window().document().editWhole("Test", graph); }
    bool finishRun();
    bool drop(QWidget& on, const QList<QUrl>& urls);
    QString path(const QString& name) const { return m_folder->filePath(name); }
    // The dialog that came up, or null; it is tried for until there is one.
    template <class Dialog> Dialog* dialog()
    {
        Dialog* found = nullptr;
        (void)QTest::qWaitFor([&] { return (found = window().findChild<Dialog*>()) != nullptr; });
        return found;
    }

    QTemporaryDir m_home; // caches stay, so that pipelines are compiled once
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<AppWindow> m_app;
};

void WindowPicturesTest::initTestCase()
{
    useHome(m_home, "window_pictures_test");
}

void WindowPicturesTest::init()
{
    QSettings().clear();
    m_folder = std::make_unique<QTemporaryDir>();
    WindowArguments arguments;
    arguments.outFolder = path("out").toStdString();
    arguments.modelFolders = {testDataPath("")};
    m_app = std::make_unique<AppWindow>(arguments);
    m_app->start();
    QVERIFY(QTest::qWaitForWindowExposed(&window()));
}

bool WindowPicturesTest::finishRun()
{
    const size_t before = window().runs().finished().size();
    window().run();
    return QTest::qWaitFor([&] { return window().runs().finished().size() > before; }, longest);
}

bool WindowPicturesTest::drop(QWidget& on, const QList<QUrl>& urls)
{
    QMimeData data;
    data.setUrls(urls);
    const QPoint at = on.rect().center();
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&on, &enter);
    QDropEvent dropped(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&on, &dropped);
    return enter.isAccepted();
}

void WindowPicturesTest::savesDropsAndRunsTheSameBytes_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<QString>("name");
    QTest::newRow("PNG") << 0 << "a red house, 赤-0.png";
    QTest::newRow("JPEG") << 1 << "a red house, 赤-0.jpg";
    QTest::newRow("WebP") << 2 << "a red house, 赤-0.webp";
    QTest::newRow("WebP lossless") << 3 << "a red house, 赤-0.webp";
}

void WindowPicturesTest::savesDropsAndRunsTheSameBytes()
{
    QFETCH(int, format);
    QFETCH(QString, name);
    use(tinyRedHouse());
    const std::string workflow = writeWorkflow(window().document().graph());
    QVERIFY(finishRun());
    QCOMPARE(window().pictures().fileShown(), path("out/athanor.png"));
    window().action("picture save")->trigger();
    auto* ask = dialog<ExportDialog>();
    QVERIFY(ask);
    ask->format().setCurrentIndex(format);
    QCOMPARE(ask->quality().isEnabled(), format == 1 || format == 2);
    ask->quality().setValue(80);
    ask->folder().setText(path("kept"));
    ask->name().setText("[prompt]-[seed]");
    QCOMPARE(ask->outcome().text(), name);
    QSignalSpy saved(&window().pictures(), &PictureActions::saved);
    ask->save().click();
    QTRY_COMPARE(saved.size(), 1);
    const QString file = path("kept/" + name);
    QCOMPARE(saved[0][0].toString(), file);

    window().document().reset(Graph()); // an empty window
    QVERIFY(drop(window().canvas(), {QUrl::fromLocalFile(file)}));
    QTRY_VERIFY(!window().document().graph().nodes.empty());
    QCOMPARE(writeWorkflow(window().document().graph()), workflow);
    QTRY_VERIFY2(window().banner().text().contains("a red house, 赤"), qPrintable(window().banner().text()));
    QVERIFY(m_app->studio().queue().empty()); // nothing runs by itself
    const QByteArray before = contents(path("out/athanor.png"));
    QVERIFY(before.size() > 100 && QFile::remove(path("out/athanor.png")));
    QVERIFY(finishRun());
    QVERIFY(window().pictures().fileShown().startsWith(path("out/athanor")));
    QCOMPARE(contents(window().pictures().fileShown()), before);
    const ProgramResult ran = runProgram(
        {"run", file, "--models", QString::fromStdString(testDataPath("")), "--out", path("cli")}, m_home.path());
    QVERIFY2(ran.exitCode == 0, ran.err);
    QCOMPARE(contents(path("cli/athanor.png")), before);
}

void WindowPicturesTest::leavesOutHowItWasMade()
{
    use(tinyRedHouse());
    QVERIFY(finishRun());
    for (const int format : {0, 1, 2, 3}) {
        window().pictures().saveAs(path("out/athanor.png"));
        auto* ask = dialog<ExportDialog>();
        QVERIFY(ask && ask->keeps().isEnabled());
        ask->format().setCurrentIndex(format);
        ask->keeps().setChecked(false);
        ask->folder().setText(path("kept"));
        ask->name().setText("x");
        QSignalSpy saved(&window().pictures(), &PictureActions::saved);
        ask->save().click();
        QTRY_COMPARE(saved.size(), 1);
        const ByteSource file(saved[0][0].toString().toStdString());
        QVERIFY(readPictureInfo(file).texts.empty());
        QVERIFY(!contents(saved[0][0].toString()).contains("house"));
        QTRY_VERIFY(!window().findChild<ExportDialog*>());
    }
    QCOMPARE(QDir(path("kept")).entryList(QDir::Files), (QStringList{"x-2.webp", "x.jpg", "x.png", "x.webp"}));
}

void WindowPicturesTest::keepsThePictureWhenItCannotBeSaved()
{
    use(tinyRedHouse());
    QVERIFY(finishRun());
    QFile blocked(path("file"));
    QVERIFY(blocked.open(QIODevice::WriteOnly));
    window().action("picture save")->trigger();
    auto* ask = dialog<ExportDialog>();
    QVERIFY(ask);
    ask->folder().setText(path("file/below"));
    ask->save().click();
    QTRY_VERIFY2(window().banner().text().startsWith("Not saved"), qPrintable(window().banner().text()));
    QTRY_VERIFY(!window().findChild<ExportDialog*>());
    window().banner().findChild<QPushButton*>()->click(); // Save as…
    ask = dialog<ExportDialog>();
    QVERIFY(ask);
    ask->folder().setText(path("kept"));
    QSignalSpy saved(&window().pictures(), &PictureActions::saved);
    ask->save().click();
    QTRY_COMPARE(saved.size(), 1);
}

void WindowPicturesTest::namesShowBeforeTheyAreTaken()
{
    PictureDetails details;
    details.size = {64, 32};
    details.info = {"a/b", "", {{"Seed", "7"}}};
    ExportDialog ask({}, details);
    const auto outcome = [&](const QString& name) {
        ask.name().setText(name);
        return ask.outcome().text();
    };
    ask.folder().setText("/tmp");
    ask.format().setCurrentIndex(2);
    QCOMPARE(outcome("[prompt]_[seed]_[width]x[height]_[counter]"), QString("a_b_7_64x32_00001.webp"));
    QVERIFY(ask.save().isEnabled());
    QVERIFY(!ask.keeps().isEnabled()); // it tells nothing
    for (const char* name : {"", "../x", "a//b", "x?", "CON"}) {
        QVERIFY2(outcome(name).startsWith("The name"), name);
        QVERIFY(!ask.save().isEnabled());
    }
    outcome("x");
    ask.folder().setText("relative");
    QVERIFY(!ask.save().isEnabled());
}

void WindowPicturesTest::asksBeforeAWorkflowIsReplaced()
{
    use(tinyRedHouse());
    QVERIFY(finishRun());
    Graph changed = window().document().graph();
    setParam(changed, "sample", "seed", int64_t(99));
    use(changed);
    const Graph graph = window().document().graph();
    QVERIFY(drop(window(), {QUrl::fromLocalFile(path("out/athanor.png"))}));
    auto* card = dialog<PictureCard>();
    QVERIFY(card);
    QCOMPARE(card->prompt().toPlainText(), QString("a red house, 赤"));
    QVERIFY(window().document().graph() == graph);
    card->load().click();
    auto* question = dialog<QMessageBox>();
    QVERIFY(question);
    question->button(QMessageBox::Cancel)->click();
    QTRY_VERIFY(!window().findChild<QMessageBox*>());
    QVERIFY(window().document().graph() == graph);

    QVERIFY(drop(window(), {QUrl::fromLocalFile(path("out/athanor.png"))}));
    card = dialog<PictureCard>();
    QVERIFY(card);
    card->load().click();
    question = dialog<QMessageBox>();
    QVERIFY(question);
    question->button(QMessageBox::Discard)->click();
    QTRY_VERIFY(window().files().isFromPicture());
    QVERIFY(!(window().document().graph() == graph));
}

// As A1111 and ComfyUI write them; exif_test has them byte by byte.
void WindowPicturesTest::showsForeignPictures()
{
    const RgbImage picture{8, 8, std::vector<uint8_t>(192, 90)};
    const std::string a1111 = "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 12, Size: "
                              "512x768, Model: dream, Version: v1.9.3";
    const std::string comfy = R"({"3": {"class_type": "KSampler", "inputs": {"seed": 5, "steps": 20, "cfg": 8,
        "sampler_name": "euler", "scheduler": "normal", "denoise": 1, "model": ["4", 0], "positive": ["6", 0],
        "negative": ["7", 0], "latent_image": ["5", 0]}},
        "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "dream.safetensors"}},
        "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 512, "batch_size": 1}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a sea", "clip": ["4", 1]}},
        "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "fog", "clip": ["4", 1]}}})";
    for (const PictureFormat format : {PictureFormat::Png, PictureFormat::Jpeg, PictureFormat::Webp}) {
        for (const auto& [key, text, prompt, maker] :
            {std::tuple("parameters", a1111, "a cat", "A1111"), {"prompt", comfy, "a sea", "ComfyUI"}}) {
            std::vector<std::string> warnings;
            const QString name = path("foreign" + QString::fromLatin1(pictureEnding(format).data()));
            writeWhole(name.toStdString(), encodePicture(picture, {{key, text}}, {format, 90}, warnings));
            window().document().reset(Graph(), {}, false, true); // something to lose
            window().files().open(name);
            auto* card = dialog<PictureCard>();
            QVERIFY(card);
            QCOMPARE(card->prompt().toPlainText(), QString(prompt));
            QStringList words;
            for (const QLabel* label : card->findChildren<QLabel*>())
                words << label->text();
            QVERIFY2(words.join('|').contains(QString("made with ") + maker), qPrintable(words.join('|')));
            QVERIFY(words.contains("20")); // steps
            QVERIFY(card->load().isEnabled());
            card->reject();
            QTRY_VERIFY(!window().findChild<PictureCard*>());
            window().document().reset(Graph());
            window().files().open(name); // nothing to lose: it opens
            QTRY_VERIFY(window().document().graph().nodes.size() >= 5);
            QTRY_VERIFY(window().banner().text().contains(prompt));
        }
    }
}

void WindowPicturesTest::usesPicturesWithoutAWorkflow()
{
    writePng(path("plain.png").toStdString(), {8, 8, std::vector<uint8_t>(192, 90)});
    window().document().reset(Graph());
    window().files().open(path("plain.png"));
    auto* card = dialog<PictureCard>();
    QVERIFY(card);
    QVERIFY(!card->load().isEnabled() && card->use().isEnabled());
    card->use().click();
    QCOMPARE(window().document().graph().nodes.size(), size_t(1));
    const Node& node = window().document().graph().nodes.begin()->second;
    QCOMPARE(node.type, std::string("load_image"));
    QVERIFY(node.params.at("file") == ParamValue(path("plain.png").toStdString()));
    QFile::resize(path("plain.png"), 20); // damaged
    window().files().open(path("plain.png"));
    QTRY_VERIFY(window().findChild<PictureCard*>() && !window().findChild<PictureCard*>()->use().isEnabled());
}

void WindowPicturesTest::i18_refusesOtherDrops()
{
    const Graph graph = window().document().graph();
    drop(window(), {QUrl("https://example.org/a.png")});
    QVERIFY2(
        window().statusLine().currentMessage().contains("network"), qPrintable(window().statusLine().currentMessage()));
    drop(window(), {QUrl::fromLocalFile("/a.png"), QUrl::fromLocalFile("/b.png")});
    QVERIFY(window().statusLine().currentMessage().contains("One file"));
    QList<QUrl> many;
    for (int i = 0; i < 10'000; ++i)
        many << QUrl::fromLocalFile(QString("/tmp/%1.png").arg(i));
    drop(*window().canvas().viewport(), many);
    QVERIFY(window().document().graph() == graph);
    // 30,000 × 30,000 in the header of a PNG: told, not read.
    const QByteArray header = bigEndian(30'000) + bigEndian(30'000) + QByteArray("\x08\x02\0\0\0", 5);
    const QByteArray bytes = "\x89PNG\r\n\x1a\n" + pngChunk("IHDR", header) + pngChunk("IEND", {});
    QFile file(path("bomb.png"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    file.close();
    drop(window(), {QUrl::fromLocalFile(path("bomb.png"))});
    auto* card = dialog<PictureCard>();
    QVERIFY(card && !card->use().isEnabled() && !card->load().isEnabled());
}

void WindowPicturesTest::tellsWhatIsDroppedOnTheCanvas()
{
    use(tinyRedHouse());
    QVERIFY(finishRun());
    const size_t nodes = window().document().graph().nodes.size();
    QVERIFY(drop(*window().canvas().viewport(), {QUrl::fromLocalFile(path("out/athanor.png"))}));
    QCOMPARE(window().document().graph().nodes.size(), nodes + 1); // a node that loads it
    QTRY_VERIFY(window().banner().text().contains("made with Athanor"));
    window().banner().findChild<QPushButton*>()->click();
    QVERIFY(dialog<PictureCard>());
}

void WindowPicturesTest::listsEarlierResults()
{
    use(tinyRedHouse());
    QVERIFY(finishRun());
    QVERIFY(QDir(path("out")).mkdir("more"));
    std::vector<std::string> warnings;
    const RgbImage picture{8, 8, std::vector<uint8_t>(192, 90)};
    writeWhole(path("out/more/x.webp").toStdString(), encodePicture(picture, {}, {PictureFormat::Webp, 90}, warnings));
    m_app.reset();
    WindowArguments arguments;
    arguments.outFolder = path("out").toStdString();
    m_app = std::make_unique<AppWindow>(arguments);
    m_app->start();
    HistoryStrip& strip = window().history();
    QTRY_COMPARE(strip.paths(), (QStringList{path("out/more/x.webp"), path("out/athanor.png")}));
    QTRY_VERIFY(!strip.item(0)->data(Qt::UserRole + 1).value<QImage>().isNull()); // asked for when it is seen
    strip.setCurrentRow(0);
    QTest::keyClick(&strip, Qt::Key_Delete);
    QCOMPARE(strip.paths(), QStringList{path("out/athanor.png")});
    QVERIFY(QFile::exists(path("out/more/x.webp")));
    strip.addOldest(path("out/more/x.webp")); // removed for good
    QCOMPARE(strip.paths().size(), 1);
    emit strip.workflowWanted(path("out/athanor.png"));
    QTRY_VERIFY(window().files().isFromPicture());
}

void WindowPicturesTest::comparesAndCopies()
{
    use(tinyRedHouse());
    QVERIFY(finishRun());
    const QImage first = window().viewer().picture();
    Graph graph = window().document().graph();
    setParam(graph, "sample", "seed", int64_t(8));
    use(graph);
    QVERIFY(finishRun());
    emit window().history().compareWanted(path("out/athanor.png"));
    QTRY_VERIFY(window().viewer().isComparing());
    QCOMPARE(window().viewer().picture(), first);
    QCOMPARE(window().pictures().fileShown(), path("out/athanor.png"));
    window().pictures().copy(path("out/athanor-2.png"));
    QTRY_COMPARE(QApplication::clipboard()->image().size(), QSize(64, 64));
    QVERIFY(QApplication::clipboard()->image().convertToFormat(QImage::Format_RGB32) != first);
}

void WindowPicturesTest::pullsThePictureOut()
{
    use(tinyRedHouse());
    QVERIFY(finishRun());
    ImageViewer& viewer = window().viewer();
    disconnect(&viewer, &ImageViewer::dragWanted, nullptr, nullptr); // a real drag waits for the system
    QSignalSpy wanted(&viewer, &ImageViewer::dragWanted);
    const QPoint middle = viewer.rect().center();
    const auto pull = [&] {
        QTest::mousePress(&viewer, Qt::LeftButton, {}, middle);
        QTest::mouseMove(&viewer, middle + QPoint(4, 0));
        QTest::mouseMove(&viewer, middle + QPoint(40, 0));
        QTest::mouseRelease(&viewer, Qt::LeftButton, {}, middle + QPoint(40, 0));
    };
    viewer.fit();
    pull();
    QCOMPARE(wanted.size(), 1);
    viewer.zoomBy(4); // now it is moved instead
    pull();
    QCOMPARE(wanted.size(), 1);
}

ATHANOR_WINDOW_TEST(WindowPicturesTest)
#include "window_pictures_test.moc"
