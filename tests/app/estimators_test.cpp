// Preprocessors that look through networks: small ones of the published forms with random weights, whose maps by torch
// tests/reference/estimators.py stores; poses from fields; and networks of another kind.
#include "app/pictures/image_store.h"
#include "inference/preprocess/depth_network.h"
#include "inference/preprocess/dwpose.h"
#include "inference/preprocess/line_drawing.h"
#include "inference/preprocess/pose_fields.h"
#include "inference/preprocess/soft_edges.h"
#include "inference/preprocess/starter_estimators.h"
#include "inference/preprocess/straight_lines.h"
#include "inference/values/resample.h"
#include "render/error.h"
#include "tests/app/picture_sheet.h"
#include "tests/support/refusal.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <cmath>
#include <functional>

using namespace athanor;

namespace {

constexpr int chosen[] = {0, 7, 12, 15}; // as the script's CHOSEN

OnnxNetwork network(const std::string& name)
{
    return OnnxNetwork(testDataPath("estimators/" + name + ".onnx"));
}

RgbImage picture(int index)
{
    static const RgbImage sheet = readImage(testDataPath("preprocess/pictures.png"));
    return cellOf(sheet, chosen[index]);
}

using Map = std::function<RgbImage(OnnxNetwork&, const RgbImage&)>;

struct NetworkMap {
    const char* name; // of the map's file
    const char* network;
    Map map;
    int tolerance; // shades
};

Map starters(const char* head)
{
    return [head](OnnxNetwork& net, const RgbImage& x) { return starterMap(net, x, head); };
}

const std::vector<NetworkMap> networkMaps{
    {"starter_depth", "starter", starters("depth"), 1},
    {"starter_normal", "starter", starters("normal"), 1},
    {"starter_softedge", "starter", starters("softedge"), 1},
    {"starter_lineart", "starter", starters("lineart"), 1},
    {"starter_lineart_heavy", "starter", starters("lineart_heavy"), 1},
    {"starter_lineart_anime", "starter", starters("lineart_anime"), 1},
    {"starter_lineart_anime_denoise", "starter", starters("lineart_anime_denoise"), 1},
    {"hed", "hed", hedEdges, 1},
    {"pidinet", "pidinet", pidinetEdges, 1},
    {"drawing", "drawing", drawnLines, 1},
    {"anime", "anime", animeLines, 6}, // which enlarges that OpenCV 4.6 and 5.0 enlarge by cubics otherwise
    {"manga", "manga", mangaLines, 1},
    {"mlsd", "mlsd", [](OnnxNetwork& net, const RgbImage& x) { return straightLines(net, x, {}); }, 0},
    {"midas", "midas", [](OnnxNetwork& net, const RgbImage& x) { return depthByNetwork(net, x, {}); }, 1},
    {"normal", "normal", normalsByNetwork, 1},
};

// A heat map with a hill at each point, and fields along each limb, as OpenPose is taught.
class Fields {
public:
    Fields(int width, int height)
        : m_width(width)
        , m_height(height)
        , m_planes(poseFieldPlanes * size_t(width * height))
    {
    }

    void add(const std::vector<QPointF>& body)
    {
        for (size_t i = 0; i < bodyPoints; ++i)
            each(i, [&](float& value, QPointF at) {
                const QPointF d = at - body[i];
                value = std::max(value, float(std::exp(-QPointF::dotProduct(d, d) / 2)));
            });
        for (size_t limb = 0; limb < poseLimbs.size(); ++limb) {
            const QPointF from = body[size_t(poseLimbs[limb][0])], way = body[size_t(poseLimbs[limb][1])] - from;
            const double length = std::hypot(way.x(), way.y());
            for (const int axis : {0, 1})
                each(bodyPoints + 1 + 2 * limb + size_t(axis), [&](float& value, QPointF at) {
                    const QPointF d = at - from;
                    const double along = QPointF::dotProduct(d, way) / length;
                    const double across = std::abs(d.x() * way.y() - d.y() * way.x()) / length;
                    if (along > -1 && along < length + 1 && across < 1.2)
                        value = float((axis ? way.y() : way.x()) / length);
                });
        }
    }

    Poses read() const { return posesFromFields({m_width, m_height, m_planes}); }

private:
    void each(size_t plane, const std::function<void(float&, QPointF)>& use)
    {
        for (int y = 0; y < m_height; ++y)
            for (int x = 0; x < m_width; ++x)
                use(m_planes[(plane * size_t(m_height) + size_t(y)) * size_t(m_width) + size_t(x)], QPointF(x, y));
    }

    int m_width, m_height;
    std::vector<float> m_planes;
};

// Someone who stands, `left` cells from the left edge.
std::vector<QPointF> someone(double left)
{
    const double points[bodyPoints][2] = {{16, 8}, {16, 14}, {11, 14}, {9, 21}, {8, 28}, {21, 14}, {23, 21}, {24, 28},
        {13, 29}, {12, 39}, {12, 49}, {19, 29}, {20, 39}, {20, 49}, {14, 6}, {18, 6}, {12, 8}, {20, 8}};
    std::vector<QPointF> body;
    for (const auto& [x, y] : points)
        body.emplace_back(x + left, y);
    return body;
}

}

class EstimatorsTest : public QObject {
    Q_OBJECT
private slots:
    void agreesWithTorch_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < int(networkMaps.size()); ++i)
            QTest::newRow(networkMaps[size_t(i)].name) << i;
    }

    void agreesWithTorch()
    {
        QFETCH(int, index);
        const NetworkMap& c = networkMaps[size_t(index)];
        OnnxNetwork net = network(c.network);
        const RgbImage maps = readImage(testDataPath("estimators/" + std::string(c.name) + ".png"));
        for (int i = 0; i < int(std::size(chosen)); ++i) {
            const RgbImage ours = c.map(net, picture(i)), theirs = cellOf(maps, i, 0, sizeOf(chosen[i]));
            QCOMPARE(ours.pixels.size(), theirs.pixels.size());
            int differing = 0, most = 0;
            for (size_t k = 0; k < ours.pixels.size(); ++k) {
                const int d = std::abs(ours.pixels[k] - theirs.pixels[k]);
                differing += d > c.tolerance;
                most = std::max(most, d);
            }
            QVERIFY2(differing == 0,
                qPrintable(QString("picture %1: %2 values, by up to %3").arg(i).arg(differing).arg(most)));
        }
    }

    void findsPeopleAsTheDefinition()
    {
        OnnxNetwork yolox = network("yolox"), dwpose = network("dwpose");
        QFile file(QString::fromStdString(testDataPath("estimators/poses.json")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonArray all = QJsonDocument::fromJson(file.readAll()).array();
        Points points;
        for (int i = 0; i < int(std::size(chosen)); ++i) {
            const RgbImage image = picture(i);
            const std::vector<PersonBox> boxes = findPeople(yolox, image);
            const QJsonArray wanted = all[i].toObject()["boxes"].toArray();
            QCOMPARE(boxes.size(), size_t(wanted.size()));
            for (int k = 0; k < wanted.size(); ++k) {
                const PersonBox& box = boxes[size_t(k)];
                const double ours[] = {box.left, box.top, box.right, box.bottom, box.score};
                for (int n = 0; n < 5; ++n)
                    QVERIFY(std::abs(ours[n] - wanted[k].toArray()[n].toDouble()) < 0.01);
            }
            const QJsonArray people = all[i].toObject()["points"].toArray();
            for (int k = 0; k < people.size(); ++k)
                comparePoints(posesIn(dwpose, image, {boxes[size_t(k)]}), people[k].toArray(), image, points);
        }
        // OpenCV 4.6 and 5.0 place a turned picture's pixels otherwise, which moves the highest of some values.
        QVERIFY2(points.all > 400 && points.agreeing >= points.all * 0.95,
            qPrintable(QString("%1 of %2").arg(points.agreeing).arg(points.all)));
    }

    void readsPeopleFromFields()
    {
        Fields fields(80, 60);
        QCOMPARE(fields.read().people.size(), size_t(0));
        fields.add(someone(0));
        fields.add(someone(40));
        const Poses poses = fields.read();
        QCOMPARE(poses.people.size(), size_t(2));
        for (const PosePerson& person : poses.people) {
            QCOMPARE(person.body.size(), bodyPoints);
            const std::vector<QPointF> truth = someone(person.body[1]->x > 0.5 ? 40 : 0);
            for (size_t i = 0; i < bodyPoints; ++i) {
                QVERIFY(person.body[i].has_value());
                QVERIFY(
                    std::hypot(person.body[i]->x * 80 - truth[i].x() - 0.5, person.body[i]->y * 60 - truth[i].y() - 0.5)
                    < 0.3);
            }
        }
        QVERIFY(std::abs(poses.people[0].body[0]->x - poses.people[1].body[0]->x) > 0.4);
    }

    // Its weights are stored in 16 bits, which OpenCV does not read by itself.
    void theShippedNetworkFindsItsOwnScenes()
    {
        const std::string path = sourcePath("resources/models/starter/estimators/athanor_estimators.onnx");
        OnnxNetwork net(path);
        const RgbImage sheet = readImage(testDataPath("control_scenes/scenes.png"));
        const RgbImage scene = cropped(sheet, {0, 256, 256, 256}), truth = cropped(sheet, {512, 256, 256, 256});
        const RgbImage depth = starterMap(net, scene, "depth");
        double sum = 0;
        for (size_t i = 0; i < depth.pixels.size(); ++i)
            sum += std::abs(depth.pixels[i] - truth.pixels[i]);
        QVERIFY(sum / double(depth.pixels.size()) < 10);
        QVERIFY(!starterPoses(net, scene).people.empty());
    }

    void safeHasThreeShades()
    {
        const RgbImage map{6, 1, {0, 0, 0, 84, 84, 84, 85, 85, 85, 169, 169, 169, 170, 170, 170, 255, 255, 255}};
        const RgbImage safe = safeSteps(map);
        for (int i = 0; i < 6; ++i)
            QCOMPARE(int(safe.pixels[size_t(i) * 3]), (std::vector<int>{0, 0, 127, 127, 255, 255})[size_t(i)]);
    }

    void refusesOtherNetworks()
    {
        const RgbImage image = picture(0);
        OnnxNetwork drawing = network("drawing"), mlsd = network("mlsd");
        QVERIFY(refusalOf([&] { hedEdges(drawing, image); }).contains("1 outputs, but HED 5"));
        QVERIFY(refusalOf([&] { straightLines(drawing, image, {}); }).contains("3 channels, but M-LSD of 4"));
        QVERIFY(refusalOf([&] { mangaLines(mlsd, image); }).contains("in grey"));
        QVERIFY(refusalOf([&] { findPeople(drawing, image); }).contains("YOLOX"));
        QVERIFY(refusalOf([&] { posesIn(drawing, image, {}); }).contains("133 points"));
        QVERIFY(refusalOf([&] { starterMap(drawing, image, "depth"); }).contains("drawing.onnx"));
        QVERIFY(refusalOf([&] { animeLines(mlsd, image); }).contains("takes other pictures")); // of four channels
    }

private:
    struct Points {
        int agreeing = 0, all = 0;
    };

    // wanted: 133 of x, y and score. Those that are found must be those above 0.3, as COCO's points become OpenPose's.
    static void comparePoints(const Poses& poses, const QJsonArray& wanted, const RgbImage& image, Points& points)
    {
        const auto at = [&](int i, int axis) {
            return wanted[i].toArray()[axis].toDouble() / (axis ? image.height : image.width);
        };
        const auto compare = [&](const std::optional<PosePoint>& point, int i) {
            const bool isSeen = wanted[i].toArray()[2].toDouble() >= 0.3;
            ++points.all;
            points.agreeing +=
                point.has_value() == isSeen && (!isSeen || std::hypot(point->x - at(i, 0), point->y - at(i, 1)) < 0.01);
        };
        QCOMPARE(poses.people.size(), size_t(1));
        const PosePerson& person = poses.people[0];
        const int order[bodyPoints] = {0, -1, 6, 8, 10, 5, 7, 9, 12, 14, 16, 11, 13, 15, 2, 1, 4, 3};
        for (size_t i = 0; i < bodyPoints; ++i)
            if (order[i] >= 0)
                compare(person.body[i], order[i]);
        const std::pair<const PosePoints*, int> parts[] = {
            {&person.leftHand, 91}, {&person.rightHand, 112}, {&person.face, 23}};
        for (const auto& [part, first] : parts)
            for (size_t i = 0; i < part->size() && i < 68; ++i)
                compare((*part)[i], first + int(i));
    }
};

ATHANOR_CORE_TEST(EstimatorsTest)
#include "estimators_test.moc"
