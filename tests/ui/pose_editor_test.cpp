// The pose editor by mouse and keys: joints dragged, hidden and shown, people added, moved, made larger and removed,
// files of OpenPose in and out; each a step of the document.
#include "inference/preprocess/pose_json.h"
#include "tests/support/model_bytes.h"
#include "tests/support/test_program.h"
#include "ui/common/theme.h"
#include "ui/paint/pose_canvas.h"
#include "ui/paint/pose_edits.h"
#include "ui/paint/pose_view.h"
#include "ui/paint/value_editors.h"

#include <QDropEvent>
#include <QMimeData>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace athanor;

namespace {

constexpr size_t rightWrist = 4, leftKnee = 12;

struct PoseBench {
    PoseBench()
    {
        Graph graph;
        addNode(graph, makeNode(*findNodeType("draw_pose")));
        document.reset(graph);
        editors.resize(900, 800);
        QObject::connect(
            &editors, &ValueEditors::openChanged, &editors, [this](bool open) { editors.setVisible(open); });
        document.openEditor({{1}, "pose"});
        if (!QTest::qWaitForWindowExposed(&editors))
            qFatal("the window does not open");
        QObject::connect(&document, &GraphDocument::refused, &editors, [this](const QString& why) { refused << why; });
    }

    PoseCanvas& canvas() { return editors.pose().canvas(); }
    std::string value() const { return std::get<std::string>(document.graph().nodes.at(1).params.at("pose")); }
    Poses poses() const { return readPoses(value(), "value"); }
    PosePoint joint(size_t person, size_t index) const { return poses().people.at(person).body.at(index).value(); }
    QPoint at(const PosePoint& point) { return canvas().toWidget({point.x * 512, point.y * 512}).toPoint(); }
    void drag(const PosePoint& from, const PosePoint& to, Qt::KeyboardModifiers keys = {})
    {
        QTest::mousePress(&canvas(), Qt::LeftButton, keys, at(from));
        QTest::mouseMove(&canvas(), (at(from) + at(to)) / 2);
        QTest::mouseMove(&canvas(), at(to));
        QTest::mouseRelease(&canvas(), Qt::LeftButton, keys, at(to));
    }
    int steps() { return document.undoStack().index(); }

    GraphDocument document;
    QStringList refused;
    QByteArray written;
    ValueEditors editors{document,
        {[] { return QImage(); }, [](const QString&, const std::function<void(QImage)>& answer) { answer({}); }},
        [this](const QString&, const QByteArray& bytes, const std::function<void(QString)>& answer) {
            written = bytes;
            answer({});
        }};
};

bool isNear(const PosePoint& a, const PosePoint& b)
{
    return std::hypot(a.x - b.x, a.y - b.y) < 0.006; // about two pixels of the screen
}

// Two people, the second with a hand and a face.
std::string twoPeople()
{
    Poses poses{512, 512, {standingPerson(512, 512), standingPerson(512, 512)}};
    poses.people[0] = movedPerson(poses.people[0], -0.2, 0);
    PosePerson& second = poses.people[1] = movedPerson(poses.people[1], 0.2, 0);
    for (size_t i = 0; i < handPoints; ++i)
        second.rightHand.push_back(
            PosePoint{second.body[rightWrist]->x + 0.001 * double(i), second.body[rightWrist]->y + 0.002 * double(i)});
    for (size_t i = 0; i < facePoints; ++i)
        second.face.push_back(PosePoint{0.68 + 0.0005 * double(i), 0.2});
    return writePoses(poses);
}

}

class PoseEditorTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { applyTheme(*qApp, true); }
    void showsTheMapOfTheNode();
    void dragsAJoint();
    void movesAPerson();
    void scalesByTheCorner();
    void addsAndRemoves();
    void hidesAndShowsAJoint();
    void handsAndFacesStay();
    void escapeCancelsADrag();
    void importsAndExports();
    void takesADroppedFile();
    void refusesWhatIsNoPose();
    void guessesHiddenJoints();
    void undoneToTheBeginning();
};

void PoseEditorTest::showsTheMapOfTheNode()
{
    PoseBench bench;
    QTest::keyClick(&bench.canvas(), Qt::Key_1); // one pixel for one
    const QImage shown = bench.canvas().grab().toImage();
    const RgbImage map = drawPoses(bench.poses(), 512, 512);
    const QPointF origin = bench.canvas().toWidget({0, 0});
    int coloured = 0;
    for (int y = 0; y < 512; ++y)
        for (int x = 0; x < 512; ++x) {
            const uint8_t* rgb = &map.pixels[size_t(y * 512 + x) * 3];
            const QPoint at = origin.toPoint() + QPoint(x, y);
            if (!bench.canvas().rect().adjusted(2, 2, -2, -2).contains(at))
                continue;
            QCOMPARE(shown.pixelColor(at), QColor(rgb[0], rgb[1], rgb[2]));
            coloured += rgb[0] + rgb[1] + rgb[2] > 0;
        }
    QVERIFY(coloured > 3'000);
}

void PoseEditorTest::dragsAJoint()
{
    PoseBench bench;
    const Poses before = bench.poses();
    bench.drag(bench.joint(0, rightWrist), {0.2, 0.3});
    QVERIFY(isNear(bench.joint(0, rightWrist), {0.2, 0.3}));
    for (size_t i = 0; i < bodyPoints; ++i)
        if (i != rightWrist)
            QVERIFY(isNear(bench.joint(0, i), *before.people[0].body[i]));
    QCOMPARE(bench.steps(), 1);
    QCOMPARE(bench.document.undoStack().undoText(), QString("Move Joint"));
    bench.document.undoStack().undo();
    QVERIFY(bench.canvas().poses() == before);
}

void PoseEditorTest::movesAPerson()
{
    PoseBench bench;
    const Poses before = bench.poses();
    const PosePoint neck = bench.joint(0, 1), hip = bench.joint(0, 8);
    const PosePoint middle{(neck.x + hip.x) / 2, (neck.y + hip.y) / 2};
    bench.drag(middle, {middle.x + 0.1, middle.y - 0.05});
    for (size_t i = 0; i < bodyPoints; ++i)
        QVERIFY(isNear(bench.joint(0, i), {before.people[0].body[i]->x + 0.1, before.people[0].body[i]->y - 0.05}));
    QCOMPARE(bench.document.undoStack().undoText(), QString("Move Person"));
    QCOMPARE(bench.canvas().chosen(), std::optional<size_t>(0));
}

void PoseEditorTest::scalesByTheCorner()
{
    PoseBench bench;
    bench.canvas().choose(0);
    const PoseBox box = boxOf(bench.poses().people[0]);
    const QPoint corner = bench.at({box.right, box.bottom}) + QPoint(14, 14);
    const QPoint half = ((QPointF(bench.at({box.left, box.top})) - bench.at({box.right, box.bottom})) / 2).toPoint();
    QTest::mousePress(&bench.canvas(), Qt::LeftButton, {}, corner);
    QTest::mouseMove(&bench.canvas(), corner + half);
    QTest::mouseRelease(&bench.canvas(), Qt::LeftButton, {}, corner + half);
    const PoseBox now = boxOf(bench.poses().people[0]);
    QVERIFY(std::abs((now.bottom - now.top) / (box.bottom - box.top) - 0.5) < 0.02);
    QVERIFY(std::abs((now.right - now.left) / (box.right - box.left) - 0.5) < 0.02);
    QVERIFY(isNear({now.left, now.top}, {box.left, box.top}));
}

void PoseEditorTest::addsAndRemoves()
{
    PoseBench bench;
    QTest::mouseClick(bench.editors.findChild<QToolButton*>("add person"), Qt::LeftButton);
    QTest::keyClick(&bench.canvas(), Qt::Key_N);
    QCOMPARE(bench.poses().people.size(), size_t(3));
    QCOMPARE(bench.canvas().chosen(), std::optional<size_t>(2));
    for (const PosePerson& person : bench.poses().people)
        QVERIFY(boxOf(person).left > 0 && boxOf(person).right < 1 && boxOf(person).top > 0 && boxOf(person).bottom < 1);
    QTest::keyClick(&bench.canvas(), Qt::Key_Delete);
    QCOMPARE(bench.poses().people.size(), size_t(2));
    QVERIFY(!bench.canvas().chosen());
    QTest::keyClick(&bench.canvas(), Qt::Key_Delete); // nobody is chosen
    QCOMPARE(bench.poses().people.size(), size_t(2));
    QCOMPARE(bench.steps(), 3);
}

void PoseEditorTest::hidesAndShowsAJoint()
{
    PoseBench bench;
    const PosePoint knee = bench.joint(0, leftKnee);
    QTest::mouseClick(&bench.canvas(), Qt::RightButton, {}, bench.at(knee));
    QVERIFY(!bench.poses().people[0].body[leftKnee]);
    QCOMPARE(bench.document.undoStack().undoText(), QString("Hide Joint"));
    QTest::mouseMove(&bench.canvas(), bench.at(knee) + QPoint(1, 0));
    QTest::mouseMove(&bench.canvas(), bench.at(knee)); // where it would be
    QTest::keyClick(&bench.canvas(), Qt::Key_H);
    QVERIFY(bench.poses().people[0].body[leftKnee].has_value());
    QVERIFY(isNear(bench.joint(0, leftKnee), knee));
    QCOMPARE(bench.document.undoStack().undoText(), QString("Show Joint"));
}

void PoseEditorTest::handsAndFacesStay()
{
    PoseBench bench;
    bench.document.edit("Set", withParam(bench.document.body(), 1, "pose", twoPeople()));
    const Poses before = bench.poses();
    QCOMPARE(before.people[1].face.size(), facePoints);
    bench.drag(bench.joint(1, leftKnee), {0.8, 0.8});
    QVERIFY(bench.poses().people[1].face == before.people[1].face);
    QVERIFY(bench.poses().people[1].rightHand == before.people[1].rightHand);
    const PosePoint wrist = bench.joint(1, rightWrist);
    bench.drag(wrist, {wrist.x - 0.1, wrist.y - 0.1});
    for (size_t i = 0; i < handPoints; ++i) { // the hand goes with it
        const PosePoint point = *before.people[1].rightHand[i];
        QVERIFY(isNear(*bench.poses().people[1].rightHand[i], {point.x - 0.1, point.y - 0.1}));
    }
    QVERIFY(bench.poses().people[0] == before.people[0]);
}

void PoseEditorTest::escapeCancelsADrag()
{
    PoseBench bench;
    const std::string before = bench.value();
    QTest::mousePress(&bench.canvas(), Qt::LeftButton, {}, bench.at(bench.joint(0, rightWrist)));
    QTest::mouseMove(&bench.canvas(), bench.at({0.2, 0.2}));
    QVERIFY(isNear(*bench.canvas().poses().people[0].body[rightWrist], {0.2, 0.2}));
    QTest::keyClick(&bench.canvas(), Qt::Key_Escape);
    QTest::mouseRelease(&bench.canvas(), Qt::LeftButton, {}, bench.at({0.2, 0.2}));
    QCOMPARE(bench.value(), before);
    QVERIFY(bench.canvas().poses() == bench.poses());
    QVERIFY(bench.editors.isOpen());
}

void PoseEditorTest::importsAndExports()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("two.json");
    writeBytes(path.toStdString(), twoPeople());
    PoseBench bench;
    bench.editors.pose().importFile(path);
    QVERIFY2(bench.refused.isEmpty(), qPrintable(bench.refused.join('\n')));
    QVERIFY(bench.poses() == readPoses(twoPeople(), "two"));
    QCOMPARE(bench.steps(), 1);
    bench.editors.pose().exportFile("/out.json");
    QVERIFY(readPoses({bench.written.data(), size_t(bench.written.size())}, "out") == bench.poses());
}

void PoseEditorTest::takesADroppedFile()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("two.JSON");
    writeBytes(path.toStdString(), twoPeople());
    PoseBench bench;
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&bench.canvas(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&bench.canvas(), &drop);
    QTRY_COMPARE(bench.poses().people.size(), size_t(2));
}

void PoseEditorTest::refusesWhatIsNoPose()
{
    QTemporaryDir folder;
    PoseBench bench;
    const std::string before = bench.value();
    for (const QByteArray& bytes :
        {QByteArray("{\"people\": 5}"), QByteArray("not json"), QByteArray(int(maxParamText) + 1, ' ')}) {
        QFile file(folder.filePath("bad.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        file.close();
        bench.editors.pose().importFile(file.fileName());
    }
    bench.editors.pose().importFile(folder.filePath("none.json"));
    QCOMPARE(bench.refused.size(), 4);
    QVERIFY(bench.refused[0].contains("\"people\" must be a list"));
    QVERIFY(bench.refused[2].contains("limit"));
    QCOMPARE(bench.value(), before);
    bench.document.edit("Hostile", withParam(bench.document.body(), 1, "pose", std::string("{\"people\": [1]}")));
    QVERIFY(!bench.canvas().problem().isEmpty());
    QVERIFY(bench.editors.isOpen());
}

void PoseEditorTest::guessesHiddenJoints()
{
    PosePerson person = scaledPerson(movedPerson(standingPerson(512, 512), 0.1, -0.1), {0, 0}, 0.5, 0.5);
    const PosePerson whole = person;
    for (const size_t joint : {size_t(0), rightWrist, leftKnee})
        person = withoutJoint(person, joint);
    const std::vector<PosePoint> joints = allJoints(person, 512, 512);
    for (size_t i = 0; i < bodyPoints; ++i)
        QVERIFY(isNear(joints[i], *whole.body[i]));
    QVERIFY(allJoints({}, 512, 512).empty());
}

void PoseEditorTest::undoneToTheBeginning()
{
    PoseBench bench;
    const std::string before = bench.value();
    QTest::keyClick(&bench.canvas(), Qt::Key_N);
    bench.drag(bench.joint(1, rightWrist), {0.3, 0.3});
    QTest::mouseClick(&bench.canvas(), Qt::RightButton, {}, bench.at(bench.joint(1, leftKnee)));
    const std::string after = bench.value();
    while (bench.document.undoStack().canUndo())
        bench.document.undoStack().undo();
    QCOMPARE(bench.value(), before);
    while (bench.document.undoStack().canRedo())
        bench.document.undoStack().redo();
    QCOMPARE(bench.value(), after);
}

ATHANOR_WINDOW_TEST(PoseEditorTest)
#include "pose_editor_test.moc"
