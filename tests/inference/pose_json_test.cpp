// Poses as OpenPose's JSON: the forms that others write, and what is refused with its place.
#include "inference/preprocess/pose_json.h"
#include "render/error.h"
#include "tests/support/refusal.h"
#include "tests/support/test_program.h"

#include <QTest>

using namespace athanor;

namespace {

// `count` points at (8, 16) in pixels with confidence 1.
std::string points(int count, const char* point = "8,16,1")
{
    std::string text = "[";
    for (int i = 0; i < count; ++i)
        text.append(i ? "," : "").append(point);
    return text + "]";
}

std::string poseFile(const std::string& person, const std::string& rest = R"(,"canvas_width":64,"canvas_height":128)")
{
    return R"({"people":[{)" + person + "}]" + rest + "}";
}

QByteArray poseRefusal(const std::string& json)
{
    return refusalOf([&] { readPoses(json, "p.json"); });
}

}

class PoseJsonTest : public QObject {
    Q_OBJECT
private slots:
    void pixelsBecomeShares()
    {
        const Poses poses = readPoses(poseFile(R"("pose_keypoints_2d":)" + points(18)), "p");
        QCOMPARE(poses.width, 64);
        QCOMPARE(poses.height, 128);
        QCOMPARE(poses.people.at(0).body.size(), bodyPoints);
        QVERIFY(poses.people[0].body[17] == (PosePoint{0.125, 0.125}));
        QVERIFY(poses.people[0].leftHand.empty());
    }

    void sharesStay()
    {
        const Poses poses = readPoses(poseFile(R"("pose_keypoints_2d":)" + points(18, "0.5,1,1")), "p");
        QVERIFY(poses.people[0].body[0] == (PosePoint{0.5, 1}));
    }

    void withoutACanvas()
    {
        const Poses poses = readPoses(poseFile(R"("pose_keypoints_2d":)" + points(18, "64,130,1"), ""), "p");
        QCOMPARE(poses.width, 128);
        QCOMPARE(poses.height, 192);
        QVERIFY(poses.people[0].body[0] == (PosePoint{0.5, 130. / 192}));
    }

    void lowConfidenceIsNotFound()
    {
        const std::string json = poseFile(R"("pose_keypoints_2d":)" + points(18, "8,16,0.3"));
        QVERIFY(readPoses(json, "p").people[0].body[3].has_value());
        QVERIFY(!readPoses(json, "p", 0.3).people[0].body[3].has_value());
    }

    void twentyFivePointsBecomeEighteen()
    {
        std::string list = "[";
        for (int i = 0; i < 25; ++i)
            list += (i ? "," : "") + std::to_string(i + 2) + ",3,1";
        const PosePoints body = readPoses(poseFile(R"("pose_keypoints_2d":)" + list + "]"), "p").people[0].body;
        QCOMPARE(body.size(), bodyPoints);
        QCOMPARE(body[7]->x * 64, 9.0); // left wrist
        QCOMPARE(body[8]->x * 64, 11.0); // right hip, behind the middle of both
        QCOMPARE(body[17]->x * 64, 20.0); // left ear
    }

    void aListOfFramesGivesTheFirst()
    {
        const std::string one = poseFile(R"("pose_keypoints_2d":)" + points(18));
        QVERIFY(readPoses("[" + one + "," + poseFile("") + "]", "p") == readPoses(one, "p"));
    }

    void writtenAndReadAgain()
    {
        Poses poses = readPoses(
            poseFile(R"("pose_keypoints_2d":)" + points(18) + R"(,"hand_left_keypoints_2d":null,)"
                + R"("hand_right_keypoints_2d":)" + points(21, "3,5,1") + R"(,"face_keypoints_2d":)" + points(70)),
            "p");
        poses.people[0].body[4].reset();
        poses.people.push_back(poses.people[0]);
        QVERIFY(readPoses(writePoses(poses), "written") == poses);
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("told");
        const auto row = [](const char* name, const std::string& json, const char* told) {
            QTest::newRow(name) << QByteArray::fromStdString(json) << QByteArray(told);
        };
        row("no JSON", "people", "p.json: line 1, column 1");
        row("no people", R"({"persons":[]})", "has no \"people\"");
        row("an empty list", "[]", "the list is empty");
        row("17 points", poseFile(R"("pose_keypoints_2d":)" + points(17)), "has 17 points, but must have 18");
        row("20 points of a hand", poseFile(R"("hand_left_keypoints_2d":)" + points(20)),
            "has 20 points, but must have 21");
        row("71 points of a face", poseFile(R"("face_keypoints_2d":)" + points(71)), "at most 70 points");
        row("half a point", poseFile(R"("pose_keypoints_2d":[1,2])"), "line 1, column 33");
        row("a text", poseFile(R"("pose_keypoints_2d":)" + points(18, "8,\"x\",1")), "must hold numbers");
        row("far away", poseFile(R"("pose_keypoints_2d":)" + points(18, "8,1e7,1")), "from -1000000 to 1000000");
        row("no width", poseFile("", R"(,"canvas_width":0,"canvas_height":5)"), "from 1 to 16384");
    }

    void refusals()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, told);
        const QByteArray refusal = poseRefusal(json.toStdString());
        QVERIFY2(refusal.contains(told), refusal);
    }

    void sizesOfMapsAreLimited()
    {
        QVERIFY_THROWS_EXCEPTION(Error, drawPoses({}, 0, 64));
        QVERIFY_THROWS_EXCEPTION(Error, drawPoses({}, 64, 16'385));
    }
};

ATHANOR_TEST(PoseJsonTest)
#include "pose_json_test.moc"
