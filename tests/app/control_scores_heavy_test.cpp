// How well pictures of the starter model follow what its ControlNets are shown: scenes it has never seen, with their
// maps and captions (tests/reference/control_scenes.py), 4 pictures of each with other noise: 32 for each kind of map,
// with control and without. Runs where the model and its ControlNets are there; ATHANOR_CONTROL_SCENES takes fewer
// scenes.
#include "app/pictures/image_store.h"
#include "inference/preprocess/canny.h"
#include "inference/preprocess/starter_estimators.h"
#include "inference/values/resample.h"
#include "tests/support/device_run_host.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace athanor;

namespace {

constexpr int side = 256, seeds = 4, sceneCount = 8;
constexpr double nobody = 0.5; // counts as the distance of joints where no person is found, of the height

enum Tile { Picture, Lineart, Depth, Pose };

std::string starter(const std::string& name)
{
    return sourcePath("resources/models/starter") + name;
}

RgbImage tileOf(const RgbImage& sheet, int scene, Tile tile)
{
    return cropped(sheet, {tile * side, scene * side, side, side});
}

// As the scenes' own edges were found.
RgbImage edgesOf(const RgbImage& image)
{
    return canny(image, {80, 160});
}

// Share of the lit pixels of `a` that have one of `b` within 2 pixels.
double matched(const RgbImage& a, const RgbImage& b)
{
    constexpr int reach = 2;
    const auto isLit = [](const RgbImage& image, int x, int y) {
        return x >= 0 && y >= 0 && x < side && y < side && image.pixels[size_t(y * side + x) * 3] > 127;
    };
    int lit = 0, found = 0;
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            if (!isLit(a, x, y))
                continue;
            ++lit;
            bool isNear = false;
            for (int dy = -reach; dy <= reach && !isNear; ++dy)
                for (int dx = -reach; dx <= reach && !isNear; ++dx)
                    isNear = dx * dx + dy * dy <= reach * reach && isLit(b, x + dx, y + dy);
            found += isNear;
        }
    return lit ? double(found) / lit : 0;
}

double edgeF1(const RgbImage& found, const RgbImage& truth)
{
    const double precision = matched(found, truth), recall = matched(truth, found);
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

// Ranks of the first channel; equal shades share the mean of theirs.
std::vector<double> ranks(const RgbImage& map)
{
    std::vector<double> counts(257), result;
    for (size_t i = 0; i < map.pixels.size(); i += 3)
        ++counts[map.pixels[i] + 1u];
    std::partial_sum(counts.begin(), counts.end(), counts.begin());
    for (size_t i = 0; i < map.pixels.size(); i += 3)
        result.push_back((counts[map.pixels[i]] + counts[map.pixels[i] + 1u]) / 2);
    return result;
}

double rankCorrelation(const RgbImage& a, const RgbImage& b)
{
    const std::vector<double> x = ranks(a), y = ranks(b);
    const double middle = double(x.size()) / 2;
    double xy = 0, xx = 0, yy = 0;
    for (size_t i = 0; i < x.size(); ++i) {
        xy += (x[i] - middle) * (y[i] - middle);
        xx += (x[i] - middle) * (x[i] - middle);
        yy += (y[i] - middle) * (y[i] - middle);
    }
    return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

// Mean over the joints that are found of the best person.
double jointDistance(const Poses& found, const QJsonArray& truth)
{
    double best = nobody;
    for (const PosePerson& person : found.people) {
        double sum = 0;
        int count = 0;
        for (size_t i = 0; i < person.body.size(); ++i)
            if (person.body[i]) {
                const QJsonArray point = truth[int(i)].toArray();
                sum += std::hypot(person.body[i]->x - point[0].toDouble(), person.body[i]->y - point[1].toDouble());
                ++count;
            }
        if (count)
            best = std::min(best, sum / count);
    }
    return best;
}

double mean(const std::vector<double>& values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

}

class ControlScoresHeavyTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void edgesFollowCanny() { edgesFollow("canny"); }
    void edgesFollowLineart() { edgesFollow("lineart"); }
    void depthFollows();
    void poseFollows();

private:
    struct Scored {
        int scene = 0;
        RgbImage image;
    };
    OnnxNetwork estimators() const { return OnnxNetwork(starter("/estimators/athanor_estimators.onnx")); }
    RgbImage mapOf(const std::string& kind, int scene) const;
    std::vector<Scored> pictures(const std::string& kind); // empty: without control
    const std::vector<Scored>& plain();
    void edgesFollow(const std::string& kind);

    DeviceRunHost m_host;
    Values m_model;
    RgbImage m_sheet;
    QJsonArray m_told;
    int m_scenes = sceneCount;
    std::vector<Scored> m_plain;
};

void ControlScoresHeavyTest::initTestCase()
{
    m_sheet = readImage(testDataPath("control_scenes/scenes.png"));
    QVERIFY(m_sheet.width == 4 * side && m_sheet.height == sceneCount * side);
    QFile file(QString::fromStdString(testDataPath("control_scenes/scenes.json")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_told = QJsonDocument::fromJson(file.readAll()).array();
    if (const int wanted = qEnvironmentVariableIntValue("ATHANOR_CONTROL_SCENES"); wanted > 0)
        m_scenes = std::min(wanted, sceneCount);
    m_model = runNode(m_host, "load_checkpoint", {}, {{"file", starter("")}});
}

RgbImage ControlScoresHeavyTest::mapOf(const std::string& kind, int scene) const
{
    if (kind == "canny")
        return edgesOf(tileOf(m_sheet, scene, Picture));
    return tileOf(m_sheet, scene, kind == "lineart" ? Lineart : kind == "depth" ? Depth : Pose);
}

std::vector<ControlScoresHeavyTest::Scored> ControlScoresHeavyTest::pictures(const std::string& kind)
{
    const auto prompt = [&](const std::string& text) {
        return runNode(m_host, "encode_prompt", {{"text_encoder", m_model[1]}}, {{"text", text}})[0];
    };
    std::vector<Scored> all;
    for (int scene = 0; scene < m_scenes; ++scene) {
        Value positive = prompt(m_told[scene].toObject()["caption"].toString().toStdString()), negative = prompt("");
        if (!kind.empty()) {
            const Value net = runNode(m_host, "load_controlnet", {}, {{"file", starter("/controlnets/" + kind)}})[0];
            const Value map = std::make_shared<const ControlMapValue>(ControlMapValue{{mapOf(kind, scene)}, kind});
            const Values steered = runNode(m_host, "apply_controlnet",
                {{"positive", positive}, {"negative", negative}, {"control_net", net}, {"image", map}});
            positive = steered[0];
            negative = steered[1];
        }
        const Value empty = runNode(m_host, "empty_latent", {},
            {{"width", int64_t(side)}, {"height", int64_t(side)}, {"batch", int64_t(seeds)}})[0];
        const Value latent = runNode(m_host, "sample",
            {{"model", m_model[0]}, {"positive", positive}, {"negative", negative}, {"latent", empty}},
            {{"seed", int64_t(1000 + scene * seeds)}, {"cfg", 4.0}})[0];
        const Value decoded = runNode(m_host, "decode_latent", {{"latent", latent}, {"vae", m_model[2]}})[0];
        for (const RgbImage& image : as<ImageValue>(decoded).images)
            all.push_back({scene, image});
    }
    return all;
}

const std::vector<ControlScoresHeavyTest::Scored>& ControlScoresHeavyTest::plain()
{
    if (m_plain.empty())
        m_plain = pictures("");
    return m_plain;
}

void ControlScoresHeavyTest::edgesFollow(const std::string& kind)
{
    const auto score = [&](const std::vector<Scored>& scored) {
        std::vector<double> scores;
        for (const Scored& one : scored)
            scores.push_back(edgeF1(edgesOf(one.image), mapOf(kind, one.scene)));
        return mean(scores);
    };
    const double with = score(pictures(kind)), without = score(plain());
    qInfo(
        "%s: edge F1 %.3f with control, %.3f without, over %d pictures", kind.c_str(), with, without, m_scenes * seeds);
    QVERIFY(with - without >= 0.25);
}

void ControlScoresHeavyTest::depthFollows()
{
    OnnxNetwork network = estimators();
    const auto score = [&](const std::vector<Scored>& scored) {
        std::vector<double> scores;
        for (const Scored& one : scored)
            scores.push_back(rankCorrelation(starterMap(network, one.image, "depth"), mapOf("depth", one.scene)));
        return mean(scores);
    };
    const double with = score(pictures("depth")), without = score(plain());
    qInfo("depth: rank correlation %.3f with control, %.3f without, over %d pictures", with, without, m_scenes * seeds);
    QVERIFY(with >= 0.8);
}

void ControlScoresHeavyTest::poseFollows()
{
    OnnxNetwork network = estimators();
    const auto score = [&](const std::vector<Scored>& scored) {
        std::vector<double> scores;
        for (const Scored& one : scored)
            scores.push_back(
                jointDistance(starterPoses(network, one.image), m_told[one.scene].toObject()["points"].toArray()));
        return mean(scores);
    };
    const double with = score(pictures("pose")), without = score(plain());
    qInfo("pose: mean joint distance %.3f of the height with control, %.3f without, over %d pictures", with, without,
        m_scenes * seeds);
    QVERIFY(with <= 0.05);
}

ATHANOR_CORE_TEST(ControlScoresHeavyTest)
#include "control_scores_heavy_test.moc"
