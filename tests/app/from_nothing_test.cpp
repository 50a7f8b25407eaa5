// A workflow from an empty canvas to the picture and back, with mouse and keys alone, in the real window.
#include "app/window/window.h"
#include "inference/graph/workflow_json.h"
#include "tests/app/window_home.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"
#include "ui/canvas/choice_popup.h"
#include "ui/canvas/graph_view.h"
#include "ui/inspector/field_edit.h"
#include "ui/inspector/inspector.h"
#include "ui/inspector/prompt_edit.h"

#include <QAction>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace athanor;

class FromNothingTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void buildsRunsCancelsUndoesAndReopens();

private:
    MainWindow& window() { return m_app->window(); }
    GraphView& canvas() { return window().canvas(); }
    const Graph& graph() { return window().document().graph(); }
    QPoint pixel(QPointF scene) { return canvas().mapFromScene(scene); }
    NodeId add(QPointF at, const QString& typed);
    void link(NodeId from, const char* output, NodeId to, const char* input);
    void select(NodeId id);
    QWidget* row(const QString& name);
    void type(NodeId node, const QString& rowName, const QString& text, const QString& field = {});
    void key(Qt::Key key, Qt::KeyboardModifiers keys = Qt::ControlModifier)
    {
        window().activateWindow(); // a closed list leaves none active where no window manager is
        QVERIFY(QTest::qWaitForWindowActive(&window()));
        QTest::keyClick(&window(), key, keys);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<AppWindow> m_app;
};

void FromNothingTest::initTestCase()
{
    useHome(m_folder, "from_nothing_test");
    WindowArguments arguments;
    arguments.outFolder = m_folder.filePath("out").toStdString();
    m_app = std::make_unique<AppWindow>(arguments);
    m_app->start();
    window().resize(1600, 1000);
    QVERIFY(QTest::qWaitForWindowExposed(&window()));
    canvas().setAnimated(false);
}

// A double click on the empty place, the node's name, Enter.
NodeId FromNothingTest::add(QPointF at, const QString& typed)
{
    const std::map<NodeId, Node> before = graph().nodes;
    QTest::mouseClick(canvas().viewport(), Qt::LeftButton, {}, pixel(at));
    QTest::mouseDClick(canvas().viewport(), Qt::LeftButton, {}, pixel(at));
    auto* popup = canvas().findChild<ChoicePopup*>();
    if (!popup)
        return 0;
    QTest::keyClicks(&popup->search(), typed);
    QTest::keyClick(&popup->search(), Qt::Key_Return);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    for (const auto& [id, node] : graph().nodes)
        if (!before.contains(id))
            return id;
    return 0;
}

void FromNothingTest::link(NodeId from, const char* output, NodeId to, const char* input)
{
    const QPoint start = pixel(canvas().graphScene().node(from)->portAt(output, true));
    const QPoint end = pixel(canvas().graphScene().node(to)->portAt(input, false));
    const auto move = [&](QPoint at) {
        QMouseEvent event(
            QEvent::MouseMove, at, canvas().viewport()->mapToGlobal(at), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(canvas().viewport(), &event);
    };
    QTest::mousePress(canvas().viewport(), Qt::LeftButton, {}, start);
    move((start + end) / 2);
    move(end);
    QTest::mouseRelease(canvas().viewport(), Qt::LeftButton, {}, end);
}

void FromNothingTest::select(NodeId id)
{
    QTest::mouseClick(
        canvas().viewport(), Qt::LeftButton, {}, pixel(canvas().graphScene().rectOf(id).topLeft() + QPointF(60, 14)));
    QTest::qWait(QApplication::doubleClickInterval() + 10); // two quick clicks on neighbours are no double click
}

QWidget* FromNothingTest::row(const QString& name)
{
    auto* page = window().inspector().widget(0)->findChild<QWidget*>("page");
    return page ? page->findChild<QWidget*>(name, Qt::FindDirectChildrenOnly) : nullptr;
}

void FromNothingTest::type(NodeId node, const QString& rowName, const QString& text, const QString& field)
{
    select(node);
    QVERIFY2(row(rowName), qPrintable(rowName));
    if (auto* prompt = row(rowName)->findChild<PromptEdit*>(); prompt) {
        QTest::mouseClick(prompt->viewport(), Qt::LeftButton);
        QTest::keyClicks(prompt, text);
        return;
    }
    auto* edit = row(rowName)->findChild<FieldEdit*>(field);
    QVERIFY2(edit, qPrintable(rowName));
    QTest::mouseClick(edit, Qt::LeftButton);
    edit->selectAll();
    QTest::keyClicks(edit, text);
    QTest::keyClick(edit, Qt::Key_Return);
}

void FromNothingTest::buildsRunsCancelsUndoesAndReopens()
{
    window().files().newFile->trigger();
    QVERIFY(graph().nodes.empty());
    const std::string start = writeWorkflow(graph());
    canvas().zoomTo(0.6, QPointF(0, 0));
    canvas().centerOn(560, 300);

    const NodeId model = add({0, 100}, "load checkpoint");
    const NodeId prompt = add({300, 0}, "encode prompt");
    const NodeId negative = add({300, 220}, "encode prompt");
    const NodeId size = add({300, 440}, "empty latent");
    const NodeId sampler = add({600, 0}, "sample");
    const NodeId decode = add({900, 0}, "decode");
    const NodeId save = add({900, 300}, "save image");
    QCOMPARE(graph().nodes.size(), size_t(7));
    const std::map<NodeId, std::string> types{{model, "load_checkpoint"}, {prompt, "encode_prompt"},
        {negative, "encode_prompt"}, {size, "empty_latent"}, {sampler, "sample"}, {decode, "decode_latent"},
        {save, "save_image"}};
    for (const auto& [id, name] : types)
        QVERIFY2(graph().nodes.at(id).type == name, graph().nodes.at(id).type.c_str());
    link(model, "text_encoder", prompt, "text_encoder");
    link(model, "text_encoder", negative, "text_encoder");
    link(model, "model", sampler, "model");
    link(prompt, "conditioning", sampler, "positive");
    link(negative, "conditioning", sampler, "negative");
    link(size, "latent", sampler, "latent");
    link(sampler, "latent", decode, "latent");
    link(model, "vae", decode, "vae");
    link(decode, "image", save, "image");
    QCOMPARE(graph().links.size(), size_t(9));

    type(model, "file", QString::fromStdString(testDataPath("tiny_a")));
    type(prompt, "text", "a cat");
    type(size, "size", "64", "width");
    type(size, "size", "64", "height");
    type(sampler, "steps", "2");
    QCOMPARE(std::get<std::string>(graph().nodes.at(prompt).params.at("text")), std::string("a cat"));
    QCOMPARE(std::get<int64_t>(graph().nodes.at(sampler).params.at("steps")), int64_t(2));

    key(Qt::Key_Return);
    QVERIFY2(!m_app->studio().queue().empty(), qPrintable(window().banner().text()));
    QTRY_COMPARE_WITH_TIMEOUT(window().runs().finished().size(), size_t(1), longest);
    QCOMPARE(int(window().runs().finished().front().outcome), int(FinishedRun::Outcome::Done));
    QCOMPARE(window().viewer().picture().size(), QSize(64, 64));

    type(sampler, "steps", "900");
    key(Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(window().runs().progress().step > 1, longest);
    key(Qt::Key_Period);
    QTRY_COMPARE_WITH_TIMEOUT(window().runs().finished().size(), size_t(2), longest);
    QCOMPARE(int(window().runs().finished().front().outcome), int(FinishedRun::Outcome::Cancelled));

    bool saved = false;
    const QString file = m_folder.filePath("mine.json");
    const std::string whole = writeWorkflow(graph());
    window().files().saveTo(file, [&] { saved = true; });
    QTRY_VERIFY(saved);

    canvas().setFocus();
    int steps = 0;
    for (; window().action("undo")->isEnabled(); ++steps)
        key(Qt::Key_Z);
    QVERIFY2(steps >= 7 + 9 + 6, qPrintable(QString::number(steps)));
    QCOMPARE(writeWorkflow(graph()), start);
    while (window().action("redo")->isEnabled())
        key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(writeWorkflow(graph()), whole);

    window().files().newFile->trigger();
    QVERIFY(graph().nodes.empty());
    window().files().openNow(file);
    QTRY_COMPARE(writeWorkflow(graph()), whole);
}

ATHANOR_WINDOW_TEST(FromNothingTest)
#include "from_nothing_test.moc"
