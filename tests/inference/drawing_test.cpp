// Drawings: their text and back, what is refused, and their pixels against plain loops.
#include "inference/graph/workflow_json.h"
#include "inference/preprocess/drawing_sheet.h"
#include "inference/run/node_run.h"
#include "render/error.h"
#include "tests/support/fake_run_host.h"
#include "tests/support/refusal.h"
#include "tests/support/test_program.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace athanor;

class DrawingTest : public QObject {
    Q_OBJECT

private slots:
    void textReadsBack();
    void aStrokeIsAppended();
    void refuses_data();
    void refuses();
    void refusesTooMuch();
    void anyTruncationIsReadOrRefused();
    void followsThePlainFormula();
    void aStrokeCoversOnce();
    void anEraserTakesAway();
    void partsOfAStrokeAreTheWhole();
    void restoresWhatWasBefore();
    void theSameOnEveryMachine();
    void theNodeGivesImageAndMask();
    void aLargeDrawingRoundTrips();
};

namespace {

Stroke randomStroke(std::mt19937& random, int side)
{
    const auto below = [&](int n) { return int(random() % uint32_t(n)); };
    Stroke stroke{{.erases = below(4) == 0, .size = 8 + below(30 * 8), .hardness = below(101)}, {}};
    const bool pressed = below(2) == 0;
    StrokePoint point{below(side * 8), below(side * 8), mostPressure};
    for (int i = 1 + below(20); i > 0; --i) {
        stroke.points.push_back(point);
        point = {point.x + below(401) - 200, point.y + below(401) - 200, pressed ? below(256) : mostPressure};
    }
    return stroke;
}

Drawing randomDrawing(int strokes, int side, uint32_t seed)
{
    std::mt19937 random(seed);
    Drawing drawing{side, side, {}};
    for (int i = 0; i < strokes; ++i)
        drawing.strokes.push_back(randomStroke(random, side));
    return drawing;
}

// How much a hard or soft brush covers of a pixel whose centre is `distance` pixels from the way: in floats.
double coveredBy(double distance, double radius, double hardness)
{
    const double inner = radius * hardness - 0.5, outer = radius + 0.5;
    const double u = std::clamp((outer - distance) / (outer - inner), 0.0, 1.0);
    return u * u * (3 - 2 * u);
}

// Of one stroke, by the distance from every pixel to every segment.
double covered(const Stroke& stroke, double x, double y)
{
    double most = 0;
    for (size_t i = 0; i < stroke.points.size(); ++i) {
        const StrokePoint &a = stroke.points[i ? i - 1 : 0], &b = stroke.points[i];
        const double ax = a.x / 8.0, ay = a.y / 8.0, dx = b.x / 8.0 - ax, dy = b.y / 8.0 - ay;
        const double square = dx * dx + dy * dy;
        const double t = square > 0 ? std::clamp(((x - ax) * dx + (y - ay) * dy) / square, 0.0, 1.0) : 0;
        const double radius = stroke.brush.size / 16.0 * (a.pressure + t * (b.pressure - a.pressure)) / 255;
        const double distance = std::hypot(x - ax - t * dx, y - ay - t * dy);
        most = std::max(most, coveredBy(distance, radius, stroke.brush.hardness / 100.0));
    }
    return most;
}

uint64_t sumOf(const std::vector<uint8_t>& ink) // FNV-1a
{
    uint64_t sum = 0xcbf29ce484222325;
    for (const uint8_t shade : ink)
        sum = (sum ^ shade) * 0x100000001b3;
    return sum;
}

}

void DrawingTest::textReadsBack()
{
    const Drawing empty{8192, 64, {}};
    QCOMPARE(writeDrawing(empty), std::string("drawing 1 8192 64"));
    QVERIFY(readDrawing("drawing 1 8192 64") == empty);
    for (uint32_t seed = 0; seed < 20; ++seed) {
        const Drawing drawing = randomDrawing(50, 700, seed);
        const std::string text = writeDrawing(drawing);
        QVERIFY(readDrawing(text) == drawing);
        QCOMPARE(writeDrawing(readDrawing(text)), text);
        for (const char letter : text)
            QVERIFY(std::isalnum(letter) || letter == ' ' || letter == '-' || letter == '_');
    }
    const int far = largestSheet * unitsPerPixel;
    const Drawing widest{64, 64, {{{true, widestBrush * 8, 0}, {{-far, 2 * far, 0}, {2 * far, -far, 255}}}}};
    QVERIFY(readDrawing(writeDrawing(widest)) == widest);
}

void DrawingTest::aStrokeIsAppended()
{
    Drawing drawing = randomDrawing(3, 300, 1);
    std::string text = writeDrawing(drawing);
    drawing.strokes.push_back(drawing.strokes.front());
    appendStroke(text, drawing.strokes.back());
    QCOMPARE(text, writeDrawing(drawing));
}

void DrawingTest::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words"); // of the message
    QTest::newRow("empty") << ""
                           << "must with \"drawing 1 \"";
    QTest::newRow("json") << "{\"people\":[]}"
                          << "must with \"drawing 1 \"";
    QTest::newRow("newer") << "drawing 2 512 512"
                           << "begins with \"drawing 2 \"";
    QTest::newRow("no size") << "drawing 1 "
                             << "width of the drawing is \"\"";
    QTest::newRow("no height") << "drawing 1 512"
                               << "height of the drawing is \"\"";
    QTest::newRow("a small side") << "drawing 1 63 512"
                                  << "from 64 to 8192";
    QTest::newRow("a large side") << "drawing 1 512 8193"
                                  << "from 64 to 8192";
    QTest::newRow("a huge side") << "drawing 1 512 99999999999999999999"
                                 << "must be a whole number";
    QTest::newRow("a side with a fraction") << "drawing 1 512 512.5"
                                            << "must be a whole number";
    QTest::newRow("an empty stroke") << "drawing 1 512 512 "
                                     << "stroke 1 of the drawing is empty";
    QTest::newRow("two spaces") << "drawing 1 512 512  bgDIAA"
                                << "stroke 1 of the drawing is empty";
    QTest::newRow("another tool") << "drawing 1 512 512 xgDIAA"
                                  << "begins with \"x\"";
    QTest::newRow("a tool alone") << "drawing 1 512 512 b"
                                  << "ends before its size";
    QTest::newRow("no point") << "drawing 1 512 512 bgDI"
                              << "ends before its x";
    QTest::newRow("half a point") << "drawing 1 512 512 bgDIA"
                                  << "ends before its y";
    QTest::newRow("a letter that is none") << "drawing 1 512 512 bgDIA!"
                                           << "no number for its y";
    QTest::newRow("a number without end") << "drawing 1 512 512 bgDI______A"
                                          << "no number for its x";
    QTest::newRow("size 0") << "drawing 1 512 512 bAIAA"
                            << "size 0, but it must be from 8 to 16384";
    QTest::newRow("hardness 101") << "drawing 1 512 512 bgDqGAA"
                                  << "hardness 101, but it must be from 0 to 100";
    QTest::newRow("far away") << "drawing 1 512 512 bgDI___fA"
                              << "x ";
    QTest::newRow("pressure 256") << "drawing 1 512 512 BgDIAAgQ"
                                  << "pressure 256";
}

void DrawingTest::refuses()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    const QByteArray said = refusalOf([&] { readDrawing(text.toStdString()); }, ErrorKind::BadArgument);
    QVERIFY2(said.contains(words.toUtf8()), said);
}

void DrawingTest::refusesTooMuch()
{
    const std::string start = "drawing 1 64 64";
    std::string strokes = start;
    for (size_t i = 0; i <= maxStrokes; ++i)
        strokes += " bgDAAA";
    const auto refusal = [](const std::string& text) {
        return refusalOf([&] { readDrawing(text); }, ErrorKind::BadArgument);
    };
    QVERIFY(refusal(strokes).startsWith("stroke 100001 of the drawing is too many"));
    const std::string points = start + " bgDA" + std::string(2 * maxStrokePoints + 2, 'A');
    QVERIFY(refusal(points).contains("at most 2000000 points"));
    const std::string bytes = start + std::string(maxDrawingBytes, 'A');
    QVERIFY(refusal(bytes).contains("the limit is 8388544"));
}

void DrawingTest::anyTruncationIsReadOrRefused()
{
    const std::string text = writeDrawing(randomDrawing(4, 200, 7));
    int read = 0;
    for (size_t length = 0; length < text.size(); ++length)
        try {
            QVERIFY(readDrawing(text.substr(0, length)).strokes.size() <= 4);
            ++read;
        } catch (const Error& error) {
            QVERIFY(error.kind == ErrorKind::BadArgument);
        }
    QVERIFY(read >= 4);
}

void DrawingTest::followsThePlainFormula()
{
    constexpr int side = 96;
    std::mt19937 random(3);
    for (int i = 0; i < 60; ++i) {
        Stroke stroke = randomStroke(random, side);
        stroke.brush.erases = false;
        const std::vector<uint8_t> ink = inkOf({side, side, {stroke}});
        for (int y = 0; y < side; ++y)
            for (int x = 0; x < side; ++x) {
                const double wanted = 255 * covered(stroke, x + 0.5, y + 0.5);
                const int got = ink[size_t(y * side + x)];
                QVERIFY2(std::abs(got - wanted) < 6,
                    qPrintable(
                        QString("stroke %1, pixel %2, %3: %4 for %5").arg(i).arg(x).arg(y).arg(got).arg(wanted)));
            }
    }
}

void DrawingTest::aStrokeCoversOnce()
{
    const Stroke once{{false, 160, 0}, {{400, 400}}}, again{{false, 160, 0}, {{400, 400}, {400, 400}, {400, 400}}};
    QVERIFY(inkOf({100, 100, {once}}) == inkOf({100, 100, {again}}));
    const std::vector<uint8_t> two = inkOf({100, 100, {once, once}}), one = inkOf({100, 100, {once}});
    const size_t beside = 50 * 100 + 57;
    QVERIFY(one[beside] > 0 && one[beside] < 200);
    QCOMPARE(int(two[beside]), int(one[beside]) + ((255 - one[beside]) * one[beside] + 127) / 255);
}

void DrawingTest::anEraserTakesAway()
{
    const Stroke bar{{false, 320, 100}, {{100, 400}, {700, 400}}}, wipe{{true, 160, 100}, {{400, 0}, {400, 800}}};
    const std::vector<uint8_t> ink = inkOf({100, 100, {bar, wipe}});
    QCOMPARE(int(ink[50 * 100 + 50]), 0);
    QCOMPARE(int(ink[50 * 100 + 30]), 255);
    QCOMPARE(int(ink[50 * 100 + 70]), 255);
}

// What the paint view shows while the pen moves is what comes of the finished text; every change lies in what add()
// told.
void DrawingTest::partsOfAStrokeAreTheWhole()
{
    const Drawing drawing = randomDrawing(25, 200, 11);
    Sheet sheet(200, 200);
    std::vector<uint8_t> before = sheet.ink();
    for (const Stroke& stroke : drawing.strokes) {
        sheet.begin(stroke.brush);
        for (const StrokePoint& point : stroke.points) {
            const PixelRect rect = sheet.add(point);
            for (int y = 0; y < 200; ++y)
                for (int x = 0; x < 200; ++x)
                    if (x < rect.left || x >= rect.right || y < rect.top || y >= rect.bottom)
                        QCOMPARE(int(sheet.ink()[size_t(y * 200 + x)]), int(before[size_t(y * 200 + x)]));
            before = sheet.ink();
        }
        sheet.end();
    }
    QVERIFY(sheet.ink() == inkOf(readDrawing(writeDrawing(drawing))));
}

void DrawingTest::restoresWhatWasBefore()
{
    const Drawing drawing = randomDrawing(30, 200, 13);
    Sheet sheet(200, 200);
    std::vector<Sheet::Patch> patches;
    std::vector<std::vector<uint8_t>> states;
    for (const Stroke& stroke : drawing.strokes) {
        states.push_back(sheet.ink());
        sheet.begin(stroke.brush);
        for (const StrokePoint& point : stroke.points)
            sheet.add(point);
        patches.push_back(sheet.end());
    }
    for (size_t i = patches.size(); i-- > 0;) {
        sheet.restore(patches[i]);
        QVERIFY(sheet.ink() == states[i]);
    }
}

void DrawingTest::theSameOnEveryMachine()
{
    QCOMPARE(sumOf(inkOf(randomDrawing(40, 300, 17))), uint64_t(5425406868118696186));
}

void DrawingTest::theNodeGivesImageAndMask()
{
    const NodeType& type = *findNodeType("draw");
    FakeRunHost host;
    Node node = makeNode(type);
    node.params["drawing"] = writeDrawing({64, 128, {{{false, 80, 100}, {{256, 512}}}}});
    QCOMPARE(type.check(node), std::string());
    for (const bool inverts : {false, true}) {
        node.params["colours"] = std::string(inverts ? "black on white" : "white on black");
        NodeRun run(host, {}, {node.params.begin(), node.params.end()}, {});
        const Values values = type.run(run);
        const RgbImage& image = std::get<Shared<ImageValue>>(values.at(0))->images.at(0);
        const Mask& mask = *std::get<Shared<Mask>>(values.at(1));
        QVERIFY(image.width == 64 && image.height == 128 && mask.width == 64 && mask.height == 128);
        const size_t middle = 64 * 64 + 32;
        for (int channel = 0; channel < 3; ++channel) {
            QCOMPARE(int(image.pixels[middle * 3 + size_t(channel)]), inverts ? 0 : 255);
            QCOMPARE(int(image.pixels[size_t(channel)]), inverts ? 255 : 0);
        }
        QCOMPARE(mask.pixels[middle], 1.0f);
        QCOMPARE(mask.pixels[0], 0.0f);
    }
    node.params["drawing"] = std::string("drawing 1 64 9000");
    QVERIFY(type.check(node).find("8192") != std::string::npos);
}

void DrawingTest::aLargeDrawingRoundTrips()
{
    Graph graph;
    Node node = makeNode(*findNodeType("draw"));
    const std::string text = writeDrawing(randomDrawing(3'000, 2048, 19));
    node.params["drawing"] = text;
    graph.nodes[1] = node;
    graph.nextId = 2;
    const std::string json = writeWorkflow(graph);
    const LoadedWorkflow loaded = readWorkflow(json, "test");
    QVERIFY(loaded.graph == graph);
    QCOMPARE(writeWorkflow(loaded.graph), json);
    QVERIFY(json.find(text) != std::string::npos); // not a letter is escaped
}

ATHANOR_TEST(DrawingTest)
#include "drawing_test.moc"
