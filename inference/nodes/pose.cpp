#include "inference/nodes/network_node.h"
#include "inference/nodes/pose_params.h"
#include "inference/preprocess/dwpose.h"
#include "inference/preprocess/pose_json.h"

namespace athanor {

namespace {

constexpr std::string_view detector = "yolox_l.onnx";
constexpr std::string_view project = "DWPose by Yang et al., with yolox_l.onnx, which finds the people";

const std::vector<NetworkFile> poseNetworks = withStarter({{"dw-ll_ucoco_384.onnx", project}});

RgbImage small(const RgbImage& image)
{
    const int shorter = std::min(image.width, image.height);
    if (shorter <= starterSide)
        return image;
    const Size size = wantedSize({image.width, image.height}, {}, double(starterSide) / shorter);
    return resampled(image, int(size.width), int(size.height), Resample::Area);
}

class Finder {
public:
    explicit Finder(const NodeRun& run)
        : m_points(findNetwork(run, poseNetworks))
    {
        const std::string path = m_points.isStarter ? "" : run.host.findNetwork(detector);
        if (!path.empty())
            m_people = keptNetwork(run, path);
        else if (!m_points.isStarter)
            run.warn("without yolox_l.onnx of DWPose beside it, one person is looked for in the whole picture");
    }

    Poses find(const RgbImage& image)
    {
        if (!m_points.isStarter) {
            const std::vector<PersonBox> boxes = m_people ? findPeople(*m_people, image) : std::vector<PersonBox>();
            return m_people && boxes.empty() ? Poses{image.width, image.height, {}}
                                             : posesIn(*m_points.network, image, boxes);
        }
        Poses poses = starterPoses(*m_points.network, small(image));
        poses.width = image.width;
        poses.height = image.height;
        return poses;
    }

private:
    FoundNetwork m_points;
    std::shared_ptr<OnnxNetwork> m_people; // null: not here
};

Values runPose(NodeRun& run)
{
    Finder finder(run);
    ImageValue maps;
    std::string json;
    eachOnWhite(run, [&](const RgbImage& image) {
        Poses poses;
        const auto draw = [&](const RgbImage& seen) {
            poses = finder.find(seen);
            return drawPoses(poses, seen.width, seen.height, drawingOf(run));
        };
        maps.images.push_back(atResolution(image, int(run.integer("resolution")), draw, false));
        json += (json.empty() ? "" : ",\n") + writePoses(poses);
    });
    if (maps.images.size() > 1)
        json = '[' + json + ']';
    return {shared(std::move(maps)), std::move(json)};
}

}

NodeType poseNode()
{
    std::vector<NetworkFile> all = poseNetworks;
    all.push_back({detector, project});
    std::vector<Param> params = drawingParams();
    params.push_back(resolutionParam());
    return {
        .id = "pose",
        .title = "Poses",
        .category = "Preprocess",
        .text = "Finds people in a picture and draws their poses as ControlNets know them.",
        .inputs = {{"image", PortType::Image, "A picture"}},
        .params = std::move(params),
        .outputs = {{"image", PortType::Image, "The map, for a ControlNet"},
            {"pose", PortType::Text, "The poses as OpenPose's JSON, to be changed and drawn"}},
        .networks = std::move(all),
        .check = checkResolution,
        .run = runPose,
    };
}

}
