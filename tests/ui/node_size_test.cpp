// How tall nodes are said to be without a canvas, held against what the canvas shows.
#include "inference/graph/node_size.h"

#include "tests/support/node_type_rows.h"
#include "tests/support/test_program.h"
#include "ui/canvas/node_face.h"

#include <QTest>

using namespace athanor;

namespace {

constexpr double pictureRoom = canvas::highestPicture + canvas::pictureMargin;

bool hasBlocks(const Node& node, const NodeType& type)
{
    return std::ranges::any_of(
        type.params, [&](const Param& param) { return isTextBlock(param, node.params.at(std::string(param.name))); });
}

PortNames namesOf(const auto& ports)
{
    PortNames names;
    for (const auto& port : ports)
        names.insert(std::string(port.name));
    return names;
}

double shownHeight(const Node& node, const FaceOptions& options, const QImage& picture = {})
{
    NodeState state;
    state.picture = picture;
    return faceOf(node, state, options, canvasFonts()).size.height();
}

double toldHeight(const Node& node, const FaceOptions& options)
{
    return nodeHeight(node, options.linkedInputs, options.linkedOutputs);
}

}

class NodeSizeTest : public QObject {
    Q_OBJECT
private slots:
    void isWhatTheCanvasShows_data() { nodeTypeRows(); }
    void isWhatTheCanvasShows();
    void ofUnknownTypes();
};

void NodeSizeTest::isWhatTheCanvasShows()
{
    QFETCH(int, index);
    const NodeType& type = nodeTypes()[size_t(index)];
    const QImage picture(64, 128, QImage::Format_RGB32);
    FaceOptions linked;
    linked.linkedInputs = namesOf(type.inputs);
    linked.linkedInputs.merge(namesOf(type.params));
    linked.linkedOutputs = namesOf(type.outputs);
    for (const FaceOptions& options : {FaceOptions(), linked})
        for (const bool isCollapsed : {false, true}) {
            Node node = makeNode(type);
            node.collapsed = isCollapsed;
            const double shown = shownHeight(node, options), told = toldHeight(node, options);
            const bool isOpen = !isCollapsed && type.id != "reroute";
            const bool hasPicture = isOpen && told >= shown + pictureRoom;
            if (!hasBlocks(node, type) || options == linked)
                QCOMPARE(told, shown + (hasPicture ? pictureRoom : 0));
            if (hasPicture)
                QVERIFY(told >= shownHeight(node, options, picture));
            for (const Param& param : type.params) // all of the lines there are
                if (param.kind == ParamKind::Prompt || param.kind == ParamKind::Text)
                    node.params[std::string(param.name)] = std::string(300, 'x') + std::string(100, '\n') + " word "
                        + std::string(300, 'y') + " word " + std::string(300, 'z') + " word";
            QVERIFY(toldHeight(node, options) >= shownHeight(node, options, hasPicture ? picture : QImage()));
        }
}

void NodeSizeTest::ofUnknownTypes()
{
    const Node node{.type = "from_tomorrow", .params = {{"text", std::string("a\nb")}}};
    FaceOptions options;
    QCOMPARE(toldHeight(node, options), shownHeight(node, options));
    options.linkedInputs = {"a", "b", "c"};
    options.linkedOutputs = {"x"};
    QCOMPARE(toldHeight(node, options), shownHeight(node, options));
}

ATHANOR_WINDOW_TEST(NodeSizeTest)
#include "node_size_test.moc"
