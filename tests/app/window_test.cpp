// The real window with the real engine, on a tiny model, as its user has it: keys, mouse and files.
#include "app/window/window.h"

#include "app/engine/workflow_file.h"
#include "inference/graph/graph_edit.h"
#include "inference/graph/workflow_json.h"
#include "render/error.h"
#include "tests/app/window_home.h"
#include "tests/support/files.h"
#include "tests/support/program.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"
#include "ui/canvas/graph_view.h"
#include "ui/panels/changed_file_dialog.h"
#include "ui/panels/welcome_page.h"

#include <QAction>
#include <QDropEvent>
#include <QFile>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using namespace athanor;

namespace {

// The workflow that the program starts with, small and on the tiny model.
Graph tinyWorkflow(int steps = 2)
{
    Graph graph = builtInWorkflow("first-picture");
    setParam(graph, "load_checkpoint", "file", testDataPath("tiny_a"));
    setParam(graph, "empty_latent", "width", int64_t(64));
    setParam(graph, "empty_latent", "height", int64_t(64));
    setParam(graph, "sample", "steps", int64_t(steps));
    return graph;
}

}

class WindowTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();

    void opensTheFirstWorkflow();
    void runsAndShowsTheResult();
    void takesUnchangedResultsFromBefore();
    void givesTheBytesOfTheCommandLine();
    void cancels();
    void pausesAndGoesOn();
    void showsPreviewsAsAsked();
    void runsABatchWithOneSeedAfterTheOther();
    void keepsTheQueueInOrder();
    void tellsProblemsAndRunsNothing();
    void undoesToTheStart();
    void savesAndOpensAgain();
    void twoWindowsOnOneFileAskBeforeTheyOverwrite();
    void asksBeforeChangesAreLost();
    void opensWhatIsDroppedAndRunsNothing();
    void aDroppedModelBecomesTheNodeOfItsKind();
    void aPicturesWorkflowReachesNoFileElsewhere();
    void bringsBackWhatWasNotSaved();
    void keepsTheLayout();
    void tellsWhenThereIsNoDisplay();

private:
    MainWindow& window() { return m_app->window(); }
    void open();
    void close();
    void use(const Graph& graph) { window().document().editWhole("Test", graph); }
    const FinishedRun& finishRun();
    QString path(const QString& name) const { return m_folder->filePath(name); }

    QTemporaryDir m_home; // caches stay, so that pipelines are compiled once
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<AppWindow> m_app;
};

void WindowTest::initTestCase()
{
    useHome(m_home, "window_test");
}

void WindowTest::init()
{
    QSettings().clear();
    m_folder = std::make_unique<QTemporaryDir>();
    open();
}

void WindowTest::cleanup()
{
    close();
}

void WindowTest::open()
{
    WindowArguments arguments;
    arguments.outFolder = path("out").toStdString();
    m_app = std::make_unique<AppWindow>(arguments);
    m_app->start();
    QVERIFY(QTest::qWaitForWindowExposed(&window()));
}

void WindowTest::close()
{
    m_app.reset();
}

// Starts it as its user does, and waits until it is over. Failed: it takes too long.
const FinishedRun& WindowTest::finishRun()
{
    static const FinishedRun tookTooLong{.outcome = FinishedRun::Outcome::Failed};
    const size_t before = window().runs().finished().size();
    QTest::keyClick(&window(), Qt::Key_Return, Qt::ControlModifier);
    if (!QTest::qWaitFor([&] { return window().runs().finished().size() > before; }, longest))
        return tookTooLong;
    return window().runs().finished().front();
}

void WindowTest::opensTheFirstWorkflow()
{
    QCOMPARE(window().document().graph().nodes.size(), size_t(7));
    QVERIFY(!window().document().isModified());
    QVERIFY(window().windowTitle().contains("Athanor"));
    QVERIFY(!window().action("cancel")->isEnabled());
    QVERIFY(window().action("run")->isEnabled());
}

void WindowTest::runsAndShowsTheResult()
{
    use(tinyWorkflow());
    const FinishedRun& run = finishRun();
    QCOMPARE(int(run.outcome), int(FinishedRun::Outcome::Done));
    QCOMPARE(window().viewer().picture().size(), QSize(64, 64));
    QCOMPARE(window().history().paths(), QStringList{path("out/athanor.png")});
    QCOMPARE(window().viewer().picture(), QImage(path("out/athanor.png")).convertToFormat(QImage::Format_RGB32));
    QVERIFY(window().statusLine().stateText().startsWith("Done"));
    for (const auto& [id, node] : window().document().graph().nodes)
        QCOMPARE(int(window().runState().of({id}).kind), int(NodeState::Kind::Done));
    QVERIFY(!window().runState().of({6}).picture.isNull()); // Decode
    QVERIFY(!window().runState().of({7}).picture.isNull()); // Save
    QVERIFY(window().log().toPlainText().contains("athanor.png"));
}

void WindowTest::takesUnchangedResultsFromBefore()
{
    use(tinyWorkflow());
    finishRun();
    QCOMPARE(int(finishRun().outcome), int(FinishedRun::Outcome::Unchanged));
    QCOMPARE(window().history().paths().size(), 1);
    Graph graph = window().document().graph();
    setParam(graph, "save_image", "name", std::string("other"));
    use(graph);
    QCOMPARE(int(finishRun().outcome), int(FinishedRun::Outcome::Done));
    QCOMPARE(int(window().runState().of({6}).kind), int(NodeState::Kind::Cached)); // only Save ran
    QCOMPARE(contents(path("out/other.png")).size() > 0, true);
}

void WindowTest::givesTheBytesOfTheCommandLine()
{
    use(tinyWorkflow());
    bool saved = false;
    window().files().saveTo(path("tiny.json"), [&] { saved = true; });
    QTRY_VERIFY(saved);
    finishRun();
    const ProgramResult ran = runProgram(
        {"run", path("tiny.json"), "--models", QString::fromStdString(testDataPath("")), "--out", path("cli")},
        path("cache"));
    QVERIFY2(ran.exitCode == 0, ran.err);
    QVERIFY(contents(path("out/athanor.png")).size() > 100);
    QCOMPARE(contents(path("out/athanor.png")), contents(path("cli/athanor.png")));
}

void WindowTest::cancels()
{
    use(tinyWorkflow(900));
    QTest::keyClick(&window(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(window().runs().progress().step > 1, longest);
    QVERIFY(window().action("cancel")->isEnabled());
    QTest::keyClick(&window(), Qt::Key_Period, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(window().runs().finished().size(), size_t(1), longest);
    QCOMPARE(int(window().runs().finished().front().outcome), int(FinishedRun::Outcome::Cancelled));
    QVERIFY(!QFile::exists(path("out/athanor.png")));
    QTRY_VERIFY(!window().action("cancel")->isEnabled());
    use(tinyWorkflow());
    QCOMPARE(int(finishRun().outcome), int(FinishedRun::Outcome::Done)); // the next one works
}

void WindowTest::pausesAndGoesOn()
{
    const auto start = [this](int steps) { // and pauses it at once, so that no machine is too quick for it
        use(tinyWorkflow(steps));
        QTest::keyClick(&window(), Qt::Key_Return, Qt::ControlModifier);
        window().action("pause")->trigger();
        QVERIFY(window().runs().isPaused());
        QTRY_VERIFY_WITH_TIMEOUT(window().runs().progress().steps > 0, longest);
    };
    start(4);
    const int step = window().runs().progress().step;
    QTest::qWait(300);
    QCOMPARE(window().runs().progress().step, step);
    QVERIFY(step < 4);
    window().action("pause")->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(window().runs().finished().size(), size_t(1), longest);
    QCOMPARE(int(window().runs().finished().front().outcome), int(FinishedRun::Outcome::Done));

    start(5); // one that is paused can be cancelled
    m_app->studio().cancel(window().runs().progress().run);
    QTRY_COMPARE_WITH_TIMEOUT(window().runs().finished().size(), size_t(2), longest);
    QCOMPARE(int(window().runs().finished().front().outcome), int(FinishedRun::Outcome::Cancelled));
}

void WindowTest::showsPreviewsAsAsked()
{
    int previews = 0, scale = 0;
    QSize size;
    connect(&m_app->studio(), &Studio::message, this, [&](const RunMessage& message) {
        if (message.event.kind != RunEvent::Kind::Preview)
            return;
        ++previews;
        size = message.image.size();
        scale = message.scale;
    });
    use(tinyWorkflow(4));
    finishRun();
    QCOMPARE(previews, 4);
    QCOMPARE(size * scale, QSize(64, 64));
    QVERIFY(scale > 1);

    previews = 0;
    window().action("preview off")->trigger();
    use(tinyWorkflow(5));
    finishRun();
    QCOMPARE(previews, 0);

    window().action("preview decoded")->trigger();
    m_app->studio().setDecodeEvery(2);
    use(tinyWorkflow(6));
    const QImage before = window().viewer().picture();
    finishRun();
    QCOMPARE(previews, 3); // steps 2, 4, 6
    QCOMPARE(size, QSize(64, 64));
    QCOMPARE(scale, 1);
    QVERIFY(window().viewer().picture() != before);
    QVERIFY(window().viewer().canCompare());
    disconnect(&m_app->studio(), &Studio::message, this, nullptr);
}

void WindowTest::runsABatchWithOneSeedAfterTheOther()
{
    use(tinyWorkflow());
    window().runBar().setBatch(3);
    QTest::keyClick(&window(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(window().runs().finished().size(), size_t(3), longest);
    QSet<QByteArray> pictures;
    for (const char* name : {"out/athanor.png", "out/athanor-2.png", "out/athanor-3.png"}) {
        pictures << contents(path(name));
        const Graph graph = openWorkflow(path(name).toStdString()).loaded.graph;
        QCOMPARE(std::get<int64_t>(graph.nodes.at(5).params.at("seed")), int64_t(6 + pictures.size()));
    }
    QCOMPARE(pictures.size(), 3);
}

void WindowTest::keepsTheQueueInOrder()
{
    use(tinyWorkflow(60));
    window().runBar().setBatch(4);
    QTest::keyClick(&window(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(window().runs().progress().steps > 0, longest);
    const auto order = [&] {
        QList<qint64> runs;
        for (const QueueEntry& entry : m_app->studio().queue())
            runs << entry.run;
        return runs;
    };
    QCOMPARE(order(), (QList<qint64>{1, 2, 3, 4}));
    window().queuePanel().list().setCurrentRow(3);
    window().queuePanel().moveUp();
    QCOMPARE(order(), (QList<qint64>{1, 2, 4, 3}));
    window().queuePanel().list().setCurrentRow(2); // run 4
    window().queuePanel().removeCurrent();
    window().action("cancel all")->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(window().runs().finished().size(), size_t(4), longest);
    QVERIFY(order().isEmpty());
    QCOMPARE(window().queuePanel().list().count(), 4);
}

void WindowTest::tellsProblemsAndRunsNothing()
{
    Graph graph = tinyWorkflow();
    setParam(graph, "sample", "steps", int64_t(0));
    use(graph);
    QTest::keyClick(&window(), Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(m_app->studio().queue().empty());
    QVERIFY2(window().banner().text().contains("steps"), qPrintable(window().banner().text()));
    QCOMPARE(int(window().runState().of({5}).kind), int(NodeState::Kind::Error));

    graph = tinyWorkflow(); // one that shows only when it runs
    setParam(graph, "load_checkpoint", "file", std::string("/nowhere/x.safetensors"));
    use(graph);
    QCOMPARE(int(finishRun().outcome), int(FinishedRun::Outcome::Failed));
    QVERIFY(window().banner().text().contains("no such file"));
    QCOMPARE(int(window().runState().of({1}).kind), int(NodeState::Kind::Error));
}

void WindowTest::undoesToTheStart()
{
    const Graph start = window().document().graph();
    use(tinyWorkflow());
    finishRun();
    Graph graph = window().document().graph();
    graph = removed(graph, {7});
    use(graph);
    QAction* undo = window().action("undo");
    QVERIFY(undo->text().contains("Test"));
    while (undo->isEnabled())
        QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(window().document().graph() == start);
    QVERIFY(!window().document().isModified());
}

void WindowTest::savesAndOpensAgain()
{
    use(tinyWorkflow());
    const Graph graph = window().document().graph();
    bool saved = false;
    window().files().saveTo(path("a b.json"), [&] { saved = true; });
    QTRY_VERIFY(saved);
    QVERIFY(!window().document().isModified());
    QCOMPARE(contents(path("a b.json")).toStdString(), writeWorkflow(graph));
    window().files().newFile->trigger();
    QVERIFY(window().document().graph().nodes.empty());
    window().files().openNow(path("a b.json"));
    QTRY_VERIFY(window().document().graph() == graph);
    QCOMPARE(window().files().name(), QString("a b"));
    QCOMPARE(window().files().recent->actions().front()->text(), QString("a b.json"));
    window().files().openNow(path("missing.json"));
    QTRY_VERIFY(window().banner().text().contains("missing.json"));
    QVERIFY(window().document().graph() == graph);
}

void WindowTest::twoWindowsOnOneFileAskBeforeTheyOverwrite()
{
    use(tinyWorkflow(3));
    bool saved = false;
    window().files().saveTo(path("x.json"), [&] { saved = true; });
    QTRY_VERIFY(saved);
    WindowArguments arguments;
    arguments.file = path("x.json").toStdString();
    AppWindow other(arguments);
    other.start();
    QTRY_COMPARE(other.window().document().file(), path("x.json"));
    other.window().document().editWhole("Test", tinyWorkflow(4));
    other.window().files().save();
    QTRY_VERIFY(!other.window().document().isModified());
    const QByteArray theirs = contents(path("x.json"));

    use(tinyWorkflow(5));
    window().files().save();
    QTRY_VERIFY(window().findChild<ChangedFileDialog*>());
    QCOMPARE(contents(path("x.json")), theirs);
    window().findChild<ChangedFileDialog*>()->button(ChangedFileDialog::Choice::Overwrite).click();
    QTRY_VERIFY(!window().document().isModified());
    QCOMPARE(contents(path("x.json")).toStdString(), writeWorkflow(tinyWorkflow(5)));
    other.window().files().lookAtFile();
    QTRY_VERIFY(other.window().banner().text().contains("x.json was changed"));
    other.window().files().reload();
    QTRY_VERIFY(other.window().document().graph() == tinyWorkflow(5));
}

void WindowTest::asksBeforeChangesAreLost()
{
    use(tinyWorkflow());
    const Graph graph = window().document().graph();
    const auto answer = [&](QMessageBox::StandardButton button) {
        auto* box = window().findChild<QMessageBox*>();
        if (!box)
            return false;
        box->button(button)->click();
        return QTest::qWaitFor([&] { return !window().findChild<QMessageBox*>(); });
    };
    window().files().newFile->trigger();
    QVERIFY(answer(QMessageBox::Cancel));
    QVERIFY(window().document().graph() == graph);
    QVERIFY(!window().close());
    QVERIFY(answer(QMessageBox::Cancel));
    QVERIFY(window().isVisible());
    window().files().newFile->trigger();
    QVERIFY(answer(QMessageBox::Discard));
    QVERIFY(window().document().graph().nodes.empty());
    QVERIFY(window().close());
}

void WindowTest::opensWhatIsDroppedAndRunsNothing()
{
    use(tinyWorkflow());
    finishRun();
    const Graph graph = window().document().graph();
    window().document().reset(Graph());
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path("out/athanor.png"))});
    QDragEnterEvent enter(QPoint(100, 100), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(100, 100), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window(), &drop);
    QTRY_COMPARE(window().document().graph().nodes.size(), graph.nodes.size());
    QVERIFY(window().document().file().isEmpty());
    QVERIFY(m_app->studio().queue().empty());
}

void WindowTest::aDroppedModelBecomesTheNodeOfItsKind()
{
    use(tinyWorkflow());
    const size_t before = window().document().graph().nodes.size();
    const std::string file = testDataPath("lora_kohya.safetensors");
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QString::fromStdString(file))});
    QWidget* canvas = window().findChild<GraphView*>()->viewport();
    const QPoint at(5, canvas->height() - 5);
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(canvas, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(canvas, &drop);
    QTRY_COMPARE(window().document().graph().nodes.size(), before + 1);
    const Node& node = window().document().graph().nodes.rbegin()->second;
    QCOMPARE(node.type, std::string("load_lora"));
    QCOMPARE(std::get<std::string>(node.params.at("file")), file);
}

void WindowTest::aPicturesWorkflowReachesNoFileElsewhere()
{
    Graph graph = tinyWorkflow();
    use(graph);
    finishRun();
    window().files().openNow(path("out/athanor.png"));
    QTRY_VERIFY(window().files().isFromPicture());
    graph = window().document().graph();
    QCOMPARE(std::get<std::string>(graph.nodes.at(1).params.at("file")), std::string("tiny_a")); // without its folder
    setParam(graph, "save_image", "name", std::string("again"));
    setParam(graph, "load_checkpoint", "file", testDataPath("tiny_a")); // chosen by the user
    use(graph);
    QCOMPARE(int(finishRun().outcome), int(FinishedRun::Outcome::Done));
}

void WindowTest::bringsBackWhatWasNotSaved()
{
    use(tinyWorkflow(17));
    const Graph graph = window().document().graph();
    QSignalSpy kept(&window().autosave(), &Autosave::kept);
    window().autosave().writeNow();
    QTRY_VERIFY(!kept.isEmpty());
    // As if by a process that was killed: a copy whose lock nobody holds.
    const QString folder = QString::fromStdString(m_home.path().toStdString() + "/athanor/autosave/");
    const QString own = window().autosave().copyPath();
    QVERIFY(QFile::copy(own, folder + "1.json"));
    close();
    QVERIFY(!QFile::exists(own)); // a clean end leaves nothing
    open();
    window().showWelcome(); // which does not hide the offer
    QTRY_VERIFY(window().recovery().text().contains("did not end properly"));
    QTRY_VERIFY(!window().recovery().visibleRegion().isEmpty());
    window().recovery().findChild<QPushButton*>()->click();
    QTRY_VERIFY(window().document().graph() == graph);
    QVERIFY(window().welcome().isHidden());
    QVERIFY(window().document().isModified());
    QTRY_VERIFY(!QFile::exists(folder + "1.json"));
}

void WindowTest::keepsTheLayout()
{
    QAction* log = window().action("panel log");
    QVERIFY(!log->isChecked());
    log->trigger();
    QVERIFY(window().log().isVisible());
    QVERIFY(window().close());
    close();
    open();
    QVERIFY(window().log().isVisible());
    window().action("reset layout")->trigger();
    QVERIFY(!window().log().isVisible());
    QVERIFY(window().viewer().isVisible());
}

void WindowTest::tellsWhenThereIsNoDisplay()
{
    for (const char* display : {"", ":987"}) {
        QProcess process;
        prepare(process, {}, m_home.path());
        QProcessEnvironment environment = process.processEnvironment();
        for (const char* name : {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"})
            environment.remove(name);
        if (*display)
            environment.insert("DISPLAY", display);
        process.setProcessEnvironment(environment);
        process.start();
        const ProgramResult ended = result(process);
        QCOMPARE(ended.exitCode, int(ErrorKind::Device));
        QVERIFY2(ended.err.startsWith("athanor: the window cannot be opened") && ended.err.count('\n') == 1, ended.err);
    }
}

ATHANOR_WINDOW_TEST(WindowTest)
#include "window_test.moc"
