// The canvas with mouse and keys, as a user has it.
#include "inference/graph/workflow_json.h"
#include "tests/support/test_program.h"
#include "ui/canvas/canvas_drop.h"
#include "ui/canvas/choice_popup.h"
#include "ui/canvas/graph_view.h"
#include "ui/canvas/minimap.h"
#include "ui/canvas/text_editor.h"
#include "ui/common/theme.h"

#include <QAction>
#include <QClipboard>
#include <QLabel>
#include <QPushButton>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>
#include <QUrl>
#include <QWheelEvent>

using namespace athanor;

class CanvasTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { applyTheme(*qApp, true); }
    void init();
    void cleanup() { m_canvas.reset(); }

    void dragMovesNodesAsOneStep();
    void escapeTakesADragBack();
    void dragLinksPorts();
    void refusedLinkSaysWhy();
    void linkDroppedOnABodyFindsItsPort();
    void linkFeedsAParameter();
    void linkTakenOffAndDroppedIsGone();
    void linkDroppedOnEmptyOffersWhatFits();
    void spaceAddsANode();
    void doubleClickAddsThere();
    void boxSelects();
    void keysChangeNodes();
    void deleteReconnects();
    void copiesWithLinks();
    void groupsAndTheirNodesMoveTogether();
    void subgraphsOpenAndClose();
    void wheelZoomsAtThePointer();
    void pansByMiddleMouseSpaceAndTouchpad();
    void rerouteByDoubleClickOnALink();
    void droppedFilesBecomeNodes();
    void statesAreShown();
    void minimapGoesThere();
    void tabWalksThroughNodes();
    void linksByKeyboard();
    void whatIsTypedInAFieldIsNoShortcut();
    void anyRowOfActionsIsUndone_data();
    void anyRowOfActionsIsUndone();

private:
    struct Canvas {
        GraphDocument document;
        RunState runs;
        GraphView view{document, runs};
    };

    GraphView& view() { return m_canvas->view; }
    const Graph& body() { return m_canvas->document.body(); }
    QPoint pixel(QPointF scene) { return view().mapFromScene(scene); }
    QPoint port(NodeId id, const char* name, bool output)
    {
        return pixel(view().graphScene().node(id)->portAt(name, output));
    }
    QPoint header(NodeId id) { return pixel(view().graphScene().rectOf(id).topLeft() + QPointF(60, 14)); }
    void move(QPoint to, Qt::MouseButtons buttons = Qt::NoButton)
    {
        QMouseEvent event(QEvent::MouseMove, to, view().viewport()->mapToGlobal(to), Qt::NoButton, buttons, {});
        QCoreApplication::sendEvent(view().viewport(), &event);
    }
    void drag(QPoint from, QPoint to, Qt::MouseButton button = Qt::LeftButton, Qt::KeyboardModifiers keys = {})
    {
        QTest::mousePress(view().viewport(), button, keys, from);
        move(from + (to - from) / 2, button);
        move(to, button);
        QTest::mouseRelease(view().viewport(), button, keys, to);
    }
    void key(int key, Qt::KeyboardModifiers keys = {}) { QTest::keyClick(&view(), Qt::Key(key), keys); }
    bool feeds(const PortRef& from, const PortRef& to)
    {
        const Link* link = linkInto(body(), to.node, to.port);
        return link && link->from == from;
    }
    ChoicePopup* popup() { return view().findChild<ChoicePopup*>(); }
    void choose(const QString& typed)
    {
        QTest::keyClicks(&popup()->search(), typed);
        QTest::keyClick(&popup()->search(), Qt::Key_Return);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    void randomAction(QRandomGenerator& random);

    std::unique_ptr<Canvas> m_canvas;
};

namespace {

enum : NodeId { Checkpoint = 1, Prompt, Size, Sample, Decode, Save };

Graph workflow()
{
    Graph graph;
    const std::pair<const char*, QPointF> nodes[] = {{"load_checkpoint", {0, 0}}, {"encode_prompt", {300, 0}},
        {"empty_latent", {300, 240}}, {"sample", {600, 0}}, {"decode_latent", {900, 0}}, {"save_image", {1200, 0}}};
    for (const auto& [type, at] : nodes) {
        Node node = makeNode(*findNodeType(type));
        node.rect = {at.x(), at.y(), 0, 0};
        addNode(graph, std::move(node));
    }
    graph = connected(graph, {Checkpoint, "model"}, {Sample, "model"});
    graph = connected(graph, {Checkpoint, "text_encoder"}, {Prompt, "text_encoder"});
    graph = connected(graph, {Prompt, "conditioning"}, {Sample, "positive"});
    graph = connected(graph, {Sample, "latent"}, {Decode, "latent"});
    return connected(graph, {Decode, "image"}, {Save, "image"});
}

}

void CanvasTest::init()
{
    m_canvas = std::make_unique<Canvas>();
    m_canvas->document.reset(workflow());
    view().setAnimated(false);
    view().resize(1500, 800);
    view().show();
    QVERIFY(QTest::qWaitForWindowActive(&view()));
    view().setFocus();
    QCoreApplication::processEvents();
    view().fitAll();
}

void CanvasTest::dragMovesNodesAsOneStep()
{
    const Graph before = body();
    drag(header(Size), header(Size) + QPoint(0, 100));
    QCOMPARE(body().nodes.at(Size).rect.y, 240 + std::round(100 / view().zoom()));
    QCOMPARE(body().nodes.at(Size).rect.x, 300.0);
    QCOMPARE(m_canvas->document.selection(), Ids{Size});
    QCOMPARE(m_canvas->document.undoStack().count(), 1);
    m_canvas->document.undoStack().undo();
    QVERIFY(body() == before);
    QCOMPARE(view().graphScene().rectOf(Size).top(), 240.0);
}

void CanvasTest::escapeTakesADragBack()
{
    QTest::mousePress(view().viewport(), Qt::LeftButton, {}, header(Size));
    move(header(Size) + QPoint(90, 60), Qt::LeftButton);
    QVERIFY(view().graphScene().rectOf(Size).left() > 300);
    key(Qt::Key_Escape);
    QCOMPARE(view().graphScene().rectOf(Size).topLeft(), QPointF(300, 240));
    QTest::mouseRelease(view().viewport(), Qt::LeftButton, {}, header(Size));
    QCOMPARE(m_canvas->document.undoStack().count(), 0);
}

void CanvasTest::dragLinksPorts()
{
    drag(port(Size, "latent", true), port(Sample, "latent", false));
    QVERIFY(feeds({Size, "latent"}, {Sample, "latent"}));
    drag(port(Decode, "vae", false), port(Checkpoint, "vae", true)); // from the input backwards
    QVERIFY(feeds({Checkpoint, "vae"}, {Decode, "vae"}));
    QCOMPARE(m_canvas->document.undoStack().count(), 2);
}

void CanvasTest::refusedLinkSaysWhy()
{
    const Graph before = body();
    drag(port(Checkpoint, "vae", true), port(Sample, "model", false));
    QVERIFY(body() == before);
    const auto* tip = view().findChild<QLabel*>("canvasTip");
    QVERIFY(tip->isVisible());
    QVERIFY2(tip->text().contains("VAE") && tip->text().contains("Model"), qPrintable(tip->text()));
    drag(port(Sample, "latent", true), port(Sample, "latent", false)); // a circle
    QVERIFY(body() == before);
}

void CanvasTest::linkDroppedOnABodyFindsItsPort()
{
    drag(port(Size, "latent", true), header(Sample));
    QVERIFY(feeds({Size, "latent"}, {Sample, "latent"}));
    drag(port(Checkpoint, "vae", true), header(Save));
    QVERIFY(view().findChild<QLabel*>("canvasTip")->text().contains("VAE"));
    QCOMPARE(body().links.size(), size_t(6));
}

void CanvasTest::linkFeedsAParameter()
{
    Graph graph = body();
    Node number = makeNode(*findNodeType("int_value"));
    number.rect = {300, 420, 0, 0};
    const NodeId id = addNode(graph, number);
    QVERIFY(m_canvas->document.edit("Add", graph));
    view().fitAll();
    QPoint steps;
    for (const FaceRow& row : view().graphScene().node(Sample)->face().rows)
        if (row.param == "steps")
            steps = pixel(view().graphScene().node(Sample)->pos() + row.rect.center());
    drag(port(id, "value", true), steps);
    QVERIFY(feeds({id, "value"}, {Sample, "steps"}));
    QVERIFY(view().graphScene().node(Sample)->face().port("steps", false)->shown);
    QVERIFY(!view().graphScene().node(Sample)->face().port("cfg", false)->shown);
}

void CanvasTest::linkTakenOffAndDroppedIsGone()
{
    drag(port(Sample, "positive", false), pixel({450, 500}));
    QVERIFY(!linkInto(body(), Sample, "positive"));
    QVERIFY(!popup());
    drag(port(Decode, "latent", false), port(Decode, "latent", false) + QPoint(1, 0)); // put back
    QVERIFY(feeds({Sample, "latent"}, {Decode, "latent"}));
    QCOMPARE(m_canvas->document.undoStack().count(), 1);
}

void CanvasTest::linkDroppedOnEmptyOffersWhatFits()
{
    drag(port(Checkpoint, "vae", true), pixel({60, 500}));
    QVERIFY(popup());
    QStringList titles;
    for (int i = 0; i < popup()->list().count(); ++i)
        titles << popup()->list().item(i)->text();
    QVERIFY(titles.contains("Decode latent") && titles.contains("Reroute"));
    QVERIFY(!titles.contains("Empty latent") && !titles.contains("Sample"));
    choose("decode");
    const NodeId made = body().nodes.rbegin()->first;
    QCOMPARE(body().nodes.at(made).type, std::string("decode_latent"));
    QVERIFY(feeds({Checkpoint, "vae"}, {made, "vae"}));
    QCOMPARE(m_canvas->document.undoStack().count(), 1);
}

void CanvasTest::spaceAddsANode()
{
    key(Qt::Key_Space);
    QVERIFY(popup());
    choose("ldimg");
    QCOMPARE(body().nodes.rbegin()->second.type, std::string("load_image"));
    QCOMPARE(m_canvas->document.selection(), Ids{body().nodes.rbegin()->first});
    key(Qt::Key_Space);
    QTest::keyClick(&popup()->search(), Qt::Key_Escape);
    QCOMPARE(body().nodes.size(), size_t(7));
}

void CanvasTest::doubleClickAddsThere()
{
    QTest::mouseDClick(view().viewport(), Qt::LeftButton, {}, pixel({40, 480}));
    choose("note");
    const Rect& rect = body().nodes.rbegin()->second.rect;
    QVERIFY(std::abs(rect.x - 40) <= 2 && std::abs(rect.y - 480) <= 2);
}

void CanvasTest::boxSelects()
{
    drag(pixel({280, -20}), pixel({560, 200}));
    QCOMPARE(m_canvas->document.selection(), Ids{Prompt});
    drag(pixel({280, 230}), pixel({560, 300}), Qt::LeftButton, Qt::ShiftModifier);
    QCOMPARE(m_canvas->document.selection(), (Ids{Prompt, Size}));
    QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, pixel({450, 520}));
    QVERIFY(m_canvas->document.selection().empty());
    key(Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(m_canvas->document.selection().size(), size_t(6));
    key(Qt::Key_Escape);
    QVERIFY(m_canvas->document.selection().empty());
}

void CanvasTest::keysChangeNodes()
{
    QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, header(Decode));
    key(Qt::Key_M);
    QCOMPARE(int(body().nodes.at(Decode).mode), int(NodeMode::Muted));
    key(Qt::Key_B);
    QCOMPARE(int(body().nodes.at(Decode).mode), int(NodeMode::Bypassed));
    key(Qt::Key_B);
    QCOMPARE(int(body().nodes.at(Decode).mode), int(NodeMode::Normal));
    key(Qt::Key_C);
    QVERIFY(body().nodes.at(Decode).collapsed);
    QCOMPARE(view().graphScene().rectOf(Decode).height(), canvas::headerHeight);
    key(Qt::Key_Right);
    key(Qt::Key_Right);
    QCOMPARE(body().nodes.at(Decode).rect.x, 916.0);
    QCOMPARE(m_canvas->document.undoStack().undoText(), QString("Move"));
    m_canvas->document.undoStack().undo(); // both steps of the arrow key
    QCOMPARE(body().nodes.at(Decode).rect.x, 900.0);
}

void CanvasTest::deleteReconnects()
{
    drag(header(Prompt), header(Prompt) + QPoint(0, 10));
    Graph graph = body();
    Node invert = makeNode(*findNodeType("invert_image"));
    const NodeId id = addNode(graph, invert);
    graph = connected(connected(graph, {Decode, "image"}, {id, "image"}), {id, "image"}, {Save, "image"});
    m_canvas->document.edit("Add", graph);
    m_canvas->document.select({id});
    key(Qt::Key_Delete);
    QVERIFY(feeds({Decode, "image"}, {Save, "image"}));
    m_canvas->document.undoStack().undo();
    m_canvas->document.select({id});
    key(Qt::Key_Delete, Qt::ShiftModifier);
    QVERIFY(!linkInto(body(), Save, "image"));
}

void CanvasTest::copiesWithLinks()
{
    m_canvas->document.select({Sample, Decode});
    key(Qt::Key_C, Qt::ControlModifier);
    key(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(body().nodes.size(), size_t(8));
    QCOMPARE(body().links.size(), size_t(6)); // with the one between them
    key(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(body().nodes.size(), size_t(10));
    QCOMPARE(body().links.size(), size_t(9)); // and those that fed them
    m_canvas->document.select({Prompt});
    key(Qt::Key_D, Qt::ControlModifier);
    const NodeId copy = *m_canvas->document.selection().begin();
    QVERIFY(copy != Prompt && feeds({Checkpoint, "text_encoder"}, {copy, "text_encoder"}));
    QGuiApplication::clipboard()->setText("no nodes");
    const Graph before = body();
    key(Qt::Key_V, Qt::ControlModifier);
    QVERIFY(body() == before);
}

void CanvasTest::groupsAndTheirNodesMoveTogether()
{
    m_canvas->document.select({Prompt, Size});
    key(Qt::Key_G, Qt::ControlModifier);
    QCOMPARE(body().groups.size(), size_t(1));
    auto* editor = view().findChild<TextEditor*>();
    QVERIFY(editor);
    QTest::keyClicks(editor, "Words");
    QTest::keyClick(editor, Qt::Key_Return);
    QCOMPARE(body().groups.begin()->second.title, std::string("Words"));
    const int64_t id = body().groups.begin()->first;
    const QRectF frame = view().graphScene().rectOf(id);
    QVERIFY(frame.contains(view().graphScene().rectOf(Size)));
    drag(pixel(frame.topLeft() + QPointF(120, 14)), pixel(frame.topLeft() + QPointF(120, 14)) + QPoint(0, 60));
    QVERIFY(body().nodes.at(Size).rect.y > 240 && body().nodes.at(Prompt).rect.y > 0);
    QCOMPARE(body().nodes.at(Sample).rect.y, 0.0);
    const double height = body().groups.at(id).rect.height;
    const QPoint foot = pixel({view().graphScene().rectOf(id).center().x(), view().graphScene().rectOf(id).bottom()});
    drag(foot, foot + QPoint(0, 40));
    QVERIFY(body().groups.at(id).rect.height > height + 30);
}

void CanvasTest::subgraphsOpenAndClose()
{
    const Graph before = body();
    m_canvas->document.select({Sample, Decode});
    key(Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
    const NodeId id = *m_canvas->document.selection().begin();
    QVERIFY(body().nodes.at(id).subgraph);
    QTest::mouseDClick(view().viewport(), Qt::LeftButton, {}, header(id));
    QCOMPARE(m_canvas->document.path(), NodePath{id});
    QCOMPARE(view().graphScene().nodes().size(), size_t(2));
    auto* crumbs = view().findChild<QWidget*>("breadcrumbs");
    QVERIFY(crumbs->isVisible());
    QTest::mouseClick(crumbs->findChild<QPushButton*>(), Qt::LeftButton);
    QVERIFY(m_canvas->document.path().empty() && !crumbs->isVisible());
    m_canvas->document.select({id});
    key(Qt::Key_Return);
    QCOMPARE(m_canvas->document.path(), NodePath{id});
    key(Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(m_canvas->document.selection(), Ids{id});
    key(Qt::Key_U, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(body().nodes.size(), before.nodes.size());
    QCOMPARE(body().links.size(), before.links.size());
}

void CanvasTest::wheelZoomsAtThePointer()
{
    const QPoint at(400, 300);
    const QPointF fixed = view().mapToScene(at);
    const double zoom = view().zoom();
    QWheelEvent event(at, view().viewport()->mapToGlobal(at), {}, {0, 120}, Qt::NoButton, {}, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(view().viewport(), &event);
    QCOMPARE(view().zoom(), zoom * 1.2);
    QVERIFY((view().mapToScene(at) - fixed).manhattanLength() < 3);
    for (int i = 0; i < 60; ++i)
        view().zoomBy(0.5, at);
    QCOMPARE(view().zoom(), GraphView::smallestZoom);
    key(Qt::Key_F);
    QVERIFY(view().mapToScene(view().viewport()->rect()).boundingRect().contains(view().graphScene().contents()));
}

void CanvasTest::pansByMiddleMouseSpaceAndTouchpad()
{
    const QPointF start = view().mapToScene(0, 0);
    const auto moved = [&] { return (start - view().mapToScene(0, 0)) * view().zoom(); };
    drag({300, 300}, {340, 320}, Qt::MiddleButton);
    QVERIFY((moved() - QPointF(40, 20)).manhattanLength() < 3);
    QTest::keyPress(&view(), Qt::Key_Space);
    drag({300, 300}, {360, 300});
    QTest::keyRelease(&view(), Qt::Key_Space);
    QVERIFY((moved() - QPointF(100, 20)).manhattanLength() < 3);
    QVERIFY(!popup());
    QWheelEvent pad(QPoint(300, 300), view().viewport()->mapToGlobal(QPoint(300, 300)), {-30, -10}, {-60, -20},
        Qt::NoButton, {}, Qt::ScrollUpdate, false);
    QCoreApplication::sendEvent(view().viewport(), &pad);
    QVERIFY((moved() - QPointF(70, 10)).manhattanLength() < 3);
    QCOMPARE(m_canvas->document.undoStack().count(), 0);
}

void CanvasTest::rerouteByDoubleClickOnALink()
{
    const LinkShape shape = view().graphScene().links().shapes().back(); // decoded → saved
    const QPoint middle = pixel(shape.path.pointAtPercent(0.5));
    QTest::mouseDClick(view().viewport(), Qt::LeftButton, {}, middle);
    QCOMPARE(body().nodes.rbegin()->second.type, std::string("reroute"));
    QCOMPARE(body().links.size(), size_t(6));
    QVERIFY(view().graphScene().typeAt({body().nodes.rbegin()->first, "value"}) == PortType::Image);
}

void CanvasTest::droppedFilesBecomeNodes()
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile("/pictures/moon.png"), QUrl::fromLocalFile("/models/sun.safetensors")});
    QVERIFY(canDrop(data));
    QVERIFY(dropFiles(view(), data, {0, 600}, false));
    const auto& nodes = body().nodes;
    QCOMPARE(nodes.size(), size_t(8));
    const Node &picture = std::next(nodes.rbegin())->second, &model = nodes.rbegin()->second;
    QCOMPARE(picture.type, std::string("load_image"));
    QVERIFY(picture.params.at("file") == ParamValue(std::string("/pictures/moon.png")));
    QCOMPARE(model.type, std::string("load_checkpoint"));
    QSignalSpy opened(&view(), &GraphView::openRequested);
    data.setUrls({QUrl::fromLocalFile("/work/flow.json")});
    QVERIFY(dropFiles(view(), data, {}, false));
    QCOMPARE(opened.size(), 1);
    data.setUrls({QUrl::fromLocalFile("/music/song.mp3")});
    QVERIFY(!canDrop(data) && !dropFiles(view(), data, {}, false));
    data.setUrls({QUrl::fromLocalFile("/models/other.ckpt")}); // on the node that loads one
    QVERIFY(dropFiles(view(), data, view().graphScene().rectOf(Checkpoint).center(), false));
    QVERIFY(body().nodes.at(Checkpoint).params.at("file") == ParamValue(std::string("/models/other.ckpt")));
}

void CanvasTest::statesAreShown()
{
    const auto say = [&](RunEvent::Kind kind, const QImage& image = {}) {
        RunMessage message;
        message.event.kind = kind;
        message.event.node = {Sample};
        message.event.text = "It went wrong because of this.";
        message.event.done = 3;
        message.event.total = 10;
        message.image = image;
        m_canvas->runs.apply(message);
    };
    view().graphScene().style().budget = -1;
    const auto picture = [&] { return view().viewport()->grab().toImage(); };
    const QImage idle = picture();
    const double height = view().graphScene().rectOf(Sample).height();
    say(RunEvent::Kind::Progress);
    const QImage running = picture();
    QVERIFY(running != idle);
    QImage made(64, 64, QImage::Format_RGB32);
    made.fill(Qt::green);
    say(RunEvent::Kind::Preview, made);
    QVERIFY(view().graphScene().rectOf(Sample).height() > height + 150);
    const NodeFace& face = view().graphScene().node(Sample)->face();
    const QPoint middle = pixel(view().graphScene().node(Sample)->pos() + face.picture.center());
    QCOMPARE(picture().pixelColor(middle), QColor(Qt::green));
    say(RunEvent::Kind::Problem);
    QVERIFY(!view().graphScene().node(Sample)->face().trouble.empty());
    QVERIFY(picture() != running);
}

void CanvasTest::minimapGoesThere()
{
    auto* map = view().findChild<Minimap*>();
    view().fitAll();
    QVERIFY(!map->isVisible()); // there is nowhere to go
    view().zoomTo(2, {10, 10});
    QVERIFY(map->isVisible());
    map->grab(); // so that it knows the graph
    const QPointF save = view().graphScene().rectOf(Save).center();
    QPoint at;
    for (int x = 0; x < map->width(); ++x)
        if (std::abs(map->toScene({double(x), map->height() / 2.0}).x() - save.x()) < 12)
            at = {x, map->height() / 2};
    QTest::mouseClick(map, Qt::LeftButton, {}, at);
    QVERIFY(std::abs(view().mapToScene(view().viewport()->rect().center()).x() - save.x()) < 20);
    view().action("minimap")->trigger();
    QVERIFY(!map->isVisible());
}

void CanvasTest::tabWalksThroughNodes()
{
    for (const NodeId id : {Checkpoint, Prompt, Size, Sample}) {
        key(Qt::Key_Tab);
        QCOMPARE(m_canvas->document.selection(), Ids{id});
    }
    key(Qt::Key_Backtab, Qt::ShiftModifier);
    QCOMPARE(m_canvas->document.selection(), Ids{Size});
}

void CanvasTest::linksByKeyboard()
{
    m_canvas->document.select({Size});
    key(Qt::Key_L);
    QVERIFY(popup());
    choose("sample latent");
    QVERIFY(feeds({Size, "latent"}, {Sample, "latent"}));
}

void CanvasTest::whatIsTypedInAFieldIsNoShortcut()
{
    m_canvas->document.select({Prompt});
    key(Qt::Key_F2);
    auto* editor = view().findChild<TextEditor*>();
    QVERIFY(editor);
    for (const auto pressed : {Qt::Key_M, Qt::Key_B, Qt::Key_Delete, Qt::Key_Space})
        QTest::keyClick(editor, pressed);
    QTest::keyClick(editor, Qt::Key_Return);
    QVERIFY(body().nodes.contains(Prompt));
    QCOMPARE(int(body().nodes.at(Prompt).mode), int(NodeMode::Normal));
    QCOMPARE(body().nodes.at(Prompt).title, std::string("mb"));
}

// One thing that a user may do, by mouse or key, somewhere.
void CanvasTest::randomAction(QRandomGenerator& random)
{
    const auto somewhere = [&] { return QPoint(random.bounded(40, 1300), random.bounded(40, 700)); };
    std::vector<NodeId> ids;
    for (const auto& [id, node] : body().nodes)
        ids.push_back(id);
    const auto anyNode = [&] { return ids.empty() ? somewhere() : header(ids[random.bounded(quint32(ids.size()))]); };
    const QStringList names{"mute", "bypass", "collapse", "duplicate", "delete", "delete with links", "copy", "paste",
        "paste with links", "cut", "into subgraph", "out of subgraph", "align left", "align top", "auto layout",
        "distribute vertically", "select all", "fit"};
    switch (random.bounded(8)) {
    case 0:
        return drag(anyNode(), somewhere());
    case 1:
        return drag(somewhere(), somewhere());
    case 2: {
        if (ids.empty())
            return;
        const NodeItem* node = view().graphScene().node(ids[random.bounded(quint32(ids.size()))]);
        const auto& ports = node->face().ports;
        if (ports.empty())
            return;
        const PortSpot& spot = ports[random.bounded(quint32(ports.size()))];
        return drag(pixel(node->pos() + spot.at), anyNode());
    }
    case 3:
        return key(Qt::Key_Down, Qt::ShiftModifier);
    case 4:
        return QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, anyNode());
    default:
        QAction* action = view().action(names[random.bounded(int(names.size()))]);
        return action->trigger(); // does nothing where it does not apply
    }
}

void CanvasTest::anyRowOfActionsIsUndone_data()
{
    QTest::addColumn<uint>("seed");
    for (uint seed = 1; seed <= 12; ++seed)
        QTest::addRow("%u", seed) << seed;
}

void CanvasTest::anyRowOfActionsIsUndone()
{
    QFETCH(uint, seed);
    QRandomGenerator random(seed);
    GraphDocument& document = m_canvas->document;
    const std::string before = writeWorkflow(document.graph());
    for (int i = 0; i < 60; ++i) {
        randomAction(random);
        if (auto* open = popup())
            delete open;
        QVERIFY(readWorkflow(writeWorkflow(document.graph()), "").graph == document.graph());
        QCOMPARE(view().graphScene().nodes().size(), body().nodes.size());
        QCOMPARE(view().graphScene().links().shapes().size(), body().links.size());
    }
    QVERIFY(document.undoStack().count() > 5);
    const std::string after = writeWorkflow(document.graph());
    while (document.undoStack().canUndo())
        document.undoStack().undo();
    QVERIFY(writeWorkflow(document.graph()) == before);
    while (document.undoStack().canRedo())
        document.undoStack().redo();
    QVERIFY(writeWorkflow(document.graph()) == after);
}

ATHANOR_WINDOW_TEST(CanvasTest)
#include "canvas_test.moc"
