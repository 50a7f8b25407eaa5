// The panel of models with a source of the test's own, by mouse and keys, and what is dropped on the canvas from it.
#include "ui/panels/models_panel.h"

#include "tests/support/test_program.h"
#include "ui/canvas/canvas_drop.h"
#include "ui/canvas/graph_view.h"
#include "ui/common/theme.h"

#include <QComboBox>
#include <QDropEvent>
#include <QFileInfo>
#include <QLineEdit>
#include <QListView>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace athanor;

namespace {

class FakeSource : public ModelSource {
public:
    void scan() override
    {
        ++scans;
        emit scanBegan();
    }
    bool isScanning() const override { return scanning; }
    QString userFolder() const override { return QStringLiteral("/home/someone/models"); }
    void readPicture(const QString& path, int, std::function<void(QImage)> then) override
    {
        asked << path;
        QImage picture(8, 8, QImage::Format_RGB32);
        picture.fill(Qt::red);
        then(picture);
    }
    // By the word in front.
    void identify(const QString& path, std::function<void(ModelFamily)> then) override
    {
        const QString word = QFileInfo(path).fileName().section('_', 0, 0);
        identified.push_back([family = families.value(word, ModelFamily::Damaged), then] { then(family); });
    }
    void answer()
    {
        while (!identified.isEmpty())
            identified.takeFirst()();
    }
    void end(const std::vector<ModelEntry>& entries)
    {
        QStringList paths;
        for (const ModelEntry& entry : entries)
            paths << entry.path;
        emit found(entries);
        scanning = false;
        emit scanEnded(paths, 0);
    }

    int scans = 0;
    bool scanning = true;
    QStringList asked;
    QList<std::function<void()>> identified;
    const QMap<QString, ModelFamily> families{{"lora", ModelFamily::Lora}, {"vae", ModelFamily::Vae},
        {"control", ModelFamily::ControlNet}, {"upscaler", ModelFamily::Upscaler}, {"model", ModelFamily::Checkpoint},
        {"words", ModelFamily::Embedding}, {"clip", ModelFamily::TextEncoder}, {"unet", ModelFamily::DiffusionModel}};
};

ModelEntry entry(const QString& name, ModelFamily family, const QString& folder = QStringLiteral("/models"))
{
    ModelEntry made;
    made.name = name;
    made.shown = name.section('/', -1);
    made.path = folder + '/' + name;
    made.family = family;
    made.kind = QStringLiteral("Kind of it");
    made.precision = QStringLiteral("fp16");
    made.bytes = 2'130'000'000;
    return made;
}

std::vector<ModelEntry> several()
{
    ModelEntry damaged = entry("broken.safetensors", ModelFamily::Damaged);
    damaged.kind.clear();
    damaged.problem = "the header ends early: 3 bytes missing";
    ModelEntry upscaler = entry("up.pth", ModelFamily::Upscaler);
    ModelEntry sdxl = entry("juggernaut.safetensors", ModelFamily::Unsupported);
    sdxl.kind = "SDXL checkpoint";
    return {entry("b.safetensors", ModelFamily::Checkpoint), entry("a.ckpt", ModelFamily::Checkpoint),
        entry("nets/canny", ModelFamily::ControlNet), entry("vae.pt", ModelFamily::Vae),
        entry("style.safetensors", ModelFamily::Lora), damaged, sdxl, upscaler};
}

const Node& onlyNode(GraphDocument& document)
{
    return document.graph().nodes.begin()->second;
}

}

class ModelsPanelTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { applyTheme(*qApp, true); }
    void init();
    void cleanup();

    void listsByNameWithWhatEachIs();
    void searchesAndFilters();
    void findsFiveThousand();
    void followsChanges();
    void putsTheRightLoaderByDoubleClick_data();
    void putsTheRightLoaderByDoubleClick();
    void putsOneByEnter();
    void saysWhyOneCannotBePut_data();
    void saysWhyOneCannotBePut();
    void dragsAsTheRightLoader();
    void dropsOnANodeThatTakesIt();
    void dropsFromOutsideAsTheRightLoader_data();
    void dropsFromOutsideAsTheRightLoader();
    void dropsFromOutsideOnANodeThatTakesIt();
    void severalFilesOfOneNode();
    void dropsSeveralFromOutsideInOrder();
    void namesByPathWhatAnotherFileIsFoundFirstFor();
    void tellsANewcomerWhereModelsGo();
    void showsNamesAsPlainText();
    void asksForPicturesOnce();
    void looksAgainByItsButton();

private:
    int rows() const { return m_panel->list().model()->rowCount(); }
    QString name(int row) const { return index(row).data().toString(); }
    QModelIndex index(int row) const { return m_panel->list().model()->index(row, 0); }
    QModelIndex indexOf(const QString& shown) const
    {
        for (int row = 0; row < rows(); ++row)
            if (name(row) == shown)
                return index(row);
        return {};
    }
    void click(const QModelIndex& at, bool twice = false)
    {
        const QPoint place = m_panel->list().visualRect(at).center();
        QTest::mouseClick(m_panel->list().viewport(), Qt::LeftButton, {}, place);
        if (twice)
            QTest::mouseDClick(m_panel->list().viewport(), Qt::LeftButton, {}, place);
    }

    std::unique_ptr<FakeSource> m_source;
    std::unique_ptr<ModelsPanel> m_panel;
};

void ModelsPanelTest::init()
{
    m_source = std::make_unique<FakeSource>();
    m_panel = std::make_unique<ModelsPanel>(*m_source);
    m_panel->resize(280, 700);
    m_panel->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
}

void ModelsPanelTest::cleanup()
{
    m_panel.reset();
    m_source.reset();
}

void ModelsPanelTest::listsByNameWithWhatEachIs()
{
    m_source->end(several());
    QCOMPARE(rows(), 8);
    QCOMPARE(name(0), QString("a.ckpt"));
    QCOMPARE(name(1), QString("b.safetensors"));
    QCOMPARE(name(2), QString("broken.safetensors"));
    QVERIFY(m_panel->state().contains("8"));
    const QString tip = indexOf("broken.safetensors").data(Qt::ToolTipRole).toString();
    QVERIFY(tip.contains("/models/broken.safetensors"));
    QVERIFY(tip.contains("3 bytes missing"));
    QVERIFY(indexOf("juggernaut.safetensors").data(Qt::ToolTipRole).toString().contains("SDXL checkpoint"));
}

void ModelsPanelTest::searchesAndFilters()
{
    m_source->end(several());
    m_panel->search().setFocus();
    QTest::keyClicks(&m_panel->search(), "CANNY");
    QCOMPARE(rows(), 1);
    QCOMPARE(name(0), QString("canny"));
    m_panel->search().clear();
    QTest::keyClicks(&m_panel->search(), "safe b");
    QCOMPARE(rows(), 2); // words in any order
    m_panel->search().clear();
    m_panel->families().setFocus();
    QTest::keyClick(&m_panel->families(), Qt::Key_Down);
    QCOMPARE(rows(), 2); // checkpoints
    m_panel->families().setCurrentIndex(m_panel->families().findData(int(ModelFamily::Unsupported)));
    QCOMPARE(rows(), 2); // and what is damaged
    m_panel->families().setCurrentIndex(m_panel->families().findData(int(ModelFamily::Embedding)));
    QCOMPARE(rows(), 0);
}

void ModelsPanelTest::findsFiveThousand()
{
    constexpr int many = 5000;
    std::vector<ModelEntry> unread, read;
    for (int i = 0; i < many; ++i) {
        unread.push_back(entry(QString("m%1.safetensors").arg(i), ModelFamily::Unread));
        read.push_back(entry(unread.back().name, i % 2 ? ModelFamily::Checkpoint : ModelFamily::Lora));
    }
    emit m_source->found(unread);
    QCOMPARE(rows(), many);
    QVERIFY(m_panel->state().contains(QString::number(many)));
    m_source->end(read);
    m_panel->families().setCurrentIndex(m_panel->families().findData(int(ModelFamily::Lora)));
    QCOMPARE(rows(), many / 2);
    QTest::keyClicks(&m_panel->search(), "m4998.");
    QCOMPARE(rows(), 1);
}

void ModelsPanelTest::followsChanges()
{
    m_source->end(several());
    click(indexOf("vae.pt"));
    std::vector<ModelEntry> less = several();
    less.erase(less.begin());
    less.push_back(entry("new.safetensors", ModelFamily::Checkpoint));
    m_source->end(less);
    QCOMPARE(rows(), 8);
    QVERIFY(!indexOf("b.safetensors").isValid());
    QVERIFY(indexOf("new.safetensors").isValid());
}

void ModelsPanelTest::putsTheRightLoaderByDoubleClick_data()
{
    QTest::addColumn<QString>("shown");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("file");
    QTest::newRow("checkpoint") << "a.ckpt"
                                << "load_checkpoint"
                                << "a.ckpt";
    QTest::newRow("ControlNet") << "canny"
                                << "load_controlnet"
                                << "nets/canny";
    QTest::newRow("upscaler") << "up.pth"
                              << "upscale_image"
                              << "up.pth";
    QTest::newRow("LoRA") << "style.safetensors"
                          << "load_lora"
                          << "style.safetensors";
    QTest::newRow("VAE") << "vae.pt"
                         << "load_vae"
                         << "vae.pt";
}

void ModelsPanelTest::putsTheRightLoaderByDoubleClick()
{
    QFETCH(QString, shown);
    QFETCH(QString, type);
    QFETCH(QString, file);
    m_source->end(several());
    LoaderNode wanted;
    connect(m_panel.get(), &ModelsPanel::loaderWanted, this, [&](const LoaderNode& loader) { wanted = loader; });
    click(indexOf(shown), true);
    QCOMPARE(wanted.type, type);
    QCOMPARE(wanted.file, file);

    GraphDocument document;
    RunState runs;
    GraphView canvas(document, runs);
    putLoader(canvas, wanted, {0, 0}, false);
    QCOMPARE(document.graph().nodes.size(), size_t(1));
    QCOMPARE(QString::fromStdString(onlyNode(document).type), type);
    QCOMPARE(std::get<std::string>(onlyNode(document).params.at("file")), file.toStdString());
}

void ModelsPanelTest::putsOneByEnter()
{
    m_source->end(several());
    QString file;
    connect(m_panel.get(), &ModelsPanel::loaderWanted, this, [&](const LoaderNode& loader) { file = loader.file; });
    m_panel->activateWindow();
    m_panel->search().setFocus();
    QTest::keyClicks(&m_panel->search(), "b.safe");
    QTest::keyClick(&m_panel->search(), Qt::Key_Return); // into the list
    QVERIFY(m_panel->list().hasFocus());
    QTest::keyClick(&m_panel->list(), Qt::Key_Return);
    QCOMPARE(file, QString("b.safetensors"));
}

void ModelsPanelTest::saysWhyOneCannotBePut_data()
{
    QTest::addColumn<QString>("shown");
    QTest::addColumn<QString>("why");
    QTest::newRow("damaged") << "broken.safetensors"
                             << "3 bytes missing";
    QTest::newRow("of another architecture") << "juggernaut.safetensors"
                                             << "SDXL checkpoint";
    QTest::newRow("no node yet") << "words.pt"
                                 << "Kind of it";
}

void ModelsPanelTest::saysWhyOneCannotBePut()
{
    QFETCH(QString, shown);
    QFETCH(QString, why);
    std::vector<ModelEntry> entries = several();
    entries.push_back(entry("words.pt", ModelFamily::Embedding));
    m_source->end(entries);
    QSignalSpy refused(m_panel.get(), &ModelsPanel::refused);
    int wanted = 0;
    connect(m_panel.get(), &ModelsPanel::loaderWanted, this, [&] { ++wanted; });
    const QModelIndex at = indexOf(shown);
    click(at, true);
    QCOMPARE(wanted, 0);
    QCOMPARE(refused.size(), 1);
    QVERIFY2(refused[0][0].toString().contains(why), qPrintable(refused[0][0].toString()));
    QVERIFY(!(at.flags() & Qt::ItemIsDragEnabled));
}

void ModelsPanelTest::dragsAsTheRightLoader()
{
    m_source->end(several());
    const QModelIndex at = indexOf("canny");
    QVERIFY(at.flags() & Qt::ItemIsDragEnabled);
    const std::unique_ptr<QMimeData> data(m_panel->list().model()->mimeData({at}));
    QCOMPARE(data->urls(), QList<QUrl>{QUrl::fromLocalFile("/models/nets/canny")});

    GraphDocument document;
    RunState runs;
    GraphView canvas(document, runs);
    canvas.resize(600, 400);
    canvas.show();
    QDragEnterEvent enter({300, 200}, Qt::CopyAction, data.get(), Qt::LeftButton, {});
    QApplication::sendEvent(canvas.viewport(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop({300, 200}, Qt::CopyAction, data.get(), Qt::LeftButton, {});
    QApplication::sendEvent(canvas.viewport(), &drop);
    QCOMPARE(document.graph().nodes.size(), size_t(1));
    QCOMPARE(onlyNode(document).type, std::string("load_controlnet"));
    QCOMPARE(std::get<std::string>(onlyNode(document).params.at("file")), std::string("nets/canny"));
    document.undoStack().undo();
    QVERIFY(document.graph().nodes.empty());
}

void ModelsPanelTest::dropsOnANodeThatTakesIt()
{
    GraphDocument document;
    RunState runs;
    GraphView canvas(document, runs);
    putLoader(canvas, {"load_checkpoint", "file", "a"}, {0, 0}, true);
    putLoader(canvas, {"load_checkpoint", "file", "b"}, {20, 10}, true);
    QCOMPARE(document.graph().nodes.size(), size_t(1));
    QCOMPARE(std::get<std::string>(onlyNode(document).params.at("file")), std::string("b"));
    putLoader(canvas, {"load_vae", "file", "c"}, {20, 10}, true); // which that node does not take
    QCOMPARE(document.graph().nodes.size(), size_t(2));
    putLoader(canvas, {"load_checkpoint", "file", "d"}, {20, 10}, false);
    QCOMPARE(document.graph().nodes.size(), size_t(3));
}

void ModelsPanelTest::dropsFromOutsideAsTheRightLoader_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<std::string>("type");
    const auto row = [](const char* file, const char* type) {
        QTest::newRow(file) << QString(file) << std::string(type);
    };
    row("lora_ink.safetensors", "load_lora");
    row("vae_ft.ckpt", "load_vae");
    row("control_canny.pth", "load_controlnet");
    row("upscaler_x4.pth", "upscale_image");
    row("clip_l.safetensors", "load_text_encoder");
    row("unet_sd3.safetensors", "load_diffusion_model");
    row("model_dream.safetensors", "load_checkpoint");
    row("words_negative.pt", "load_checkpoint"); // which says what it is
    row("broken.bin", "load_checkpoint"); // and this one why it can't be read
}

void ModelsPanelTest::dropsFromOutsideAsTheRightLoader()
{
    QFETCH(QString, file);
    QFETCH(std::string, type);
    GraphDocument document;
    RunState runs;
    GraphView canvas(document, runs);
    canvas.setModelSource(*m_source);
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile("/models/" + file)});
    QVERIFY(canDrop(data));
    QVERIFY(dropFiles(canvas, data, {10, 20}, false));
    QVERIFY(document.graph().nodes.empty()); // it is being read
    m_source->answer();
    QCOMPARE(document.graph().nodes.size(), size_t(1));
    QCOMPARE(onlyNode(document).type, type);
    QCOMPARE(std::get<std::string>(onlyNode(document).params.at("file")), "/models/" + file.toStdString());
    document.undoStack().undo();
    QVERIFY(document.graph().nodes.empty());
}

void ModelsPanelTest::dropsFromOutsideOnANodeThatTakesIt()
{
    GraphDocument document;
    RunState runs;
    GraphView canvas(document, runs);
    canvas.setModelSource(*m_source);
    const auto drop = [&](const char* file) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QVERIFY(dropFiles(canvas, data, {20, 10}, false));
        m_source->answer();
    };
    putLoader(canvas, {"load_vae", "file", "a"}, {0, 0}, false);
    drop("/vae_b.pt");
    QCOMPARE(document.graph().nodes.size(), size_t(1));
    QCOMPARE(std::get<std::string>(onlyNode(document).params.at("file")), std::string("/vae_b.pt"));
    drop("/model_c.ckpt"); // has a VAE too
    QCOMPARE(document.graph().nodes.size(), size_t(1));
    QCOMPARE(std::get<std::string>(onlyNode(document).params.at("file")), std::string("/model_c.ckpt"));
    drop("/lora_d.safetensors");
    QCOMPARE(document.graph().nodes.size(), size_t(2));
    QCOMPARE(std::get<std::string>(onlyNode(document).params.at("file")), std::string("/model_c.ckpt"));
}

// The next that names none is filled, and with all full the first changes.
void ModelsPanelTest::severalFilesOfOneNode()
{
    GraphDocument document;
    RunState runs;
    GraphView canvas(document, runs);
    canvas.setModelSource(*m_source);
    putLoader(canvas, {"load_text_encoder", "file", "a"}, {0, 0}, false);
    for (const char* file : {"/clip_b.pt", "/clip_c.pt", "/clip_d.pt"}) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QVERIFY(dropFiles(canvas, data, {20, 10}, false));
        m_source->answer();
    }
    QCOMPARE(document.graph().nodes.size(), size_t(1));
    const auto& params = onlyNode(document).params;
    QCOMPARE(std::get<std::string>(params.at("file")), std::string("/clip_d.pt"));
    QCOMPARE(std::get<std::string>(params.at("second_file")), std::string("/clip_b.pt"));
    QCOMPARE(std::get<std::string>(params.at("third_file")), std::string("/clip_c.pt"));
}

// And none any more once the canvas is gone.
void ModelsPanelTest::dropsSeveralFromOutsideInOrder()
{
    GraphDocument document;
    RunState runs;
    auto canvas = std::make_unique<GraphView>(document, runs);
    canvas->setModelSource(*m_source);
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile("/model_a.ckpt"), QUrl::fromLocalFile("/b.png"),
        QUrl::fromLocalFile("/lora_c.safetensors"), QUrl::fromLocalFile("/vae_d.pt")});
    QVERIFY(dropFiles(*canvas, data, {0, 0}, false));
    m_source->answer();
    std::map<std::string, double> places;
    for (const auto& [id, node] : document.graph().nodes)
        places[node.type] = node.rect.y;
    QCOMPARE(places.size(), size_t(4));
    QVERIFY(places.at("load_checkpoint") < places.at("load_image") && places.at("load_image") < places.at("load_lora")
        && places.at("load_lora") < places.at("load_vae"));
    QVERIFY(dropFiles(*canvas, data, {500, 0}, false));
    QCOMPARE(document.graph().nodes.size(), size_t(5)); // the picture
    canvas.reset();
    m_source->answer();
    QCOMPARE(document.graph().nodes.size(), size_t(5));
}

void ModelsPanelTest::namesByPathWhatAnotherFileIsFoundFirstFor()
{
    const ModelEntry first = entry("same.ckpt", ModelFamily::Checkpoint, "/a"),
                     second = entry("same.ckpt", ModelFamily::Checkpoint, "/b");
    m_source->end({first, second});
    QCOMPARE(m_panel->models().fileOf(first), QString("same.ckpt"));
    QCOMPARE(m_panel->models().fileOf(second), QString("/b/same.ckpt"));
}

void ModelsPanelTest::tellsANewcomerWhereModelsGo()
{
    QSignalSpy only(m_panel.get(), &ModelsPanel::onlyStarter);
    QVERIFY(m_panel->note().isEmpty()); // as long as nothing is known
    ModelEntry starter = entry("starter", ModelFamily::Checkpoint);
    starter.isShipped = true;
    m_source->end({starter});
    QVERIFY(m_panel->note().contains("/home/someone/models"));
    QCOMPARE(only.last()[0].toBool(), true);
    m_source->end({starter, entry("own.ckpt", ModelFamily::Checkpoint)});
    QVERIFY(m_panel->note().isEmpty());
    QCOMPARE(only.last()[0].toBool(), false);
}

void ModelsPanelTest::showsNamesAsPlainText()
{
    ModelEntry hostile = entry("<img src=x>.ckpt", ModelFamily::Damaged);
    hostile.problem = "<b>bold</b>\nline";
    hostile.path = QString("/models/\u202e\n<img src=x>.ckpt");
    m_source->end({hostile});
    QCOMPARE(name(0), QString("<img src=x>.ckpt"));
    const QString tip = index(0).data(Qt::ToolTipRole).toString();
    QVERIFY2(!tip.contains("<img") && !tip.contains("<b>"), qPrintable(tip));
    QVERIFY(!tip.contains(QChar(0x202e)));
}

void ModelsPanelTest::asksForPicturesOnce()
{
    std::vector<ModelEntry> entries = several();
    entries[1].picture = "/models/a.png";
    m_source->end(entries);
    m_panel->list().viewport()->repaint();
    m_panel->list().viewport()->repaint();
    QCOMPARE(m_source->asked, QStringList{"/models/a.png"});
    const QImage shown = m_panel->list().viewport()->grab().toImage();
    const QRect row = m_panel->list().visualRect(indexOf("a.ckpt"));
    QCOMPARE(shown.pixelColor(row.left() + 30, row.center().y()), QColor(Qt::red));
}

void ModelsPanelTest::looksAgainByItsButton()
{
    QTest::mouseClick(m_panel->findChild<QToolButton*>("rescan"), Qt::LeftButton);
    QCOMPARE(m_source->scans, 1);
}

ATHANOR_WINDOW_TEST(ModelsPanelTest)
#include "models_panel_test.moc"
